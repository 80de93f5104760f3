"""`pawc link`: .pawo objects -> one .pawx executable.

Objects may come in any order. The public functions of those that no other imports can be called by
name; `main`, or the only one, is the entry.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pawc.base.diagnostics import Collector, fail
from pawc.cli.options import add_link_flags, add_static_flag, link_options
from pawc.cli.values import binary_output
from pawc.driver.build import Builder, without_entry
from pawc.driver.console import Console
from pawc.files.kinds import need_object
from pawc.files.objfile import ObjectFile
from pawc.ir.nodes import Module


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("objects", nargs="+", metavar="OBJECT", type=Path, help="a .pawo file")
    parser.add_argument(
        "-o", "--output", metavar="OUT", type=binary_output, required=True, help="the executable to write"
    )
    add_static_flag(parser)
    add_link_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    console, errors = Console(quiet=arguments.quiet), Collector()
    builder = Builder(replace(link_options(arguments), static=arguments.static), console)
    modules: list[Module] = []
    interpreters: list[tuple[Path, Mapping[str, str]]] = []
    for path in arguments.objects:
        with errors.guard():
            need_object(path)
            found = ObjectFile.load(path, builder.blobs)
            modules.append(found.module)
            if found.interpreter is not None:
                interpreters.append((path, found.interpreter))
    errors.raise_if_any()
    interpreter = _of_all(interpreters)
    flags = builder.flags(" ".join(sorted(f"{module.name}.paw" for module in modules)))
    executable = builder.link(modules, flags, interpreter)
    executable.save(arguments.output)
    console.log(f"wrote {arguments.output}")
    if warning := without_entry(executable.module, arguments.output):
        console.log(warning)
    builder.report_times()
    return 0


def _of_all(named: Sequence[tuple[Path, Mapping[str, str]]]) -> Mapping[str, str] | None:
    """The interpreter that objects were compiled for, None if they need none.

    Weights are in the modules, where `link` compares them; what else interpreters differ in only objects say.
    """
    if not named:
        return None
    first, interpreter = named[0]
    for path, other in named[1:]:
        if other["sha256"] != interpreter["sha256"]:
            continue
        for field, what in (("tokenizer_sha256", "tokenizers"), ("layout_sha256", "chat layouts")):
            if other[field] != interpreter[field]:
                message = f"different {what}: `{first}` is for `{interpreter['name']}`, `{path}` for `{other['name']}`"
                fail("P0612", message, where=str(path), help="build all files with one `--interp`")
    return interpreter
