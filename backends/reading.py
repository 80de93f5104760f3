"""A batch of rows that are read behind one program's states -> logits, step by step.

Rows bring any number of tokens at a step and leave when they have no more. Padding stands anywhere in the cache, at
position `PADDING`, which nothing attends to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from pawc.runtime.attention import shared_prefix
from pawc.runtime.interpreter import PADDING, Interpreter


class Reading:
    """The rows `0 .. rows-1`, nothing read yet, behind `states` `[layers, 2, kv_heads, length, head_dim]`."""

    def __init__(self, interpreter: Interpreter, states: Tensor, rows: int) -> None:
        self._interpreter, self._states = interpreter, states
        self._cache = interpreter.cache()
        self._rows = list(range(rows))
        self._next = [states.shape[3]] * rows  # the position of each row's next token
        self._keys = torch.arange(states.shape[3], device=interpreter.device).expand(rows, -1)

    def read(self, new: Mapping[int, Sequence[int]]) -> Tensor:
        """The logits `[rows, vocab]` after the `new` tokens of each row; rows that bring none leave for good."""
        return self._forward(*self._take(new), keep=1)[:, -1]

    def read_and_look_ahead(
        self, new: Mapping[int, Sequence[int]], tokens: Sequence[int], depths: Sequence[int], sees: Tensor
    ) -> Tensor:
        """`read` and then `look_ahead`, in one step: logits `[rows, 1 + tokens, vocab]`."""
        ids, positions = self._take(new)
        ahead = self._tensor(self._next)[:, None] + self._tensor(depths)
        below = torch.ones(ids.shape[1], len(tokens), dtype=torch.bool)  # what was read before sees none by position
        ids = torch.cat((ids, self._tensor(tokens).expand(len(ids), -1)), 1)
        tree = torch.cat((below, sees)).to(self._interpreter.device)
        logits = self._forward(ids, torch.cat((positions, ahead), 1), keep=1 + len(tokens), tree=tree)
        self._keys[:, -len(tokens) :] = PADDING
        return logits

    def look_ahead(self, tokens: Sequence[int], depths: Sequence[int], sees: Tensor) -> Tensor:
        """The logits `[rows, tokens, vocab]` after each of the same `tokens` in every row, which are then forgotten.

        Each stands `depths` places after what was read, and sees itself and those of `tokens` that `sees` says.
        """
        rows = len(self._rows)
        positions = self._tensor(self._next)[:, None] + self._tensor(depths)
        ids = self._tensor(tokens).expand(rows, -1)
        logits = self._forward(ids, positions, keep=len(tokens), tree=sees.to(self._interpreter.device))
        self._keys[:, -len(tokens) :] = PADDING
        return logits

    def _take(self, new: Mapping[int, Sequence[int]]) -> tuple[Tensor, Tensor]:
        """The `new` tokens of the rows that bring any, padded at the left, and their positions."""
        self._keep([place for place, row in enumerate(self._rows) if row in new])
        length = max(len(tokens) for tokens in new.values())
        ids, positions = [], []
        for place, row in enumerate(self._rows):
            tokens, start = new[row], self._next[place]
            padding = length - len(tokens)
            ids.append([0] * padding + list(tokens))
            positions.append([PADDING] * padding + list(range(start, start + len(tokens))))
            self._next[place] += len(tokens)
        return self._tensor(ids), self._tensor(positions)

    def _forward(self, ids: Tensor, positions: Tensor, keep: int, tree: Tensor | None = None) -> Tensor:
        self._keys = torch.cat((self._keys, positions), 1)
        with shared_prefix(self._interpreter.model):
            logits = self._interpreter.forward(
                ids, positions, self._keys, self._cache, keep, tree=tree, prefix=self._states
            )
        return logits.float()

    def _keep(self, places: list[int]) -> None:
        if len(places) == len(self._rows):
            return
        self._rows = [self._rows[place] for place in places]
        self._next = [self._next[place] for place in places]
        index = self._tensor(places)
        self._keys = self._keys[index]
        self._cache.batch_select_indices(index)

    def _tensor(self, values: object) -> Tensor:
        return torch.tensor(values, device=self._interpreter.device)
