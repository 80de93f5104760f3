"""A few possible answers -> what decides between them: where their tokens part, and their probabilities.

A label's probability is that of writing it when at every place only what continues some label may be written. So
only tokens at which labels part are asked for; what follows without a choice costs nothing and says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pawc.ir.nodes import Calibration

Path = tuple[int, ...]
"""Tokens that a label begins with."""


def forks(labels: Sequence[Sequence[int]]) -> dict[Path, tuple[int, ...]]:
    """Where labels part: what several labels begin with -> the different tokens that they go on with, in order.

    A label is given with the token that ends it, so that none is the beginning of another.
    """
    ways: dict[Path, dict[int, None]] = {}
    for label in labels:
        for length, token in enumerate(label):
            ways.setdefault(tuple(label[:length]), {})[token] = None
    return {path: tuple(tokens) for path, tokens in ways.items() if len(tokens) > 1}


def adjusted(scores: Sequence[float], calibration: Calibration | None) -> list[float]:
    """The log-probabilities of labels after calibration, up to a constant they share."""
    if calibration is None:
        return list(scores)
    pairs = zip(scores, calibration.bias, strict=True)
    return [(score + bias) / calibration.temperature for score, bias in pairs]


def softmax(scores: Sequence[float]) -> list[float]:
    """Probabilities from sums of log-probabilities."""
    top = max(scores)
    weights = [math.exp(score - top) for score in scores]
    return [weight / sum(weights) for weight in weights]
