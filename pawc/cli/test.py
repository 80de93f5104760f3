"""`pawc test`: sources -> what their `test` and `tests from` lines expected, and what came out.

Builds the sources (as `pawc build` does, from the same cache) and runs every test of the files that
are named. A suite passes when all of its cases hold, or the share that `at least` asks for.

exit code: 1 if any suite does not pass; 0 where there is nothing to test
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from pawc.base import fsio
from pawc.cli.options import add_build_flags, build_options
from pawc.driver import testing
from pawc.driver.build import Builder
from pawc.driver.console import Console
from pawc.driver.pipeline import testing as passes_for_tests
from pawc.driver.project import Project


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", metavar="SOURCE", type=Path, help="a .paw file")
    parser.add_argument("-v", "--verbose", action="store_true", help="show the cases that hold, too")
    parser.add_argument("--junit", metavar="FILE", type=Path, help="also write a report in JUnit's XML")
    add_build_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    options = build_options(arguments)
    console = Console(quiet=arguments.quiet)
    pipeline = None if options.passes else passes_for_tests(level=options.level, seed=options.seed, bits=options.bits)
    builder = Builder(options, console, pipeline)
    reports: list[testing.SuiteReport] = []
    imported: dict[str, None] = {}
    for source, project in [(source, Project.load([source])) for source in arguments.sources]:
        named = [module for module in project.checked if module.name in project.roots]
        if not any(module.tests for module in named):
            console.log(f"{source}: no tests")
            imported |= dict.fromkeys(_tested_imports(project))
            continue
        found = testing.run_suites(named, builder.executable(project))
        for report in found:
            show(report, verbose=arguments.verbose)
        reports += found
    builder.report_times()
    if arguments.junit:
        fsio.write_atomic(arguments.junit, testing.junit(reports))
    if not reports:
        way = "write `test INPUT -> OUTPUT` or `tests from FILE` into a function"
        if imported:
            way = f"`pawc test {' '.join(imported)}` runs the tests of what is imported"
        print(f"nothing to test: {way}")
        return 0
    passed = sum(report.passed for report in reports)
    print(
        f"{passed} of {len(reports)} suites passed, {sum(r.holding for r in reports)} of "
        f"{sum(len(r.cases) for r in reports)} cases hold, in {sum(r.seconds for r in reports):.1f} s"
    )
    return 0 if passed == len(reports) else 1


def _tested_imports(project: Project) -> list[str]:
    """The files with tests that a project imports, as one would name them here."""
    others = [module.name for module in project.checked if module.tests and module.name not in project.roots]
    return [project.shown(name) for name in others]


def show(report: testing.SuiteReport, *, verbose: bool) -> None:
    """Print a suite: one line about it, then expected and actual side by side."""
    needed = "" if report.at_least is None else f", at least {report.at_least:.0%} needed"
    verdict = "passed" if report.passed else "FAILED"
    print(f"{report.function}: {report.holding} of {len(report.cases)} hold ({report.rate:.0%}{needed}): {verdict}")
    width = max(40, min(160, shutil.get_terminal_size((120, 24)).columns))
    for case in report.cases:
        if case.holds and not verbose:
            continue
        mark = "  " if case.holds else "x "
        print(f"  {mark}{case.place}  {case.input}"[:width])
        half = (width - 30) // 2
        print(f"      expected {_cell(case.expected, half)} | actual {_cell(case.actual, half).rstrip()}")


def _cell(text: str, width: int) -> str:
    """Text of exactly `width` columns, on one line."""
    flat = text.replace("\n", "\\n").replace("\r", "\\r")
    return f"{flat if len(flat) <= width else flat[: width - 3] + '...':<{width}}"
