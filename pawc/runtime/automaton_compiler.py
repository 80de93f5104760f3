"""A regular language -> the automaton that decides it, small enough to be stored with a program.

Characters that no part of the language tells apart are one class. Over classes the automaton is built as usual:
Thompson's construction, subset construction, Hopcroft's minimisation. The items of lists are not unrolled: a
counter beside the state counts them (`regular.JsonList`), or lists of lists would have 256 times 256 copies of a state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pawc.base import regular
from pawc.base.regular import Characters, Choice, JsonList, Literal, Ranges, Regular, Repeat
from pawc.runtime.automaton import RESET, Automaton
from pawc.runtime.automaton_states import NO_MARK, Dfa, Mark, minimal
from pawc.runtime.utf8 import decoder

MOST_STATES = 20_000
"""An automaton has at most so many states; the tables of one with 50 classes are 2 MB then."""

MOST_STEPS = 2_000_000
"""How much work a construction may be, in states looked at; about 3 s."""


class TooLarge(ValueError):
    """The automaton would be beyond the limits."""


def compile_automaton(language: Regular) -> Automaton:
    """The smallest automaton for a language. Raises `TooLarge`."""
    if _size(language) > 10 * MOST_STATES:
        raise TooLarge(f"it repeats parts to more than {10 * MOST_STATES} positions")
    alphabet = _Alphabet(language)
    nfa = _Nfa(alphabet)
    start = nfa.state()
    nfa.accept = nfa.state()
    nfa.add(language, start, nfa.accept, 0)
    dfa = minimal(_determined(nfa, start))
    return _tables(dfa, alphabet)


def _size(node: Regular) -> int:
    """How many states the NFA gets, at least."""
    match node:
        case Characters():
            return 1
        case Literal(text):
            return len(text)
        case regular.Sequence(parts) | Choice(parts):
            return sum(map(_size, parts), 1)
        case Repeat(part, least, most):
            return _size(part) * max(1, least if most is None else most) + 1
        case JsonList(item, _):
            return 2 * _size(item) + 6


class _Alphabet:
    """The classes of characters: which there are in each set that the language mentions. Class 0 is in none."""

    def __init__(self, language: Regular) -> None:
        sets = list(dict.fromkeys(_sets(language)))
        changes: dict[int, list[tuple[int, bool]]] = defaultdict(list)
        for number, ranges in enumerate(sets):
            for first, last in ranges:
                changes[first].append((number, True))
                changes[last + 1].append((number, False))
        classes: dict[frozenset[int], int] = {frozenset(): 0}
        self.runs: list[tuple[int, int, int]] = []
        inside: dict[int, int] = defaultdict(int)
        borders = sorted(changes)
        for begin, end in pairwise(borders):
            for number, enters in changes[begin]:
                inside[number] += 1 if enters else -1
            members = frozenset(number for number, depth in inside.items() if depth)
            if members:
                self.runs.append((begin, end - 1, classes.setdefault(members, len(classes))))
        self.count = len(classes)
        self.members: dict[Ranges, tuple[int, ...]] = {
            ranges: tuple(kind for members, kind in classes.items() if number in members)
            for number, ranges in enumerate(sets)
        }


def _sets(node: Regular) -> Iterator[Ranges]:
    match node:
        case Characters(ranges):
            yield ranges
        case Literal(text):
            yield from (_exactly(char) for char in text)
        case regular.Sequence(parts) | Choice(parts):
            for part in parts:
                yield from _sets(part)
        case Repeat(part, _, _):
            yield from _sets(part)
        case JsonList(item, _):
            yield from _sets(item)
            yield from _sets(Literal(f"[{regular.SEPARATOR}]"))


def _exactly(char: str) -> Ranges:
    return ((ord(char), ord(char)),)


class _Nfa:
    """An automaton that may be in several states: steps without a character, and steps by a set of characters."""

    def __init__(self, alphabet: _Alphabet) -> None:
        self._alphabet = alphabet
        self.free: list[list[int]] = []
        self.steps: list[list[tuple[tuple[int, ...], int, Mark]]] = []
        self.accept = 0

    def state(self) -> int:
        self.free.append([])
        self.steps.append([])
        return len(self.free) - 1

    def add(self, node: Regular, start: int, end: int, depth: int) -> None:
        """The language of `node` as ways from `start` to `end`, inside of `depth` lists."""
        match node:
            case Characters(ranges):
                self._step(ranges, start, end, NO_MARK)
            case Literal(text):
                self._chain([Characters(_exactly(char)) for char in text], start, end, depth)
            case regular.Sequence(parts):
                self._chain(parts, start, end, depth)
            case Choice(parts):
                for part in parts:
                    self.add(part, start, end, depth)
            case Repeat(part, least, most):
                self._repeat(part, least, most, start, end, depth)
            case JsonList(item, most):
                self._list(item, most, start, end, depth)

    def _chain(self, parts: Iterable[Regular], start: int, end: int, depth: int) -> None:
        for part in parts:
            after = self.state()
            self.add(part, start, after, depth)
            start = after
        self.free[start].append(end)

    def _repeat(self, part: Regular, least: int, most: int | None, start: int, end: int, depth: int) -> None:
        for _ in range(least):
            after = self.state()
            self.add(part, start, after, depth)
            start = after
        if most is None:
            around = self.state()  # of its own, so that nothing goes round to what comes before or after
            self.free[start].append(around)
            self.free[around].append(end)
            self.add(part, around, around, depth)
            return
        for _ in range(most - least):
            self.free[start].append(end)
            after = self.state()
            self.add(part, start, after, depth)
            start = after
        self.free[start].append(end)

    def _list(self, item: Regular, most: int, start: int, end: int, depth: int) -> None:
        """`[` sets the counter of this depth to 0, each `,` counts one: there are most - 1 between `most` items."""
        first, after = self.state(), self.state()
        self._step(_exactly("["), start, first, (depth, RESET))
        self._step(_exactly("]"), first, end, NO_MARK)
        self.add(item, first, after, depth + 1)
        self._step(_exactly("]"), after, end, NO_MARK)
        if most == 1:
            return
        comma, rest = regular.SEPARATOR[0], regular.SEPARATOR[1:]
        separated, again = self.state(), self.state()
        self._step(_exactly(comma), after, separated, (depth, most - 1))
        self._chain([Characters(_exactly(char)) for char in rest], separated, again, depth)
        self.add(item, again, after, depth + 1)

    def _step(self, ranges: Ranges, start: int, end: int, mark: Mark) -> None:
        self.steps[start].append((self._alphabet.members[ranges], end, mark))


def _determined(nfa: _Nfa, start: int) -> Dfa:
    """The subset construction."""
    dfa = Dfa()
    closures: dict[int, frozenset[int]] = {}

    def closure(state: int) -> frozenset[int]:
        if (known := closures.get(state)) is None:
            found, waiting = {state}, [state]
            while waiting:
                for after in nfa.free[waiting.pop()]:
                    if after not in found:
                        found.add(after)
                        waiting.append(after)
            # States that only lead on without a character need not be told apart.
            known = closures[state] = frozenset(one for one in found if nfa.steps[one] or one == nfa.accept)
        return known

    numbers = {closure(start): 0}
    waiting = [closure(start)]
    work = 0
    for subset in waiting:
        targets: dict[int, set[int]] = defaultdict(set)
        marks: dict[int, Mark] = {}
        for state in subset:
            for classes, after, mark in nfa.steps[state]:
                reached = closure(after)
                work += len(reached) + len(classes)
                for kind in classes:
                    targets[kind] |= reached
                    marks[kind] = mark if mark != NO_MARK else marks.get(kind, NO_MARK)
        if work > MOST_STEPS:
            raise TooLarge(f"its automaton takes more than {MOST_STEPS} steps to make")
        ways: dict[int, tuple[int, Mark]] = {}
        for kind, reached_by in targets.items():
            key = frozenset(reached_by)
            if (number := numbers.get(key)) is None:
                number = numbers[key] = len(numbers)
                waiting.append(key)
                if number == MOST_STATES:
                    raise TooLarge(f"its automaton has more than {MOST_STATES} states")
            ways[kind] = number, marks[kind]
        dfa.ways.append(ways)
        dfa.accepting.append(nfa.accept in subset)
    return dfa


def _tables(dfa: Dfa, alphabet: _Alphabet) -> Automaton:
    """The automaton as tables; classes that are alike in every state become one."""
    moves = np.zeros((len(dfa.ways) + 1, alphabet.count), np.uint16)
    counts: list[tuple[int, int, int, int]] = []
    for state, ways in enumerate(dfa.ways, 1):
        for kind, (after, (counter, what)) in ways.items():
            moves[state, kind] = after + 1
            if counter >= 0:
                counts.append((state, kind, counter, what))
    kept, merged = _columns(moves, counts)
    runs = [(first, last, merged[kind]) for first, last, kind in alphabet.runs if merged[kind]]
    table = decoder(runs)
    columns, byte_classes = np.unique(table, axis=1, return_inverse=True)
    return Automaton(
        byte_classes=byte_classes.reshape(-1).astype(np.uint8),
        decoder=np.ascontiguousarray(columns),
        moves=np.ascontiguousarray(moves[:, kept]),
        accepting=np.array([False, *dfa.accepting], np.uint8),
        counts=np.array([(s, merged[k], c, w) for s, k, c, w in counts if kept[merged[k]] == k], np.uint16).reshape(
            -1, 4
        ),
    )


def _columns(moves: NDArray[np.uint16], counts: list[tuple[int, int, int, int]]) -> tuple[list[int], list[int]]:
    """The first class of each kind of column, class 0 before all; and for every class the number of its kind."""
    marks: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for state, kind, counter, what in counts:
        marks[kind].append((state, counter, what))
    seen: dict[object, int] = {}
    kept: list[int] = []
    merged: list[int] = []
    for kind in range(moves.shape[1]):
        key = moves[:, kind].tobytes(), tuple(sorted(marks[kind]))
        if key not in seen:
            seen[key] = len(kept)
            kept.append(kind)
        merged.append(seen[key])
    return kept, merged
