"""Public tasks -> `.paw` functions -> exact match of each way to compile them, in one table.

    python -m bench.dev_tasks run CORPUS.jsonl.gz --work build/dev-tasks        # resumes where it stopped
    python -m bench.dev_tasks run CORPUS.jsonl.gz --work build/dev-tasks --part 0/2 &   # the same, shared by two
    python -m bench.dev_tasks report --work build/dev-tasks -o docs/dev-tasks.md

A corpus holds one task a line: `{"task", "spec", "examples": [[input, output], ...], ...}`. Which tasks are taken
does not depend on any result: of those with enough examples, the ones with the shortest texts.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pawc.backends import backend

from pawc.driver.build import Builder, Options
from pawc.driver.console import Console
from pawc.driver.project import Project
from pawc.runtime.executor import Executor
from pawc.runtime.outcome import Answer

EXAMPLES, TESTS = 16, 50


@dataclass(frozen=True)
class Arm:
    """One way to make a program: how many of the examples it is given, the level, the bits of its prefix."""

    title: str
    examples: int
    level: int
    bits: int = 16


ARMS = {
    "zero-shot": Arm("zero-shot prompt", 0, 0),
    "five-shot": Arm("5-shot prompt", 5, 0),
    "O0": Arm("`-O0` (16-shot template)", EXAMPLES, 0),
    "O2": Arm("`-O2`, 16-bit prefix", EXAMPLES, 2),
    "O2-8": Arm("`-O2`, 8-bit prefix", EXAMPLES, 2, 8),
    "O2-6": Arm("`-O2`, 6-bit prefix", EXAMPLES, 2, 6),
    "O2-4": Arm("`-O2`, 4-bit prefix", EXAMPLES, 2, 4),
}
PROMPTS = ("zero-shot", "five-shot", "O0")


@dataclass(frozen=True)
class Task:
    """A function by its specification, the examples to compile it from, the rows to test it on."""

    name: str
    spec: str
    examples: tuple[tuple[str, str], ...]
    tests: tuple[tuple[str, str], ...]


def read_tasks(corpus: Path, count: int) -> list[Task]:
    """The `count` tasks with the shortest texts, among those with enough examples of different inputs."""
    found = []
    reader = gzip.open if corpus.suffix == ".gz" else open
    with reader(corpus, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            rows = list({given: (given, wanted) for given, wanted in record["examples"]}.values())
            random.Random(record["task"]).shuffle(rows)
            if len(rows) < EXAMPLES + TESTS:
                continue
            task = Task(record["task"], record["spec"], tuple(rows[:EXAMPLES]), tuple(rows[EXAMPLES:][:TESTS]))
            found.append((sum(len(i) + len(o) for i, o in task.examples), task))
    found.sort(key=lambda sized: (sized[0], sized[1].name))
    return [task for _, task in found[:count]]


def write_source(task: Task, shown: int, folder: Path) -> Path:
    """The task as a `.paw` file that is given the first `shown` examples."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_rows(folder / "tests.jsonl", task.tests)
    body = [f"  spec {_quoted(task.spec)}", '  tests from "tests.jsonl" at least 0.0']
    if shown:
        _write_rows(folder / f"examples{shown}.jsonl", task.examples[:shown])
        body.append(f'  examples from "examples{shown}.jsonl"')
    path = folder / f"shown{shown}.paw"
    path.write_text("fn answer(input: text) -> text {\n" + "\n".join(body) + "\n}\n", encoding="utf-8")
    return path


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\\/", "/")


