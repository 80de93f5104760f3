"""Right and wrong answers by task -> means with 95% bootstrap intervals, over tasks and over the tests within them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 4000
Rows = Sequence[Sequence[float]]
"""For each task one number a test."""


@dataclass(frozen=True)
class Estimate:
    """A mean over tasks, and the interval that holds 95% of its bootstrap."""

    mean: float
    low: float
    high: float


def estimate(rows: Rows, seed: int = 0) -> Estimate:
    """The mean over tasks of the mean over tests. Tasks are drawn again, and of each the tests (two stages)."""
    rng = np.random.default_rng(seed)
    # A task's mean, its tests drawn again: columns are rounds.
    means: NDArray[np.float64] = np.stack([_resampled(np.asarray(row, float), rng) for row in rows])
    picked = rng.integers(len(rows), size=(len(rows), ROUNDS))
    drawn = np.take_along_axis(means, picked, axis=0).mean(axis=0)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Estimate(float(np.mean([np.mean(row) for row in rows])), float(low), float(high))


def difference(one: Rows, other: Rows, seed: int = 0) -> Estimate:
    """How much better `one` is than `other`, test by test on the same tests."""
    return estimate([np.subtract(a, b).tolist() for a, b in zip(one, other, strict=True)], seed)


def _resampled(row: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    mean: NDArray[np.float64] = row[rng.integers(len(row), size=(len(row), ROUNDS))].mean(axis=0)
    return mean
