"""Classes of characters -> the table by which bytes of UTF-8 are read as classes, one byte at a time.

Equal subtrees of the tree of all UTF-8 sequences are one node, so that even `\\w` with its 760 runs of characters
needs about 200 nodes. The way to split runs of code points at the borders of byte sequences is that of Russ Cox's RE2.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Run = tuple[int, int, int]
"""First and last code point, and their class (1 or more)."""

_LENGTHS = ((0x0, 0x80, 0x00), (0x80, 0x800, 0xC0), (0x800, 0x10000, 0xE0), (0x10000, 0x110000, 0xF0))
"""Code points of one to four bytes: the first, the one after the last, and what the first byte adds to the top bits."""


def decoder(runs: Sequence[Run]) -> NDArray[np.int16]:
    """`[nodes, 256]`: where each byte leads from each node; node 0 stands between characters.

    A positive number is a node, a negative one the end of a character of that class, 0 no character of any class.
    `runs` are in order and do not overlap.
    """
    return _Tree(runs).table


class _Tree:
    def __init__(self, runs: Sequence[Run]) -> None:
        self._starts: list[int] = [0]
        self._classes: list[int] = [0]  # of all from a start to the next
        for first, last, kind in runs:
            self._mark(first, kind)
            self._mark(last + 1, 0)
        self._known: dict[tuple[int, ...], int] = {}
        self._rows: list[NDArray[np.int16]] = [np.zeros(256, np.int16)]
        for after, (first, end, lead) in enumerate(_LENGTHS):
            size = 64**after
            for index, low in enumerate(range(first // size * size, end, size)):
                byte = lead + first // size + index
                self._rows[0][byte] = self._node(max(low, first), after, low)
        self.table = np.stack(self._rows)

    def _mark(self, start: int, kind: int) -> None:
        if self._starts[-1] == start:
            self._classes[-1] = kind
        else:
            self._starts.append(start)
            self._classes.append(kind)

    def _node(self, first: int, after: int, low: int) -> int:
        """What the code points from `low` on that share all but their last `after` bytes lead to.

        Those before `first` are written with fewer bytes: they are none here.
        """
        if after == 0:
            return -self._classes[bisect_right(self._starts, low) - 1]
        size = 64 ** (after - 1)
        children: tuple[int, ...]
        if first == low and (kind := self._uniform(low, low + 64 * size)) is not None:
            children = (self._same(kind, after - 1),) * 64
        else:
            steps = range(low, low + 64 * size, size)
            children = tuple(
                0 if step + size <= first else self._node(max(step, first), after - 1, step) for step in steps
            )
        return self._row(children)

    def _uniform(self, low: int, end: int) -> int | None:
        """The class of all code points of a block, if they have one."""
        index = bisect_right(self._starts, low) - 1
        last = index + 1 == len(self._starts) or self._starts[index + 1] >= end
        return self._classes[index] if last else None

    def _same(self, kind: int, after: int) -> int:
        """A tree with this class everywhere."""
        return -kind if after == 0 else self._row((self._same(kind, after - 1),) * 64)

    def _row(self, children: tuple[int, ...]) -> int:
        if not any(children):
            return 0
        if (known := self._known.get(children)) is None:
            known = self._known[children] = len(self._rows)
            row = np.zeros(256, np.int16)
            row[0x80:0xC0] = children
            self._rows.append(row)
        return known
