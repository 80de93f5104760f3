"""`pawc check`: sources -> every error in them and in what they import, without any model.

Parses, binds names, checks types, examples, tests and data files: what `pawc build` does before it
compiles.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pawc.base.diagnostics import Collector, Diagnostic
from pawc.cli.options import Parser
from pawc.driver.console import Console
from pawc.driver.pipeline import checking
from pawc.driver.project import Project
from pawc.ir.nodes import is_public
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
                if module.name in project.roots and not any(is_public(f.symbol) for f in module.functions):
                    console.log(_nothing_to_call(module.name, project).render())
    errors.raise_if_any()
    return 0


def _nothing_to_call(name: str, project: Project) -> Diagnostic:
    """A warning of what `pawc build` refuses: nothing is wrong with the file, but it is no program."""
    message = f"there is nothing to call: `{name}` has no public function"
    help = "`pawc build` refuses it: write a function whose name does not begin with `_`"
    return Diagnostic("P0617", message, where=project.shown(name), help=help, severity="warning")
