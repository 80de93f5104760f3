"""`pawc link`: .pawo objects -> one .pawx executable.

Objects may come in any order. The public functions of those that no other imports can be called by
name; `main`, or the only one, is the entry.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pawc.base.diagnostics import Collector
from pawc.cli.options import add_link_flags, add_static_flag, link_options
from pawc.driver.build import Builder
from pawc.driver.console import Console
from pawc.files.objfile import ObjectFile
from pawc.ir.nodes import Module


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("objects", nargs="+", metavar="OBJECT", type=Path, help="a .pawo file")
    parser.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="the executable to write")
    add_static_flag(parser)
    add_link_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    console, errors = Console(quiet=arguments.quiet), Collector()
    builder = Builder(replace(link_options(arguments), static=arguments.static), console)
    modules: list[Module] = []
    interpreter: Mapping[str, str] | None = None
    for path in arguments.objects:
        with errors.guard():
            found = ObjectFile.load(path, builder.blobs)
            modules.append(found.module)
            interpreter = found.interpreter or interpreter  # that all have the same one is for `link` to check
    errors.raise_if_any()
    flags = builder.flags(" ".join(sorted(f"{module.name}.paw" for module in modules)))
    executable = builder.link(modules, flags, interpreter)
    executable.save(arguments.output)
    console.log(f"wrote {arguments.output}")
    builder.report_times()
    return 0
