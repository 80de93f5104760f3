"""What each link-time pass changes: operations, functions, bytes, model calls, batches, time, before and after it.

    python -m bench.link_passes -o docs/linking.md        # needs the default interpreter; takes a minute or two

The program is bench/linking: what people write, with what the passes are for left in it. Every row of the table is
the program with one pass more; all of them answer the same mails, in turns, several times over.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pawc.passes import PASSES

from bench.composed import lines
from pawc.driver.build import Builder, Options
from pawc.driver.console import Console
from pawc.driver.pipeline import CLEAN, LINK, OPTIMISE, building
from pawc.driver.program import Program
from pawc.driver.project import Project
from pawc.files.executable import Executable
from pawc.ir.nodes import ComposedFunction, Module, NeuralFunction, walk
from pawc.pass_base import Context
from pawc.pass_manager import PassManager
from pawc.pass_spec import parse_pipeline
from pawc.runtime.executor import Executor
from pawc.runtime.outcome import Answer, Engine, Outcome

SOURCE = Path(__file__).parent / "linking" / "desk.paw"
TEXT = Path(__file__).parent / "linking" / "linking.md.in"


@dataclass
class Counting:
    """An engine that counts what it is asked for before it hands it on."""

    engine: Engine
    calls: int = 0
    batches: int = 0

    def call(self, function: NeuralFunction, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
        self.calls += len(batch)
        self.batches += 1
        return self.engine.call(function, batch)


@dataclass
class Row:
    """A program after some passes, and what was measured of it."""

    name: str
    module: Module
    bytes: int
    calls: int = 0
    batches: int = 0
    seconds: list[float] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)

    @property
    def operations(self) -> int:
        return sum(1 for f in self.module.functions if isinstance(f, ComposedFunction) for _ in walk(f.body))


def rows(interpreter: str = "", level: int = 0) -> tuple[list[Row], Program]:
    """The linked program, then with one pass more each; and the whole of it as a program that runs."""
    options = Options(level=level, interpreter=interpreter, passes=building(level=level, seed=0, bits=8).text)
    builder = Builder(options, Console(quiet=True))
    compiled = builder.modules(Project.load([SOURCE]))
    program = Program(builder.link(compiled, builder.flags("bench")))
    linked = Builder(Options(level=level, interpreter=interpreter, passes=LINK), Console(quiet=True))
    module = linked.link(compiled, {}).module
    found = [Row(LINK, module, _bytes(module, program.executable))]
    for step in parse_pipeline(f"{OPTIMISE},{CLEAN}", PASSES):
        module = PassManager(passes=[step]).run(module, Context(blobs=builder.blobs))
        found.append(Row(step.name, module, _bytes(module, program.executable)))
    assert module == program.executable.module, "the default pipeline is what this page is about"
    return found, program


def _bytes(module: Module, like: Executable) -> int:
    """How long the executable of a module is."""
    manifest = like.manifest
    made = Executable.build(
        module, like.blobs, target=manifest["target"], interpreter=manifest["interpreter"], flags=manifest["flags"]
    )
    with tempfile.TemporaryDirectory() as folder:
        made.save(Path(folder) / "x.pawx")
        return (Path(folder) / "x.pawx").stat().st_size


def measure(found: Sequence[Row], engine: Engine, mails: Sequence[str], rounds: int) -> None:
    """Run every row on the same mails; the first round warms up and is not timed."""
    for number in range(rounds + 1):
        for row in found if number % 2 else found[::-1]:
            counting = Counting(engine)
            start = time.process_time()
            outcomes = Executor(row.module, counting).run(f"{row.module.name}.main", [(mail,) for mail in mails])
            seconds = time.process_time() - start
            row.answers = [outcome.value if isinstance(outcome, Answer) else outcome for outcome in outcomes]
            row.calls, row.batches = counting.calls, counting.batches
            row.seconds += [seconds] if number else []


def batching(module: Module, engine: Engine, mails: Sequence[str], rounds: int) -> list[tuple[str, int, int, float]]:
    """The same mails as one list to `map`, and as a stream; one call at a time and batched: calls, batches, seconds."""
    found = []
    as_list, as_stream = ("all", [(list(mails),)]), ("main", [(mail,) for mail in mails])
    for name, (function, records), batch in (
        ("one list through `map`, a call at a time", as_list, 1),
        ("one list through `map`, batches of 32", as_list, 32),
        ("a stream of records, a call at a time", as_stream, 1),
        ("a stream of records, batches of 32", as_stream, 32),
    ):
        times = []
        for _ in range(rounds):
            counting = Counting(engine)
            start = time.process_time()
            Executor(module, counting).run(f"{module.name}.{function}", records, batch)
            times.append(time.process_time() - start)
        found.append((name, counting.calls, counting.batches, statistics.median(times)))
    return found


def report(
    found: Sequence[Row], batched: Sequence[tuple[str, int, int, float]], count: int, interpreter: str
) -> Iterator[str]:
    """The page: the text that stands beside the program, and the tables."""
    effects = [
        "| after | functions | of them neural | operations | bytes | model calls | batches | seconds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    before: tuple[int, ...] | None = None
    for row in found:
        facts = (len(row.module.functions), len(row.module.neural), row.operations, row.bytes, row.calls, row.batches)
        cells = [str(fact) if before is None or fact == was else f"**{fact}**"
                 for fact, was in zip(facts, before or facts, strict=True)]  # fmt: skip
        effects.append(f"| `{row.name}` | {' | '.join(cells)} | {statistics.median(row.seconds):.2f} |")
        before = facts
    first = batched[0][3]
    joined = ["| how | model calls | batches | seconds | speed |", "|---|---|---|---|---|"]
    joined += [
        f"| {name} | {calls} | {batches} | {seconds:.2f} | {first / seconds:.1f} |"
        for name, calls, batches, seconds in batched
    ]
    same = all(row.answers == found[0].answers for row in found)
    yield TEXT.read_text(encoding="utf-8").format(
        effects="\n".join(effects),
        batching="\n".join(joined),
        count=count,
        interpreter=interpreter,
        same="the same answers" if same else "DIFFERENT ANSWERS",
    )


def main(argv: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--interp", default="", help="interpreter (default: the embedded one)")
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args(argv)
    found, program = rows(args.interp)
    mails = [line.replace(" / ", ". ") for line in lines(args.mails, seed=1)]
    measure(found, program.engine, mails, args.rounds)
    batched = batching(found[-1].module, program.engine, mails, args.rounds)
    name = program.executable.manifest["interpreter"]["name"]
    args.output.write_text("".join(report(found, batched, args.mails, name)), encoding="utf-8")
    print(json.dumps([[row.name, row.calls, row.batches, row.seconds] for row in found]), file=sys.stderr)
    return 0 if all(row.answers == found[0].answers for row in found) else 1


if __name__ == "__main__":
    sys.exit(main())
