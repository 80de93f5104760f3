"""A batch of rows that are read behind one program's states -> logits, step by step.

Rows bring any number of tokens at a step and leave when they have no more. Padding stands anywhere in what was read, at
position `PADDING`, which nothing attends to. Here is what all backends keep of the rows; each reads in its own way.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from pawc.backends.logits import Logits

from pawc.runtime.positions import PADDING

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


class Reading(ABC):
    """The rows `0 .. rows-1`, nothing read yet, behind a program of `states` states."""

    def __init__(self, states: int, rows: int) -> None:
        self._rows = list(range(rows))
        self._next = [states] * rows  # the position of each row's next token
        self._positions = np.tile(np.arange(states), (rows, 1))  # of everything there is to attend to
        self._wanted: Sequence[int] | None = None

    def only(self, tokens: Sequence[int]) -> None:
        """From now on of the logits only `chances` of these tokens are asked for, and compared with each other.

        Where it is cheaper to compute only those, chances are then up to a number that is the same for all at a place.
        """
        self._wanted = tokens

    def read(self, new: Mapping[int, Sequence[int]], keep: int = 1) -> Logits:
        """The logits at the last `keep` of the `new` tokens of each row; rows that bring none leave for good."""
        return self._forward(*self._take(new), keep)

    def read_and_look_ahead(
        self, new: Mapping[int, Sequence[int]], tokens: Sequence[int], depths: Sequence[int], sees: Booleans
    ) -> Logits:
        """`read` and then `look_ahead`, in one step: `1 + tokens` places."""
        ids, positions = self._take(new)
        ahead = np.array(self._next)[:, None] + np.array(depths)
        below = np.ones((ids.shape[1], len(tokens)), np.bool_)  # what was read before sees none by position
        ids = np.concatenate((ids, np.tile(tokens, (len(ids), 1))), 1)
        tree = np.concatenate((below, sees))
        logits = self._forward(ids, np.concatenate((positions, ahead), 1), keep=1 + len(tokens), tree=tree)
        self._positions[:, -len(tokens) :] = PADDING
        return logits

    def look_ahead(self, tokens: Sequence[int], depths: Sequence[int], sees: Booleans) -> Logits:
        """The logits after each of the same `tokens` in every row, a place each, which are then forgotten.

        Each stands `depths` places after what was read, and sees itself and those of `tokens` that `sees` says.
        """
        positions = np.array(self._next)[:, None] + np.array(depths)
        logits = self._forward(np.tile(tokens, (len(self._rows), 1)), positions, keep=len(tokens), tree=sees)
        self._positions[:, -len(tokens) :] = PADDING
        return logits

    @abstractmethod
    def _run(
        self, ids: Integers, positions: Integers, everything: Integers, keep: int, tree: Booleans | None
    ) -> Logits:
        """The logits at the last `keep` places of `ids`, which are kept for the steps that follow.

        `everything` are the positions of all there is, the program's states first, `ids` last. `tree` `[length, last]`
        says which of the `last` of `ids` each of them may see.
        """

    @abstractmethod
    def _select(self, places: list[int]) -> None:
        """Forget all rows but those at these places."""

    def _forward(self, ids: Integers, positions: Integers, keep: int, tree: Booleans | None = None) -> Logits:
        self._positions = np.concatenate((self._positions, positions), 1)
        return self._run(ids, positions, self._positions, keep, tree)

    def _take(self, new: Mapping[int, Sequence[int]]) -> tuple[Integers, Integers]:
        """The `new` tokens of the rows that bring any, padded at the left, and their positions."""
        self._leave([place for place, row in enumerate(self._rows) if row in new])
        length = max(len(tokens) for tokens in new.values())
        ids = np.zeros((len(self._rows), length), np.int64)
        positions = np.full_like(ids, PADDING)
        for place, row in enumerate(self._rows):
            tokens, start = new[row], self._next[place]
            ids[place, length - len(tokens) :] = tokens
            positions[place, length - len(tokens) :] = range(start, start + len(tokens))
            self._next[place] += len(tokens)
        return ids, positions

    def _leave(self, places: list[int]) -> None:
        if len(places) == len(self._rows):
            return
        self._rows = [self._rows[place] for place in places]
        self._next = [self._next[place] for place in places]
        self._positions = self._positions[places]
        self._select(places)
