"""`pawc explain`: a code -> what it means, why, an example that is refused and one that is not.

Without a code, lists all of them.
"""

from __future__ import annotations

import argparse
import re
from textwrap import fill, indent

from pawc.base.diagnostics import fail
from pawc.codes import Code, all_codes


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", nargs="?", metavar="CODE", help="as in `error[P0201]`")


def run(arguments: argparse.Namespace) -> int:
    codes = all_codes()
    if arguments.code is None:
        for code in codes.values():
            print(f"{code.code}  {code.title}")
        return 0
    name = _whole(arguments.code)
    if name not in codes:
        fail(
            "P0901",
            f"there is no code `{arguments.code}`",
            where="pawc explain",
            help="`pawc explain` lists all codes",
        )
    print(page(codes[name]))
    return 0


def _whole(asked: str) -> str:
    """The code that is meant: `error[P0201]` as messages have it, `p0201`, `P201` and `201` are `P0201`."""
    if (found := re.fullmatch(r"(?:\w*\[)?p?(\d{1,4})\]?", asked, re.IGNORECASE)) is None:
        return asked.upper()
    return f"P{int(found[1]):04}"


def page(code: Code) -> str:
    """What is known about a code, as text."""
    return "\n\n".join(
        (
            f"{code.code}: {code.title}",
            fill(code.what, 100),
            fill(code.why, 100),
            "Refused:\n\n" + indent(code.bad.strip("\n"), "    "),
            "Accepted:\n\n" + indent(code.good.strip("\n"), "    "),
        )
    )
