"""`pawc suggest`: examples of functions that have few, as a larger interpreter writes them, to correct and keep.

`pawc build --teacher NAME` compiles functions whose answers are no labels with such examples as
they are. Here those of all functions go to stdout as source: put the right ones into the .paw file.
An example that somebody has read is worth more, and with 8 of them a function is tuned (-O2).

  pawc interp pull qwen2.5-coder-1.5b-instruct
  pawc suggest mail.paw --teacher qwen2.5-coder-1.5b-instruct
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pawc.base.diagnostics import fail, nearest
from pawc.driver.console import Console

if TYPE_CHECKING:
    from pawc.ir.nodes import Example, NeuralFunction


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", metavar="SOURCE", type=Path, help="a .paw file")
    parser.add_argument("--teacher", metavar="NAME", required=True, help="the interpreter that writes")
    parser.add_argument(
        "-f", "--function", metavar="NAME", action="append", default=[], help="of this function only (may be repeated)"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress on stderr, only errors")


def run(arguments: argparse.Namespace) -> int:
    from pawc.backends.quickest import quickest
    from pawc.driver.project import Project
    from pawc.interpreters.store import Store
    from pawc.ir.nodes import base_name
    from pawc.neural.teacher import FEW, Teacher, has_few
    from pawc.syntax.literals import written

    def inputs(function: NeuralFunction, example: Example) -> str:
        values = [written(value) for value in example.inputs]
        named = (f"{param.name}: {value}" for param, value in zip(function.params, values, strict=True))
        return values[0] if len(values) == 1 else f"({', '.join(named)})"

    console = Console(quiet=arguments.quiet)
    project = Project.load(arguments.sources)
    roots = [module for module in project.checked if module.name in project.roots]
    every = [function for module in roots for function in module.neural]
    names = {base_name(function.symbol) for function in every}
    for name in arguments.function:
        if name not in names:
            help = nearest(name, names) or f"there are {', '.join(sorted(names)) or 'none'}"
            fail("P0901", f"there is no function `{name}` that an interpreter runs", where="--function", help=help)
    wanted = [one for one in every if base_name(one.symbol) in (arguments.function or names)]
    asked = [function for function in wanted if has_few(function)]
    for function in wanted:
        if function not in asked:
            console.log(f"{function.symbol}: left out, as it has {FEW} examples or more")
    if not asked:
        return 0
    info = Store(say=console.log).resolve(arguments.teacher)
    teacher = Teacher(info, quickest(info))
    teacher.ask(asked)
    for function in asked:
        new = teacher.taught(function).examples[len(function.examples) :]
        lines = [f"example {inputs(function, one)} -> {written(one.output)}\n" for one in new]
        why = teacher.failure(function) or "nothing that is of its type"
        sys.stdout.write(f"# {function.symbol}\n" + ("".join(lines) or f"# {why}\n"))
    return 0
