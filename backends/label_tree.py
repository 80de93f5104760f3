"""The tokens of a few possible answers as a tree, to score them all at once.

Answers that begin alike share nodes, and only the nodes are read after which answers part (with those on the way to
them). The logits after the input decide between first tokens, those after the nodes between all the others, each
node seeing only the tokens on its own path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from pawc.backends.logits import Logits, log_sum
from pawc.backends.reading import Reading

from pawc.runtime import positions
from pawc.runtime.labels import Path, forks

MOST_LOGITS = 512
"""Nodes times rows that are read in one step: their logits over the vocabulary fill the memory."""


class LabelTree:
    """The tree of `labels`, each given as its tokens with the one that ends an answer."""

    def __init__(self, labels: Sequence[Sequence[int]]) -> None:
        self._labels = labels
        self._forks = forks(labels)
        self._tokens = sorted({token for tokens in self._forks.values() for token in tokens})
        paths = (path[:length] for path in self._forks for length in range(1, len(path) + 1))
        self._paths = sorted(set(paths), key=lambda path: (len(path), path))  # nodes but the root, parents first

    def scores(
        self, reading: Reading, inputs: Mapping[int, Sequence[int]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """The score `[rows, labels]` of each label after the inputs (`runtime.labels`), and how large the logits are.

        A small tree is read in the same step as the inputs; then a call is one pass of the interpreter.
        """
        reading.only(self._tokens)
        steps = list(self._steps(len(inputs)))
        if len(steps) == 1 and max(map(len, inputs.values())) <= positions.PIECE:
            logits = reading.read_and_look_ahead(inputs, *_nodes(steps[0]))
            ahead: Iterator[tuple[Logits, int]] = iter([(logits, 1)])
        else:
            logits = reading.read(inputs)
            ahead = ((reading.look_ahead(*_nodes(paths)), 0) for paths in steps)
        scores = np.zeros((len(inputs), len(self._labels)))
        self._decide(scores, (), logits, 0)
        for paths, (after, start) in zip(steps, ahead, strict=True):
            for place, path in enumerate(paths, start):
                self._decide(scores, path, after, place)
        return scores, logits.peaks()

    def _decide(self, scores: NDArray[np.float64], path: Path, logits: Logits, place: int) -> None:
        """Add what the logits after a node say to the scores of the labels that go through it."""
        if (tokens := self._forks.get(path)) is None:
            return
        chances = logits.chances([place] * len(tokens), tokens)
        likely = chances - log_sum(chances)[:, None]
        for number, label in enumerate(self._labels):
            if tuple(label[: len(path)]) == path:
                scores[:, number] += likely[:, tokens.index(label[len(path)])]

    def _steps(self, rows: int) -> Iterator[list[Path]]:
        """The nodes as paths from the root, in steps that are not too large; paths with one beginning stay together."""
        step: list[Path] = []
        families: dict[int, list[Path]] = {}
        for path in self._paths:
            families.setdefault(path[0], []).append(path)
        for family in families.values():
            if step and (len(step) + len(family)) * rows > MOST_LOGITS:
                yield step
                step = []
            step += family
        if step:
            yield step


def _nodes(paths: Sequence[Path]) -> tuple[list[int], list[int], NDArray[np.bool_]]:
    """The token of each node, how far behind the input it stands, and which of the others it sees."""
    sees = np.array([[path[: len(other)] == other for other in paths] for path in paths])
    return [path[-1] for path in paths], [len(path) - 1 for path in paths], sees
