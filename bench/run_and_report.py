"""The command line of a measurement that may be stopped at any time: `run` goes on with it, `report` writes it up."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

Call = Callable[[argparse.Namespace], int]


class RunAndReport:
    """Two commands that share `--work`, the folder of what was measured. `runs` takes further options of `run`."""

    def __init__(self, doc: str | None, work: Path, run: Call, report: Call) -> None:
        self._parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
        commands = self._parser.add_subparsers(required=True)
        self.runs = commands.add_parser("run", help="measure, or go on measuring")
        self.runs.add_argument("corpus", type=Path)
        self.runs.set_defaults(call=run)
        reports = commands.add_parser("report", help="write the table")
        reports.add_argument("-o", "--output", type=Path, required=True)
        reports.set_defaults(call=report)
        for command in (self.runs, reports):
            command.add_argument("--work", type=Path, default=work)

    def main(self, argv: Sequence[str] | None = None) -> int:
        """The exit status of the command that `argv` is."""
        args = self._parser.parse_args(argv)
        status: int = args.call(args)
        return status
