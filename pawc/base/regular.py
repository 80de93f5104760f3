"""Regular languages of texts: a tree of characters, sequences, choices and repetitions; and the same as a pattern.

`pawc.base.pattern` makes the tree of a user's pattern, `pawc.runtime.language` that of a type. The pattern is what
llguidance reads; `pawc.runtime.automaton_compiler` makes an automaton of the tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Code points, first and last of each run."""


@dataclass(frozen=True)
class Characters:
    """One character out of some."""

    ranges: Ranges


@dataclass(frozen=True)
class Literal:
    """Exactly this text."""

    text: str


@dataclass(frozen=True)
class Sequence:
    """One part after the other."""

    parts: tuple[Regular, ...]


@dataclass(frozen=True)
class Choice:
    """One of the parts."""

    parts: tuple[Regular, ...]


@dataclass(frozen=True)
class Repeat:
    """`part` at least `least` times, at most `most` times (None: any number)."""

    part: Regular
    least: int
    most: int | None


@dataclass(frozen=True)
class JsonList:
    """A JSON list: `[`, up to `most` items with `, ` between, `]`.

    No item has a `,` or `]` but inside its own quotes, brackets and braces: where an item ends can be seen from what
    comes next, so the items can be counted while they are read.
    """

    item: Regular
    most: int


Regular: TypeAlias = Characters | Literal | Sequence | Choice | Repeat | JsonList

EMPTY = Sequence(())
SEPARATOR = ", "


def as_pattern(node: Regular) -> str:
    """The language as a regular expression in the syntax of Rust."""
    match node:
        case Characters(ranges):
            return "[" + "".join(f"\\x{{{first:X}}}-\\x{{{last:X}}}" for first, last in ranges) + "]"
        case Literal(text):
            return re.escape(text)
        case Sequence(parts):
            return "".join(map(as_pattern, parts))
        case Choice(parts):
            return "(?:" + "|".join(map(as_pattern, parts)) + ")"
        case Repeat(part, least, most):
            return f"(?:{as_pattern(part)}){{{least},{'' if most is None else most}}}"
        case JsonList(item, most):
            one = as_pattern(item)
            return rf"\[(?:{one}(?:{SEPARATOR}{one}){{0,{most - 1}}})?\]"
