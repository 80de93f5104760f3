"""`pawc fmt`: sources -> the same sources in the one layout there is.

Files are rewritten in place; `-` reads stdin and writes stdout. Comments and blank lines stay.

exit code: with --check, 1 if a file would change
"""

from __future__ import annotations

import argparse
import sys
from difflib import unified_diff
from pathlib import Path

from pawc.base import fsio
from pawc.base.diagnostics import Collector, fail
from pawc.base.source import bad_byte
from pawc.syntax.formatter import format_source


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a .paw file, a folder of them, or `-`")
    parser.add_argument("--check", action="store_true", help="change nothing, name what would change")
    parser.add_argument("--diff", action="store_true", help="change nothing, show what would change")


def run(arguments: argparse.Namespace) -> int:
    errors, changed = Collector(), 0
    for name in _files(arguments.files):
        with errors.guard():
            changed += _one(name, check=arguments.check, diff=arguments.diff)
    errors.raise_if_any()
    return 1 if changed and arguments.check else 0


def _files(names: list[str]) -> list[str]:
    """The files that were named, those in folders included."""
    found = []
    for name in names:
        path = Path(name)
        found += sorted(map(str, path.rglob("*.paw"))) if name != "-" and path.is_dir() else [name]
    return found


def _one(name: str, *, check: bool, diff: bool) -> bool:
    """Format one file, and say whether it changes."""
    shown = "<stdin>" if name == "-" else name
    data = sys.stdin.buffer.read() if name == "-" else fsio.read_bytes(Path(name))
    try:
        before = data.decode()
    except UnicodeDecodeError as error:
        fail("P0951", f"`{shown}` is not UTF-8: {bad_byte(error)}", where=shown)
    after = format_source(before, shown)
    if diff:
        lines = unified_diff(before.splitlines(True), after.splitlines(True), shown, f"{shown} (formatted)")
        sys.stdout.writelines(lines)
    elif check:
        if before != after:
            print(shown)
    elif name == "-":
        sys.stdout.write(after)
    elif before != after:
        fsio.write_atomic(Path(name), after.encode())
    return before != after
