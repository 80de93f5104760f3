"""The tokens of a few possible answers as a tree, to score them all at once.

Answers that begin alike share nodes. The logits after the input score every first token; one more step over the
nodes scores all the others, each node seeing only the tokens on its own path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from pawc.backends.reading import Reading
from torch import Tensor

MOST_LOGITS = 512
"""Nodes times rows that are read in one step: their logits over the vocabulary fill the memory."""


class LabelTree:
    """The tree of `labels`, each given as its tokens with the one that ends an answer."""

    def __init__(self, labels: Sequence[Sequence[int]]) -> None:
        self._labels = labels
        paths = (tuple(label[:length]) for label in labels for length in range(1, len(label)))
        self._paths = list(dict.fromkeys(paths))  # every node but the root, parents first

    def scores(self, logits: Tensor, reading: Reading) -> Tensor:
        """The log-probability `[rows, labels]` of each label, from the `logits` after the inputs that were read."""
        first = [label[0] for label in self._labels]
        scores = logits[:, first] - logits.logsumexp(-1, keepdim=True)
        for paths in self._steps(len(logits)):
            place = {path: index for index, path in enumerate(paths)}
            sees = torch.tensor([[path[: len(other)] == other for other in paths] for path in paths])
            ahead = reading.look_ahead([path[-1] for path in paths], [len(path) - 1 for path in paths], sees)
            after = [
                (index, place[path], label[length])
                for index, label in enumerate(self._labels)
                for length in range(1, len(label))
                if (path := tuple(label[:length])) in place
            ]
            index, node, token = torch.tensor(after, device=logits.device).T
            scores.index_add_(1, index, ahead[:, node, token] - ahead.logsumexp(-1)[:, node])
        return scores

    def _steps(self, rows: int) -> Iterator[list[tuple[int, ...]]]:
        """The nodes as paths from the root, in steps that are not too large; paths with one beginning stay together."""
        step: list[tuple[int, ...]] = []
        families: dict[int, list[tuple[int, ...]]] = {}
        for path in self._paths:
            families.setdefault(path[0], []).append(path)
        for family in families.values():
            if step and (len(step) + len(family)) * rows > MOST_LOGITS:
                yield step
                step = []
            step += family
        if step:
            yield step