def _write_rows(path: Path, rows: Sequence[tuple[str, str]]) -> None:
    lines = (json.dumps({"input": given, "output": wanted}, ensure_ascii=False) for given, wanted in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def measure(task: Task, arm: Arm, work: Path, root: Path) -> dict[str, Any]:
    """Build the task for one arm, run its tests, count the answers that are right to the letter."""
    source = write_source(task, arm.examples, work / task.name.replace("/", "-"))
    start = time.perf_counter()
    builder = Builder(Options(level=arm.level, bits=arm.bits), Console())
    executable = builder.executable(Project.load([source], root))
    built = time.perf_counter()
    path = source.with_suffix(f".{arm.level}.{arm.bits}.pawx")
    executable.save(path)
    (function,) = executable.module.neural
    engine = backend("cpu").load(executable, builder.store.resolve())
    outcomes = Executor(executable.module, engine).run(function.symbol, [(given,) for given, _ in task.tests])
    answers = [outcome.value.strip() if isinstance(outcome, Answer) else None for outcome in outcomes]
    right = sum(answer == wanted.strip() for answer, (_, wanted) in zip(answers, task.tests, strict=True))
    program = function.program
    assert program is not None
    return {
        "exact": right / len(task.tests),
        "build_s": round(built - start, 2),
        "run_s": round(time.perf_counter() - built, 2),
        "bytes": path.stat().st_size,
        "states": len(program.tokens) + (program.prefix.length if program.prefix else 0),
        "report": dict(program.report),
        "answers": answers,
    }


def run(args: argparse.Namespace) -> int:
    """Measure every task and arm that has no result yet."""
    part, parts = (int(number) for number in args.part.split("/"))
    args.work.mkdir(parents=True, exist_ok=True)
    (args.work / "paw.toml").touch()
    for number, task in enumerate(read_tasks(args.corpus, args.tasks)):
        if number % parts != part:
            continue
        for name in args.arms.split(","):
            place = args.work / "results" / f"{task.name.replace('/', '-')}.{name}.json"
            if place.exists():
                continue
            result = measure(task, ARMS[name], args.work, args.work)
            place.parent.mkdir(exist_ok=True)
            place.write_text(json.dumps({"task": task.name, "arm": name, **result}, ensure_ascii=False, indent=1))
            print(f"{task.name:36} {name:10} {result['exact']:.2f}  built {result['build_s']} s", flush=True)
    return 0


def interval(values: Sequence[float], rounds: int = 10_000) -> tuple[float, float]:
    """A 95% bootstrap interval of the mean."""
    rng = random.Random(0)
    means = sorted(statistics.fmean(rng.choices(values, k=len(values))) for _ in range(rounds))
    return means[int(0.025 * rounds)], means[int(0.975 * rounds)]


def report(args: argparse.Namespace) -> int:
    """Write the table of everything measured."""
    results: dict[str, dict[str, dict[str, Any]]] = {}
    for path in sorted((args.work / "results").glob("*.json")):
        result = json.loads(path.read_text())
        results.setdefault(result["task"], {})[result["arm"]] = result
    whole = {task: arms for task, arms in results.items() if set(arms) >= set(ARMS)}
    if not whole:
        print("nothing is measured on all arms yet", file=sys.stderr)
        return 1
    args.output.write_text("\n".join(_report(whole)) + "\n", encoding="utf-8")
    return 0


def _report(results: dict[str, dict[str, dict[str, Any]]]) -> Iterator[str]:
    columns = {arm: [results[task][arm]["exact"] for task in results] for arm in ARMS}
    means = {arm: statistics.fmean(values) for arm, values in columns.items()}
    prompt = max(PROMPTS, key=means.__getitem__)
    gains = [results[task]["O2"]["exact"] - results[task][prompt]["exact"] for task in results]
    low, high = interval(gains)
    yield from (
        "# How well functions are compiled, by level",
        "",
        f"{len(results)} public tasks, each as a `.paw` function `text -> text` with its specification, {EXAMPLES}",
        f"examples and {TESTS} tests, on the default interpreter, backend `cpu`. Exact match, free greedy decoding, no",
        f"constraint. Prompts are chats with one turn per example. Of the tasks with {EXAMPLES + TESTS} or more",
        f"examples these are the {len(results)} with the shortest texts, whatever came out. By `bench/dev_tasks.py`.",
        "",
        f"`-O2` against the best prompt ({ARMS[prompt].title}): **{100 * statistics.fmean(gains):+.1f} points**"
        f" (95% interval over tasks {100 * low:+.1f} to {100 * high:+.1f}).",
        f"4-bit prefixes against 16-bit: {100 * (means['O2-4'] - means['O2']):+.1f} points;"
        f" 8-bit: {100 * (means['O2-8'] - means['O2']):+.1f}.",
        "",
        "Medians of: size of the executable; states (tokens) that a call attends to besides its own; build.",
        "",
        "| arm | mean exact match | 95% interval over tasks | size | states | build |",
        "|---|---|---|---|---|---|",
    )
    for arm, values in columns.items():
        low, high = interval(values)
        rows = [results[task][arm] for task in results]
        size, states, built = (statistics.median(row[key] for row in rows) for key in ("bytes", "states", "build_s"))
        told = "from the cache" if arm.startswith("O2-") else f"{built:.1f} s"
        scores = f"{means[arm]:.3f} | {low:.2f} to {high:.2f}"
        yield f"| {ARMS[arm].title} | {scores} | {size / 1e6:.2f} MB | {states:.0f} | {told} |"
    yield from ("", "| task | " + " | ".join(ARMS) + " |", "|---|" + "---|" * len(ARMS))
    for task, arms in sorted(results.items(), key=lambda item: item[0]):
        yield f"| {task} | " + " | ".join(f"{arms[arm]['exact']:.2f}" for arm in ARMS) + " |"


def main(argv: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    runs = commands.add_parser("run", help="measure what has no result yet")
    runs.add_argument("corpus", type=Path)
    runs.add_argument("--tasks", type=int, default=24)
    runs.add_argument("--part", default="0/1", help="take every n-th task: i/n")
    runs.add_argument("--arms", default=",".join(ARMS))
    runs.set_defaults(call=run)
    reports = commands.add_parser("report", help="write the table")
    reports.add_argument("-o", "--output", type=Path, required=True)
    reports.set_defaults(call=report)
    for command in (runs, reports):
        command.add_argument("--work", type=Path, default=Path("build/dev-tasks"))
    args = parser.parse_args(argv)
    status: int = args.call(args)
    return status


if __name__ == "__main__":
    sys.exit(main())
