"""An automaton for the texts of a type, as tables: where an answer is, and which bytes may come next.

`pawc.runtime.automaton_compiler` makes the tables when a program is built; docs/format.md ("Automata") defines them.
`pawc.runtime.automaton_masks` makes token masks of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

RESET = 0
"""In `Automaton.counts`: the counter is set to 0."""

START = 1

Place = tuple[int, int, tuple[int, ...]]
"""Where an answer is: the state, the node of the decoder (0 between characters), and the counters."""


@dataclass(frozen=True, eq=False)
class Automaton:
    """What may be written, character by character; the tables:

    `byte_classes` uint8 [256]; `decoder` int16 [nodes, byte classes]; `moves` uint16 [states, classes];
    `accepting` uint8 [states]; `counts` uint16 [n, 4]: state, class, counter, and the most it may count to (or RESET).
    State 0 is where nothing can follow, state 1 the start; class 0 has the characters that are never allowed.
    """

    byte_classes: NDArray[np.uint8]
    decoder: NDArray[np.int16]
    moves: NDArray[np.uint16]
    accepting: NDArray[np.uint8]
    counts: NDArray[np.uint16]

    @cached_property
    def marks(self) -> dict[tuple[int, int], tuple[int, int]]:
        """`counts` by state and class."""
        return {(s, k): (counter, most) for s, k, counter, most in self.counts.tolist()}

    @cached_property
    def counters(self) -> int:
        """How many counters there are: one per depth of lists."""
        return int(self.counts[:, 2].max()) + 1 if len(self.counts) else 0

    @cached_property
    def reaches(self) -> NDArray[np.bool_]:
        """`[nodes, classes]`: which classes a character may have that got as far as a node."""
        reaches = np.zeros((len(self.decoder), self.moves.shape[1]), np.bool_)
        nodes, columns = np.nonzero(self.decoder < 0)
        reaches[nodes, -self.decoder[nodes, columns].astype(np.int64)] = True
        nodes, columns = np.nonzero(self.decoder > 0)
        after = self.decoder[nodes, columns]
        for _ in range(3):  # a character has up to four bytes
            np.logical_or.at(reaches, nodes, reaches[after])
        return reaches

    @cached_property
    def has_dead_ends(self) -> bool:
        """Whether some character never ends, or some state can go on and never comes to a complete value."""
        decoder = self.decoder[:, np.unique(self.byte_classes)]  # entries that some byte reads
        nodes = np.arange(len(decoder))
        for _ in range(4):  # a character has up to four bytes
            nodes = np.unique(decoder[nodes][decoder[nodes] > 0])
        if nodes.size:
            return True
        inner = np.zeros(1, np.int64)
        spelled = {0}
        while inner.size:
            spelled.update((-decoder[inner][decoder[inner] < 0].astype(np.int64)).tolist())
            inner = np.unique(decoder[inner][decoder[inner] > 0])
        moves = self.moves[:, sorted(spelled)].astype(np.int64)
        goes_on = moves.any(1)
        return bool((goes_on & ~_leads_to(moves, self.accepting != 0)).any())

    @property
    def start(self) -> Place:
        """Where an answer begins."""
        return START, 0, (0,) * self.counters

    def step(self, place: Place, byte: int) -> Place | None:
        """Where a byte leads; None: nowhere."""
        state, node, counters = place
        after = int(self.decoder[node, self.byte_classes[byte]])
        if after > 0:
            alive = self.live(state, counters) & self.reaches[after]
            return (state, after, counters) if alive.any() else None
        moved = int(self.moves[state, -after])
        if not moved:
            return None
        if mark := self.marks.get((state, -after)):
            counter, most = mark
            if most != RESET and counters[counter] >= most:
                return None
            count = 0 if most == RESET else counters[counter] + 1
            counters = (*counters[:counter], count, *counters[counter + 1 :])
        return moved, 0, counters

    def live(self, state: int, counters: tuple[int, ...]) -> NDArray[np.bool_]:
        """The classes that may come next."""
        live: NDArray[np.bool_] = self.moves[state] != 0
        if counters:
            for kind in np.flatnonzero(live).tolist():
                counter, most = self.marks.get((state, kind), (0, RESET))
                live[kind] = most == RESET or counters[counter] < most
        return live

    def next_bytes(self, place: Place) -> NDArray[np.int64]:
        """The bytes that may come next."""
        state, node, counters = place
        live = self.live(state, counters)
        row = self.decoder[node].astype(np.int64)
        alive = np.where(row > 0, (self.reaches[row.clip(0)] & live).any(-1), live[(-row).clip(0)])
        return np.flatnonzero(alive[self.byte_classes])


def _leads_to(moves: NDArray[np.int64], wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The states from which a wanted one can be reached, those included; 0 in `moves` is no move."""
    sources, columns = np.nonzero(moves)
    targets = moves[sources, columns]
    sources = sources[np.argsort(targets, kind="stable")]  # those that move to state 0, then to 1, ...
    ends = np.cumsum(np.bincount(targets, minlength=len(moves)))
    found = wanted.copy()
    new = np.flatnonzero(found)
    while new.size:
        before = np.concatenate([sources[ends[state - 1] if state else 0 : ends[state]] for state in new])
        new = np.unique(before[~found[before]])
        found[new] = True
    return found
