"""`pawc build`: sources -> executables, doing only what is not done yet.

Each source becomes the executable of its program, beside it: a.paw -> a.pawx. With -o, all sources
together become one executable (or, if OUT is a folder, are put there one each). What is imported
need not be named.

Without -O a function with at least 8 examples is compiled with -O2; others with -O1 if there is a
neural compiler for the interpreter (--compiler, or in the box), else with -O0. -O1 is compared with
-O0 where there are examples to compare them on. stderr says which was used.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path

from pawc.base import fsio
from pawc.base.diagnostics import fail
from pawc.cli.options import add_build_flags, add_static_flag, build_options
from pawc.cli.values import output
from pawc.driver.build import Builder
from pawc.driver.console import Console
from pawc.driver.dependencies import write_dependencies
from pawc.driver.project import Project
from pawc.ir.printer import print_module
from pawc.syntax import nodes as syntax

SUFFIXES = {"exe": ".pawx", "obj": ".pawo", "ir": ".ir", "ast": ".ast"}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", metavar="SOURCE", type=Path, help="a .paw file")
    parser.add_argument(
        "-o", "--output", metavar="OUT", type=output, help="the file to write, or a folder for all of them"
    )
    parser.add_argument(
        "--emit",
        metavar="KIND",
        choices=SUFFIXES,
        default="exe",
        help="exe (default); obj: a .pawo per source; ir, ast: as text, to stdout",
    )
    parser.add_argument(
        "-MMD",
        dest="dependencies",
        action="store_true",
        help="also write what each output was made from, for make: OUT with the suffix .d",
    )
    add_static_flag(parser)
    add_build_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    if arguments.static and arguments.emit != "exe":
        fail("P0901", f"--static is for executables, --emit {arguments.emit} makes none", where="pawc build")
    if arguments.dependencies and arguments.emit in ("ir", "ast"):
        fail("P0901", f"-MMD is for files that make makes, --emit {arguments.emit} is for reading", where="pawc build")
    if arguments.output == "-" and arguments.emit in ("exe", "obj"):
        message = f"--emit {arguments.emit} writes files, and none to standard output"
        fail("P0907", message, where="pawc build", help="name a file after -o; ./- is one called `-`")
    builder = Builder(replace(build_options(arguments), static=arguments.static), Console(quiet=arguments.quiet))
    sources: list[Path] = arguments.sources
    if arguments.emit in ("ir", "ast"):
        _print_trees(builder, sources, arguments)
    else:
        outputs = _outputs(sources, arguments.output, arguments.emit)
        if builder.options.jobs > 1 and len(outputs) > 1:
            builder.prepare(outputs, objects=arguments.emit == "obj")
        for group, file in outputs:
            if arguments.emit == "exe":
                made_from = builder.executable_file(group, file)
            else:
                made_from = builder.object_file(group[0], file)
            if arguments.dependencies:
                write_dependencies(file, made_from)
    builder.report_times()
    return 0


def _outputs(sources: Sequence[Path], asked: str | None, emit: str) -> list[tuple[list[Path], Path]]:
    """Which sources go into which file."""
    suffix = SUFFIXES[emit]
    if asked is None:
        return [([source], source.with_suffix(suffix)) for source in sources]
    if asked.endswith("/") or Path(asked).is_dir():
        outputs = [([source], Path(asked) / source.with_suffix(suffix).name) for source in sources]
        if len({file for _, file in outputs}) < len(outputs):
            fail(
                "P0907", f"two sources have the same name: both would become one file in `{asked}`", where="pawc build"
            )
        return outputs
    if emit == "obj" and len(sources) > 1:
        fail(
            "P0907",
            f"`-o {asked}` is one file, and {len(sources)} sources have an object each",
            where="pawc build",
            help="name a folder, or leave -o out",
        )
    return [(list(sources), Path(asked))]


def _print_trees(builder: Builder, sources: Sequence[Path], arguments: argparse.Namespace) -> None:
    """--emit ast, --emit ir: syntax trees, or modules after the passes that need no model (or after --passes)."""
    project = Project.load(sources)
    if arguments.emit == "ast":
        texts = ["".join(f"{line}\n" for line in _tree(project.files[name])) for name in project.roots]
    elif arguments.passes:
        texts = [print_module(module) for module in builder.modules(project, only=project.roots)]
    else:
        texts = [print_module(module) for module in project.checked if module.name in project.roots]
    text = "\n".join(texts)
    if arguments.output and arguments.output != "-":
        fsio.write_atomic(Path(arguments.output), text.encode())
    else:
        sys.stdout.write(text)


def _tree(node: syntax.Node, name: str = "", indent: str = "") -> Iterator[str]:
    """A syntax tree as text: a node a line, its scalars beside it, its parts below it."""
    parts = [(field.name, getattr(node, field.name)) for field in fields(node) if field.name not in ("span", "source")]
    scalars = [f"{label}={value!r}" for label, value in parts if not isinstance(value, syntax.Node | tuple)]
    place = f"@{node.span.line}:{node.span.column}" if node.span else ""
    yield " ".join(part for part in (f"{indent}{name}{type(node).__name__}", *scalars, place) if part)
    for label, value in parts:
        if isinstance(value, syntax.Node):
            yield from _tree(value, f"{label}: ", indent + "  ")
        elif isinstance(value, tuple):
            for item in value:
                if isinstance(item, syntax.Node):
                    yield from _tree(item, f"{label}: ", indent + "  ")
                else:
                    yield f"{indent}  {label}: {item!r}"
