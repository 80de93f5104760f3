"""What commands share: the argument parser, the flags of a build, opening a program."""

from __future__ import annotations

import argparse
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pawc.base.diagnostics import fail, nearest
from pawc.cli import values
from pawc.driver.console import Console
from pawc.files.kinds import is_source

if TYPE_CHECKING:
    from pawc.driver.build import Options
    from pawc.driver.program import Function, Program


ENGINES = {"torch": "cpu", "native": "native", "native-int8": "native-int8"}
"""The backends that run a program for the CPU, by what `--engine` calls them."""

BUILD_FLAGS = {
    "level": "-O",
    "interp": "--interp",
    "compiler": "--compiler",
    "teacher": "--teacher",
    "bits": "--bits",
    "seed": "--seed",
    "jobs": "--jobs",
    "target": "--target",
    "passes": "--passes",
    "print_after": "--print-after",
    "time_passes": "--time-passes",
}
"""The flags of a build by the names of their values, which are None, False or empty where the flag is not given."""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """At most 100 columns wide; `-o, --out FILE` however old the Python is."""

    def __init__(self, prog: str) -> None:
        columns = shutil.get_terminal_size((100, 24)).columns
        super().__init__(prog, width=min(100, columns), max_help_position=30)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings or action.nargs == 0:
            return super()._format_action_invocation(action)
        return f"{', '.join(action.option_strings)} {self._format_args(action, (action.dest or '').upper())}"


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are diagnostics, like everybody else's."""

    def __init__(self, *, prog: str, summary: str, details: str) -> None:
        # The module's docstring is the help: its first line says what the module is, the rest is for users.
        _, _, rest = details.partition("\n\n")
        super().__init__(
            prog=prog,
            description=f"{summary[0].upper()}{summary[1:]}.\n\n{rest.strip()}".strip(),
            formatter_class=_Formatter,
            allow_abbrev=False,
        )

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The arguments; options may stand between files, as with any compiler."""
        return (self.parse_args if self._subparsers else self.parse_intermixed_args)(list(arguments))

    def error(self, message: str) -> NoReturn:
        help = f"`{self.prog} --help` shows what is accepted"
        if re.search(r"unrecognized arguments:.* -O", message) and "-O0" in self._option_string_actions:
            help = "the levels are -O0, -O1, -O2 and -O3"
        if choice := re.search(r"invalid choice: '?([^' ]*)'? \(choose from (.*)\)", message):
            help = nearest(choice[1], re.findall(r"[\w.-]+", choice[2])) or help
        fail("P0901", message, where=self.prog, help=help)


def add_build_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of everything that may compile something."""
    group = parser.add_argument_group("compiling")
    levels = group.add_mutually_exclusive_group()
    for level, meaning in (
        (0, "the specification and the examples as a prompt; no training"),
        (1, "a program made by the neural compiler in one pass; -O0 where that does better"),
        (2, "a prefix tuned on the function's own examples"),
        (3, "the best of several prompts, then as -O2"),
    ):
        levels.add_argument(f"-O{level}", dest="level", action="store_const", const=level, help=meaning)
    group.add_argument("--interp", metavar="NAME", help="interpreter to compile for (default: the embedded one)")
    group.add_argument("--compiler", metavar="FILE", help="neural compiler for -O1 (default: the one in the box)")
    group.add_argument(
        "--teacher", metavar="NAME", help="writes examples of functions with few (unless labels are answers)"
    )
    group.add_argument(
        "--bits", metavar="N", type=values.bits, help="bits per number of a prefix: 16, 8 (default), 6 or 4"
    )
    group.add_argument("--seed", metavar="N", type=values.seed, help="seed of everything random (default: 0)")
    group.add_argument("-j", "--jobs", metavar="N", type=values.whole(1), help="compile N functions at a time")
    add_link_flags(parser)


def add_link_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of everything that runs passes."""
    group = parser.add_argument_group("passes and targets")
    targets = "cpu (default), cuda, onnx, onnx-int8, onnx-int4, native, native-int8, reference, null"
    group.add_argument("--target", metavar="NAME", help=f"what it is for: {targets}")
    group.add_argument(
        "--passes", metavar="LIST", help="instead of the default passes, and of -O, --bits, --seed: 'a,b{x=1},link'"
    )
    group.add_argument(
        "--print-after",
        metavar="PASS",
        type=values.pass_name,
        action="append",
        default=[],
        help="print the IR after it, to stderr",
    )
    group.add_argument("--time-passes", action="store_true", help="say on stderr how long each pass took")
    group.add_argument("-q", "--quiet", action="store_true", help="no progress on stderr, only errors")


def add_static_flag(parser: argparse.ArgumentParser) -> None:
    """The flag of commands that write executables."""
    parser.add_argument(
        "--static",
        action="store_true",
        help="put the interpreter into the executable, which then runs on a machine without it",
    )


def link_options(arguments: argparse.Namespace) -> Options:
    """The options that the flags of `add_link_flags` spell."""
    from pawc.driver.build import Options

    return Options(
        target=arguments.target or Options.target,
        passes=arguments.passes or "",
        print_after=tuple(arguments.print_after),
        time_passes=arguments.time_passes,
    )


def build_options(arguments: argparse.Namespace) -> Options:
    """The options of a build that the flags of `add_build_flags` spell."""
    numbers = {name: getattr(arguments, name) for name in ("level", "bits", "seed", "jobs")}
    return replace(
        link_options(arguments),
        interpreter=arguments.interp or "",
        compiler=arguments.compiler or "",
        teacher=arguments.teacher or "",
        **{name: number for name, number in numbers.items() if number is not None},
    )


def open_program(path: Path, arguments: argparse.Namespace) -> Program:
    """The program in an executable, or the one that a .paw source is built to, in the cache."""
    from pawc.api import load

    if is_source(path):
        return load(path, build_options(arguments), Console(quiet=arguments.quiet))
    _refuse_build_flags(path, arguments)
    return load(path)


def _refuse_build_flags(path: Path, arguments: argparse.Namespace) -> None:
    """No flag of a build changes an executable: it would say one thing, and another would run."""
    given = [flag for name, flag in BUILD_FLAGS.items() if _is_given(getattr(arguments, name))]
    if not given:
        return
    shown = ", ".join(f"-O{arguments.level}" if flag == "-O" else flag for flag in given)
    help = f"build the program with {'it' if len(given) == 1 else 'them'}, or name its source"
    if arguments.target is not None:
        help += "; --engine chooses what an executable runs on"
    fail("P0901", f"{shown}: of no use for `{path}`, which is built already", where=str(path), help=help)


def _is_given(value: object) -> bool:
    return value is not None and value is not False and value != []


def add_engine_flag(parser: argparse.ArgumentParser) -> None:
    """The flag of commands that run programs."""
    parser.add_argument(
        "--engine",
        metavar="NAME",
        choices=ENGINES,
        help="what it runs on: torch (default); native: starts at once, twice as fast and more, for Llamas "
        "and Qwen2 models; native-int8: faster still at reading, less exact",
    )


def on_engine(program: Program, arguments: argparse.Namespace) -> Program:
    """The program on the engine that `--engine` names, else on that of its target."""
    return program.on(ENGINES[arguments.engine]) if arguments.engine else program


def named_function(program: Program, name: str | None) -> Function:
    """The function that `-f` names, else the entry."""
    return program.entry if name is None else program[name]
