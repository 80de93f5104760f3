"""The options of a neural function: a name and a value in, the value to use or why it is none out.

`option max_tokens = 128` in a source file sets one. This table is all there is; `docs/language.md` shows it.
An option that is not set has its default; where that is None, the optimisation level of the build decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pawc.base.types import Frozen, Optional, Type


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option: a number of type `kind` from `low` to `high`, both included."""

    name: str
    kind: type[int] | type[float]
    low: float
    high: float
    default: int | float | None
    doc: str
    suits: Callable[[Type], bool] = lambda result: True
    suits_doc: str = "any result"


OPTIONS: dict[str, Option] = {
    option.name: option
    for option in (
        Option(
            name="max_tokens",
            kind=int,
            low=1,
            high=8192,
            default=64,
            doc="the longest answer, in tokens; a text is cut there, any other type fails the record",
        ),
        Option(
            name="abstain",
            kind=float,
            low=0.0,
            high=1.0,
            default=None,
            doc="answer null when the best answer is less probable than this",
            suits=lambda result: isinstance(result, Optional),
            suits_doc="a result that may be null (`T?`)",
        ),
        Option(
            name="prefix_tokens",
            kind=int,
            low=0,
            high=512,
            default=None,
            doc="the length of the trained prefix; 0 trains none",
        ),
        Option(
            name="steps",
            kind=int,
            low=0,
            high=100_000,
            default=None,
            doc="the greatest number of gradient steps that refine the prefix",
        ),
        Option(
            name="seed",
            kind=int,
            low=0,
            high=2**32 - 1,
            default=None,
            doc="the seed of everything random in compiling this function",
        ),
    )
}


def value(options: Sequence[tuple[str, Frozen]], name: str) -> int | float | None:
    """What option `name` is for a function with these `options`: as set there, else its default."""
    option = OPTIONS[name]
    found = dict(options).get(name, option.default)
    if found is None:
        return None
    assert isinstance(found, int | float), "options are checked before they are read"
    return option.kind(found)


def wrong_type(option: Option, given: Frozen) -> bool:
    """Whether `given` is no number of the option's kind. An int will do for a float."""
    allowed = (int,) if option.kind is int else (int, float)
    return isinstance(given, bool) or not isinstance(given, allowed)


def out_of_range(option: Option, given: int | float) -> bool:
    """Whether a number of the right kind is outside the option's range."""
    return not option.low <= given <= option.high  # nor is a NaN within, and no integer too large for a float
