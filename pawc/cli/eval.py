"""`pawc eval`: how well each way to make programs does on tasks, in one table.

TASKS are JSON lines (docs/data.md; .jsonl or .jsonl.gz) or .paw files with tests. Without --arms
all arms are measured that have what they need: --compiler (or the one in the box), --universal,
--teacher, --large. An arm that takes long may be measured on fewer tasks (`large-raw:16`); it has
a table of its own then, beside the others on the same tasks.
Results are kept in OUT/results.jsonl: the same command again measures what is missing. It writes
OUT/report.md and OUT/report.svg, and the table to stdout.

  pawc eval dev.jsonl.gz --out eval/dev --arms raw,fewshot,both,generic --versus both,generic
  pawc eval examples/*/*.paw --out eval/examples
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Set
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pawc.base import fsio
from pawc.base.diagnostics import fail, nearest
from pawc.cli.options import add_engine_flag
from pawc.cli.values import seed, whole
from pawc.driver.console import Console

if TYPE_CHECKING:
    from pawc.evaluate.arms import Tools
    from pawc.interpreters.info import InterpreterInfo
    from pawc.interpreters.store import Store
    from pawc.neural.shipped import CompilerFile


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tasks", nargs="*", metavar="TASKS", type=Path, help=".jsonl, .jsonl.gz or .paw")
    parser.add_argument("--out", metavar="DIR", type=Path, default=Path("eval"), help="default: eval")
    parser.add_argument(
        "--arms", metavar="A,B", default="", help="these arms, in this order (default: all there are); A:N: on N tasks"
    )
    parser.add_argument("--list-arms", action="store_true", help="list the arms instead")
    parser.add_argument("--versus", metavar="A,B", action="append", default=[], help="paired difference of two arms")
    parser.add_argument(
        "--limit", metavar="N", type=whole(0), default=0, help="N tasks, drawn by the seed (default: all)"
    )
    parser.add_argument("--tests", metavar="N", type=whole(1), default=50, help="at most N tests a task (default: 50)")
    parser.add_argument("--seed", metavar="N", type=seed, default=0, help="seed of everything random (default: 0)")
    parser.add_argument("--interp", metavar="NAME", default="", help="interpreter (default: the embedded one)")
    parser.add_argument("--compiler", metavar="FILE", default="", help="neural compiler (default: the one in the box)")
    parser.add_argument(
        "--writer", metavar="FILE", default="", help="the compiler that writes pseudo-programs (default: the same one)"
    )
    parser.add_argument(
        "--universal", metavar="FILE", default="", help="what `pawc train --config universal` made, for that arm"
    )
    parser.add_argument("--teacher", metavar="NAME", default="", help="a larger interpreter, for the arms `taught...`")
    parser.add_argument("--large", metavar="NAME", default="", help="a larger interpreter, for the arms `large-...`")
    add_engine_flag(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress on stderr, only errors")


def run(arguments: argparse.Namespace) -> int:
    from pawc.evaluate.arms import ARMS
    from pawc.evaluate.measure import Bench
    from pawc.evaluate.report import Report, pairs_of
    from pawc.evaluate.results import Results
    from pawc.evaluate.tasks import drawn, subjects
    from pawc.interpreters.store import Store

    if arguments.list_arms:
        for name, arm in ARMS.items():
            print(f"{name:14} {arm.title}" + (f" (needs --{arm.needs})" if arm.needs else ""))
        return 0
    if not arguments.tasks:
        fail("P0901", "name the files of tasks to evaluate on", where="pawc eval")
    console = Console(quiet=arguments.quiet)
    _known_arms(arguments.arms)
    store = Store(say=console.log)
    info = store.resolve(arguments.interp)
    compilers = _compilers(arguments, info)
    there = {"", *compilers, *(name for name in ("large", "teacher") if getattr(arguments, name))}
    arms = _arms(arguments.arms, there | ({"teacher+compiler"} if {"teacher", "compiler"} <= there else set()))
    versus = pairs_of(arguments.versus, list(arms))
    found = subjects(arguments.tasks, limit=arguments.limit, tests=arguments.tests, seed=arguments.seed)
    tools = _tools(arguments, store, info, compilers)
    bench = Bench(tools, Results(arguments.out / "results.jsonl"), arguments.engine or "torch")
    wanted = {arm: drawn(found, limit, arguments.seed) for arm, limit in arms.items()}
    results = []
    total = sum(2 if subject.kind else 1 for own in wanted.values() for subject in own)
    try:
        for number, result in enumerate(bench.run(found, wanted), start=1):
            results.append(result)
            console.progress("results", number, total)
    finally:
        console.close()
    report = Report.of(results, list(arms))
    text = report.markdown(versus)
    fsio.write_atomic(arguments.out / "report.md", text.encode())
    fsio.write_atomic(arguments.out / "report.svg", report.svg().encode())
    sys.stdout.write(text)
    return 0


def _known_arms(asked: str) -> dict[str, int]:
    """The arms that were asked for, each once, and on how many tasks (0: all)."""
    from pawc.evaluate.arms import ARMS

    arms: dict[str, int] = {}
    for text in asked.split(",") if asked else ():
        name, colon, limit = text.partition(":")
        if name not in ARMS:
            fail("P1301", f"there is no arm `{name}`", where="--arms", help=nearest(name, ARMS) or ", ".join(ARMS))
        if colon and not (limit.isdecimal() and limit.isascii() and int(limit) > 0):
            fail("P1301", f"`{text}` does not say on how many tasks", where="--arms", help=f"e.g. {name}:16")
        arms.setdefault(name, int(limit or 0))
    return arms


def _arms(asked: str, there: Set[str]) -> dict[str, int]:
    """The arms that were asked for, or all that have what they need."""
    from pawc.evaluate.arms import ARMS

    for name in (arms := _known_arms(asked)):
        if (needs := ARMS[name].needs) not in there:
            flags = " and --".join(needs.split("+"))
            fail("P1301", f"the arm `{name}` needs --{flags}", where="--arms", help="name it, or leave the arm out")
    return arms or {name: 0 for name, arm in ARMS.items() if arm.needs in there}


def _compilers(arguments: argparse.Namespace, info: InterpreterInfo) -> dict[str, CompilerFile]:
    """The neural compilers of arms, by what the arms call them; nothing is loaded."""
    from pawc.neural.shipped import compiler_for

    found = {"compiler": compiler_for(info.sha256, arguments.compiler)}
    found["writer"] = compiler_for(info.sha256, arguments.writer) if arguments.writer else found["compiler"]
    if arguments.universal:
        found["universal"] = compiler_for(info.sha256, arguments.universal)
    return {name: file for name, file in found.items() if file is not None}


def _tools(
    arguments: argparse.Namespace, store: Store, info: InterpreterInfo, compilers: Mapping[str, CompilerFile]
) -> dict[str, Tools]:
    """What arms may need, loaded."""
    import torch

    from pawc.backends.quickest import quickest
    from pawc.evaluate.arms import Tools
    from pawc.neural.o1 import O1
    from pawc.neural.teacher import Teacher
    from pawc.runtime.interpreter import Interpreter

    def loaded(info: InterpreterInfo) -> Interpreter:
        return Interpreter.load(info.folder, torch.float32)

    interpreter = loaded(info)

    @cache
    def with_compiler(file: CompilerFile) -> Tools:
        own = file.network == interpreter.sha256
        network = None if own else loaded(store.by_sha256(file.network))
        return Tools(interpreter, O1.load(file.path, interpreter, network), arguments.seed)

    found = {"": Tools(interpreter, seed=arguments.seed)}
    found |= {name: with_compiler(file) for name, file in compilers.items()}
    if (both := found.get("compiler")) and (writer := found.get("writer")):
        found["writer"] = replace(both, writer=writer.o1)
    if arguments.teacher:
        teacher = store.resolve(arguments.teacher)
        found["teacher"] = replace(found[""], teacher=Teacher(teacher, quickest(teacher)))
        if both:
            found["teacher+compiler"] = replace(both, teacher=found["teacher"].teacher)
    if arguments.large:
        found["large"] = Tools(loaded(store.resolve(arguments.large)), seed=arguments.seed)
    return found
