"""Probabilities of labels, and which label was right -> how good they are as probabilities.

The probabilities of a test are those of all labels, in one order; `right` is the number of the right one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

BINS = 10
"""Confidences are compared with accuracies in so many groups."""

LEAST = 1e-6
"""A probability counts as at least so much: `scores` are rounded to as many places."""


def log_loss(tests: Sequence[Sequence[float]], right: Sequence[int]) -> float:
    """The mean negative log-probability of the right labels."""
    return -sum(math.log(max(LEAST, row[index])) for row, index in zip(tests, right, strict=True)) / len(tests)


def brier(tests: Sequence[Sequence[float]], right: Sequence[int]) -> float:
    """The mean squared distance from certainty about the right label: 0 is best, 2 worst."""
    return sum(
        sum((share - (label == index)) ** 2 for label, share in enumerate(row))
        for row, index in zip(tests, right, strict=True)
    ) / len(tests)


def calibration_error(tests: Sequence[Sequence[float]], right: Sequence[int]) -> float:
    """The expected calibration error: how far confidence lies from the share of right answers, over `BINS` bins."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for row, index in zip(tests, right, strict=True):
        confidence = max(row)
        hit = row.index(confidence) == index
        bins.setdefault(min(BINS - 1, int(confidence * BINS)), []).append((confidence, hit))
    return sum(abs(sum(c for c, _ in found) - sum(hit for _, hit in found)) for found in bins.values()) / len(tests)


def kept(tests: Sequence[Sequence[float]], right: Sequence[int], threshold: float) -> tuple[float, float | None]:
    """With `abstain` at a threshold: the share of tests that are answered, and how many of those are right."""
    hits = [row.index(max(row)) == index for row, index in zip(tests, right, strict=True) if max(row) >= threshold]
    return len(hits) / len(tests), sum(hits) / len(hits) if hits else None
