"""A pattern and a text -> whether the pattern matches all of it, in a bounded number of steps.

Python's `re` tries one way after the other: `(a+)+b` on 40 letters `a` takes it hours. Here all ways are followed at
once, a character at a time. A way is a stack of what is still to be matched; the ways that are open after a
character are one state of an automaton, which is made as texts need it and kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from threading import Lock

from pawc.base.pattern import translate
from pawc.base.regular import Characters, Choice, Ranges, Regular, Repeat, Sequence

MOST_STEPS = 200_000
"""Ways made and looked at for one text; about a second. Ordinary patterns need a few hundred, however long the text."""

_MOST_KEPT = 100_000  # ways and moves of an automaton; beyond, the next text finds it empty

_END = 0  # the way on which nothing is left


class TooManySteps(ValueError):
    """The pattern branches too much on this text."""


def fullmatch(pattern: str, text: str) -> bool:
    """Whether the pattern matches the whole text. Raises `TooManySteps`, or `pattern.Unsupported`."""
    return _matcher(pattern).matches(text)


@lru_cache(maxsize=64)
def _matcher(pattern: str) -> _Matcher:
    return _Matcher(translate(pattern))


class _Matcher:
    """The automaton of one language, as far as it is made."""

    def __init__(self, language: Regular) -> None:
        self._language = language
        self._lock = Lock()
        self._borders: dict[int, list[int]] = {}  # by the `id` of a node, as ways are
        self._forget()

    def _forget(self) -> None:
        self._ways: list[tuple[Regular, int] | None] = [None]  # what comes next, and the way after it
        self._numbers: dict[tuple[int | tuple[int, int, int | None], int], int] = {}
        self._moves: dict[frozenset[int], dict[str, frozenset[int]]] = {}
        self._kept = 0

    def matches(self, text: str) -> bool:
        """Whether the text is in the language."""
        with self._lock:
            if self._kept + len(self._ways) > _MOST_KEPT:
                self._forget()
            self._left = MOST_STEPS
            state = self._reached([self._way(self._language, _END)])
            for char in text:
                moves = self._moves.setdefault(state, {})
                if (after := moves.get(char)) is None:
                    after = moves[char] = self._after(state, char)
                    self._kept += 1 + len(after)
                if not after:
                    return False
                state = after
            return _END in state

    def _way(self, node: Regular, after: int) -> int:
        """The number of the way on which `node` comes next."""
        # What is left of a repetition is made again and again: equal by its part and counts, not by comparing trees.
        key = ((id(node.part), node.least, node.most) if isinstance(node, Repeat) else id(node), after)
        if (number := self._numbers.get(key)) is None:
            number = self._numbers[key] = len(self._ways)
            self._ways.append((node, after))
            self._left -= 1
        return number

    def _reached(self, ways: Iterable[int]) -> frozenset[int]:
        """The ways on which a character comes next, or the end, that these lead to."""
        waiting = list(ways)
        seen = set(waiting)
        found = set()
        while waiting:
            number = waiting.pop()
            self._left -= 1
            if self._left < 0:
                raise TooManySteps(f"the pattern needs more than {MOST_STEPS} steps")
            if (way := self._ways[number]) is None or isinstance(way[0], Characters):
                found.add(number)
                continue
            for each in self._expanded(*way):
                if each not in seen:
                    seen.add(each)
                    waiting.append(each)
        return frozenset(found)

    def _expanded(self, node: Regular, after: int) -> Iterable[int]:
        match node:
            case Sequence(parts):
                self._left -= len(parts)
                for part in reversed(parts):
                    after = self._way(part, after)
                return (after,)
            case Choice(parts):
                self._left -= len(parts)
                return [self._way(part, after) for part in parts]
            case Repeat(part, least, most):
                if most == 0:
                    return (after,)
                again = self._way(part, self._way(Repeat(part, max(least - 1, 0), most and most - 1), after))
                return (again,) if least else (again, after)
        raise AssertionError(node)

    def _after(self, state: frozenset[int], char: str) -> frozenset[int]:
        """The state that a character leads to."""
        code = ord(char)
        open_ways = (way for number in state if (way := self._ways[number]) is not None)
        return self._reached([after for node, after in open_ways if self._is_in(code, node)])

    def _is_in(self, code: int, node: Regular) -> bool:
        assert isinstance(node, Characters)
        if (borders := self._borders.get(id(node))) is None:
            borders = self._borders[id(node)] = _borders(node.ranges)
        return bisect_right(borders, code) % 2 == 1


def _borders(ranges: Ranges) -> list[int]:
    """Where a set of characters begins and ends, in turn."""
    borders: list[int] = []
    for first, last in sorted(ranges):
        if borders and first <= borders[-1]:
            borders[-1] = max(borders[-1], last + 1)
        else:
            borders += first, last + 1
    return borders
