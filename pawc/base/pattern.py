"""A regular expression as Python reads it -> the same language as a tree for automata (`pawc.base.regular`).

Python's own parser takes the pattern apart, so that both mean the same by construction: what a set of
characters (`\\w`, `[^a]`, a letter under `(?i)`) holds is asked of Python's matcher and written as ranges.
The same pattern gives its texts bare, or as what stands between the quotes of a JSON string.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
import warnings
from array import array
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from pawc.base.regular import Characters, Choice, Literal, Ranges, Regular, Repeat
from pawc.base.regular import Sequence as Sequence_

# Private modules, but the only ones that know what a pattern of `re` means; tests hold their every node.
_parser: Any = importlib.import_module("re._parser")
_compiler: Any = importlib.import_module("re._compiler")

_MOST_REPEATS = 10_000  # an automaton counts repetitions in its states
_SURROGATES: Ranges = ((0xD800, 0xDFFF),)  # no characters: UTF-8 cannot write them
_EVERY: Ranges = ((0, 0xD7FF), (0xE000, 0x10FFFF))
_ESCAPED = (*range(0x20), ord('"'), ord("\\"))  # what JSON writes as an escape

_IRREGULAR = {
    "AT": "an anchor or word boundary inside the pattern",
    "ASSERT": "look-around",
    "ASSERT_NOT": "look-around",
    "GROUPREF": "a back-reference",
    "GROUPREF_EXISTS": "a conditional group",
    "ATOMIC_GROUP": "an atomic group",
    "POSSESSIVE_REPEAT": "a possessive repetition",
}


class Unsupported(ValueError):
    """The pattern is invalid, or no automaton decides it."""


def translate(pattern: str, *, quoted: bool = False) -> Regular:
    """The language of `re.fullmatch(pattern, ...)`; with `quoted`, as `json.dumps` writes its texts inside the quotes.

    Raises `Unsupported` with the reason.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # `[[a]` means what it says
            tree = _parser.parse(pattern)
            return _sequence(_trim(_trim(list(tree), 0), -1), tree.state.flags, quoted)
    except (re.error, OverflowError) as error:
        raise Unsupported(f"it is not a regular expression: {error}") from error
    except RecursionError as error:
        raise Unsupported("it is nested too deeply") from error


def literal(text: str, *, quoted: bool = False) -> Regular:
    """Exactly this text."""
    return _sequence_of([_set(_one(ord(char)), quoted) for char in text])


def _trim(nodes: list[Any], side: int) -> list[Any]:
    """Drop `^` at the start (side 0), `$` at the end (side -1): they say nothing where the whole text must match."""
    positions = (
        {_parser.AT_BEGINNING, _parser.AT_BEGINNING_STRING} if side == 0 else {_parser.AT_END, _parser.AT_END_STRING}
    )
    while nodes and nodes[side][0] is _parser.AT and nodes[side][1] in positions:
        del nodes[side]
    match nodes[side] if nodes else None:
        case (_parser.BRANCH, (none, branches)):
            nodes[side] = (_parser.BRANCH, (none, [_trim(list(branch), side) for branch in branches]))
        case (_parser.SUBPATTERN, (group, added, removed, inner)):
            nodes[side] = (_parser.SUBPATTERN, (group, added, removed, _trim(list(inner), side)))
    return nodes


def _sequence(nodes: Iterable[Any], flags: int, quoted: bool) -> Regular:
    return _sequence_of([_node(operator, argument, flags, quoted) for operator, argument in nodes])


def _node(operator: Any, argument: Any, flags: int, quoted: bool) -> Regular:
    match operator, argument:
        case ((_parser.LITERAL | _parser.NOT_LITERAL | _parser.ANY | _parser.IN), _):
            return _set(_members(operator, argument, flags), quoted)
        case _parser.BRANCH, (_, branches):
            return Choice(tuple(_sequence(branch, flags, quoted) for branch in branches))
        case _parser.SUBPATTERN, (_, added, removed, inner):
            return _sequence(inner, (flags | added) & ~removed, quoted)
        case ((_parser.MAX_REPEAT | _parser.MIN_REPEAT), (least, most, inner)):  # greed changes no full match
            if least > _MOST_REPEATS or (most is not _parser.MAXREPEAT and most > _MOST_REPEATS):
                raise Unsupported(f"it repeats something more than {_MOST_REPEATS} times")
            return Repeat(_sequence(inner, flags, quoted), least, None if most is _parser.MAXREPEAT else most)
    raise Unsupported(f"it needs {_IRREGULAR.get(str(operator), str(operator))}")


def _members(operator: Any, argument: Any, flags: int) -> Ranges:
    """The characters that a node of one character matches."""
    exact = not flags & re.IGNORECASE
    match operator, argument:
        case _parser.ANY, _:
            return _without(_EVERY, () if flags & re.DOTALL else _one(ord("\n")))
        case _parser.LITERAL, code if exact:
            return _without(_one(code), _SURROGATES)
        case _parser.NOT_LITERAL, code if exact:
            return _without(_EVERY, _one(code))
        case _parser.IN, [(_parser.NEGATE, _), *parts] if exact and _are_plain(parts):
            return _without(_EVERY, _spans(parts))
        case _parser.IN, parts if exact and _are_plain(parts):
            return _without(_spans(parts), _SURROGATES)
    return _scan(operator, tuple(argument) if isinstance(argument, list) else argument, flags)


def _are_plain(parts: list[Any]) -> bool:
    return all(part is _parser.LITERAL or part is _parser.RANGE for part, _ in parts)


def _spans(parts: list[Any]) -> Ranges:
    return tuple(value if part is _parser.RANGE else (value, value) for part, value in parts)


@cache
def _scan(operator: Any, argument: Any, flags: int) -> Ranges:
    """What Python's matcher says of every character there is (20 ms)."""
    state = _parser.State()
    state.str, state.flags = "", flags
    one = _parser.SubPattern(state, [(operator, list(argument) if isinstance(argument, tuple) else argument)])
    run = _parser.SubPattern(state, [(_parser.MAX_REPEAT, (1, _parser.MAXREPEAT, one))])
    matches = _compiler.compile(run, flags).finditer(_every_character())
    return _without(tuple((match.start(), match.end() - 1) for match in matches), _SURROGATES)


@cache
def _every_character() -> str:
    """All code points in order (`join` of `chr` would take ten times as long)."""
    return array("I", range(0x110000)).tobytes().decode(f"utf-32-{sys.byteorder[0]}e", "surrogatepass")


def _one(code: int) -> Ranges:
    return ((code, code),)


def _without(ranges: Ranges, holes: Ranges) -> Ranges:
    for low, high in holes:
        halves = [
            half for first, last in ranges for half in ((first, min(last, low - 1)), (max(first, high + 1), last))
        ]
        ranges = tuple((first, last) for first, last in halves if first <= last)
    return ranges


def _set(ranges: Ranges, quoted: bool) -> Regular:
    """One character out of `ranges`."""
    escapes = [code for code in _ESCAPED if any(first <= code <= last for first, last in ranges)] if quoted else []
    ranges = _without(ranges, tuple((code, code) for code in escapes))
    written: list[Regular] = [Literal(json.dumps(chr(code))[1:-1]) for code in escapes]
    if ranges:
        written.insert(0, Characters(ranges))
    if not written:
        raise Unsupported("a part of it matches no character")
    return written[0] if len(written) == 1 else Choice(tuple(written))


def _sequence_of(parts: Sequence[Regular]) -> Regular:
    return parts[0] if len(parts) == 1 else Sequence_(tuple(parts))
