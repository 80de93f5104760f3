"""The tokens of a few possible answers as a tree, to score them all at once.

Answers that begin alike share nodes. The logits after the input score every first token, those after the nodes all
the others, each node seeing only the tokens on its own path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from pawc.backends.logits import Logits
from pawc.backends.reading import Reading

from pawc.runtime import positions

MOST_LOGITS = 512
"""Nodes times rows that are read in one step: their logits over the vocabulary fill the memory."""


class LabelTree:
    """The tree of `labels`, each given as its tokens with the one that ends an answer."""

    def __init__(self, labels: Sequence[Sequence[int]]) -> None:
        self._labels = labels
        paths = (tuple(label[:length]) for label in labels for length in range(1, len(label)))
        self._paths = list(dict.fromkeys(paths))  # every node but the root, parents first

    def scores(
        self, reading: Reading, inputs: Mapping[int, Sequence[int]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """The log-probability `[rows, labels]` of each label after the inputs, and how large the logits there are.

        A small tree is read in the same step as the inputs; then a call is one pass of the interpreter.
        """
        steps = list(self._steps(len(inputs)))
        if len(steps) == 1 and max(map(len, inputs.values())) <= positions.PIECE:
            logits = reading.read_and_look_ahead(inputs, *_nodes(steps[0]))
            ahead: Iterator[tuple[Logits, int]] = iter([(logits, 1)])
        else:
            logits = reading.read(inputs)
            ahead = ((reading.look_ahead(*_nodes(paths)), 0) for paths in steps)
        first = [label[0] for label in self._labels]
        scores = logits.chances([0] * len(first), first).astype(np.float64)
        for paths, (after, start) in zip(steps, ahead, strict=True):
            place = {path: index for index, path in enumerate(paths, start)}
            edges = [
                (index, place[path], label[length])
                for index, label in enumerate(self._labels)
                for length in range(1, len(label))
                if (path := tuple(label[:length])) in place
            ]
            labels, places, tokens = zip(*edges, strict=True)
            np.add.at(scores.T, np.array(labels), after.chances(places, tokens).T)
        return scores, logits.peaks()

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


def _nodes(paths: Sequence[tuple[int, ...]]) -> tuple[list[int], list[int], NDArray[np.bool_]]:
    """The token of each node, how far behind the input it stands, and which of the others it sees."""
    sees = np.array([[path[: len(other)] == other for other in paths] for path in paths])
    return [path[-1] for path in paths], [len(path) - 1 for path in paths], sees
