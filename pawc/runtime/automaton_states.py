"""States and ways of an automaton, and the smallest one of the same language."""

from __future__ import annotations

from collections import defaultdict

Mark = tuple[int, int]
"""What a character does to a counter: its number, and RESET or the most items it may count to. (-1, 0): nothing."""

NO_MARK: Mark = (-1, 0)


class Dfa:
    """States are numbered from 0, which is the start; a way is by class, to a state, with a mark."""

    def __init__(self) -> None:
        self.ways: list[dict[int, tuple[int, Mark]]] = []
        self.accepting: list[bool] = []


def minimal(dfa: Dfa) -> Dfa:
    """States from which the same can be written are one (J. Hopcroft, 1971)."""
    into: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))  # class -> state -> from where
    first: dict[object, set[int]] = defaultdict(set)
    for state, ways in enumerate(dfa.ways):
        marked = frozenset((kind, mark) for kind, (_, mark) in ways.items() if mark != NO_MARK)
        first[dfa.accepting[state], frozenset(ways), marked].add(state)
        for kind, (after, _) in ways.items():
            into[kind][after].append(state)
    blocks = list(first.values())
    block_of = {state: number for number, block in enumerate(blocks) for state in block}
    waiting = set(range(len(blocks)))
    while waiting:
        splitter = list(blocks[waiting.pop()])
        for before in into.values():
            touched: dict[int, set[int]] = defaultdict(set)
            for state in splitter:
                for source in before.get(state, ()):
                    touched[block_of[source]].add(source)
            for number, some in touched.items():
                if len(some) == len(blocks[number]):
                    continue
                rest = blocks[number] - some
                small, large = (some, rest) if len(some) <= len(rest) else (rest, some)
                blocks[number] = large
                blocks.append(small)
                for state in small:
                    block_of[state] = len(blocks) - 1
                waiting.add(len(blocks) - 1)  # the larger half waits if the whole block did
    return _renumbered(dfa, block_of)


def _renumbered(dfa: Dfa, block_of: dict[int, int]) -> Dfa:
    """One state per block, in the order in which they are reached: equal languages get equal tables."""
    small = Dfa()
    numbers = {block_of[0]: 0}
    waiting = [0]
    for state in waiting:
        ways: dict[int, tuple[int, Mark]] = {}
        for kind, (after, mark) in sorted(dfa.ways[state].items()):
            if block_of[after] not in numbers:
                numbers[block_of[after]] = len(numbers)
                waiting.append(after)
            ways[kind] = numbers[block_of[after]], mark
        small.ways.append(ways)
        small.accepting.append(dfa.accepting[state])
    return small
