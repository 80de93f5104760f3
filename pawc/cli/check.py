"""`pawc check`: sources -> every error in them and in what they import, without any model.

Parses, binds names, checks types, examples, tests and data files: what `pawc build` does before it
compiles.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pawc.base.diagnostics import Collector
from pawc.cli.options import Parser
from pawc.driver.console import Console
from pawc.driver.pipeline import checking
from pawc.driver.project import Project
from pawc.pass_base import Context
from pawc.pass_manager import PassManager


def configure(parser: Parser) -> None:
    parser.add_argument("sources", nargs="+", metavar="SOURCE", type=Path, help="a .paw file")
    parser.add_argument("-q", "--quiet", action="store_true", help="no warnings, only errors")


def run(arguments: argparse.Namespace) -> int:
    console, errors = Console(quiet=arguments.quiet), Collector()
    for source in arguments.sources:
        with errors.guard():
            project = Project.load([source])
            ctx = Context(signatures=project.signatures, log=console.log)
            manager = PassManager(passes=checking().per_file)
            for module in project.modules:
                manager.run(module, ctx)
    errors.raise_if_any()
    return 0
