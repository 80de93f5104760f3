"""The value of a flag as text -> what it stands for, or why it stands for nothing: wrong values end before any work."""

from __future__ import annotations

import math
from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path

from pawc.base.diagnostics import fail, nearest
from pawc.ir.tensors import PREFIX_BITS
from pawc.lowering.options import OPTIONS


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """The reader of a whole number from `least` to `most`."""
    wanted = f"a whole number, at least {least}" if most is None else f"a whole number from {least} to {most}"

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise ArgumentTypeError(f"{wanted}, not `{text}`") from None
        if value < least or (most is not None and value > most):
            raise ArgumentTypeError(f"{wanted}, not `{text}`")
        return value

    return read


def decimal(least: float) -> Callable[[str], float]:
    """The reader of a finite number that is at least `least`."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value < math.inf:
            raise ArgumentTypeError(f"a number, at least {least:g}, not `{text}`")
        return value

    return read


def seed(text: str) -> int:
    """A seed, from the same range as that of `option seed` in a source."""
    option = OPTIONS["seed"]
    return whole(int(option.low), int(option.high))(text)


def bits(text: str) -> int:
    """How many bits a number of a prefix may take."""
    if text not in (known := [str(bits) for bits in PREFIX_BITS]):
        raise ArgumentTypeError(f"{', '.join(known[:-1])} or {known[-1]}, not `{text}`")
    return int(text)


def pass_name(text: str) -> str:
    """The name of a pass."""
    from pawc.passes import PASSES  # what runs programs alone has none

    if text not in PASSES:
        help = nearest(text, PASSES) or "`pawc passes` lists them"
        fail("P0540", f"unknown pass `{text}`", where="--print-after", help=help)
    return text


def address(text: str) -> str:
    """Where to listen. An empty one, of a variable that is not set, would be every address there is."""
    if not text.strip():
        raise ArgumentTypeError("an address, or 0.0.0.0 for all there are")
    return text


def output(text: str) -> str:
    """What to write to: `-` is standard output; a source would be lost."""
    if text.endswith(".paw"):
        raise ArgumentTypeError(f"`{text}` is the name of a source, which would be overwritten")
    return text


def binary_output(text: str) -> Path:
    """The file to write an executable or an object to."""
    if text == "-":
        raise ArgumentTypeError("executables and objects are files, and not written to standard output")
    return Path(output(text))
