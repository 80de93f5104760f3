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
    """The mean over tasks of the mean over tests.

    In each round tasks are drawn again, and of each that is drawn, each time that it is, its tests (two stages).
    """
    rng = np.random.default_rng(seed)
    lengths = np.array([len(row) for row in rows])
    values = np.zeros((len(rows), lengths.max()))
    for row, padded in zip(rows, values, strict=True):
        padded[: len(row)] = row
    drawn = np.zeros(ROUNDS)
    for _ in rows:
        drawn += _one_task(values, lengths, rng)
    low, high = np.quantile(drawn / len(rows), (0.025, 0.975))
    return Estimate(float(np.mean([np.mean(row) for row in rows])), float(low), float(high))


def difference(one: Rows, other: Rows, seed: int = 0) -> Estimate:
    """How much better `one` is than `other`, test by test on the same tests."""
    return estimate([np.subtract(a, b).tolist() for a, b in zip(one, other, strict=True)], seed)


def _one_task(values: NDArray[np.float64], lengths: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
    """For each round the mean of a task that is drawn, over its tests, which are drawn as well."""
    task = rng.integers(len(values), size=(ROUNDS, 1))
    count = lengths[task]
    tests = (rng.random((ROUNDS, values.shape[1])) * count).astype(np.int64)
    within = np.arange(values.shape[1]) < count
    mean: NDArray[np.float64] = (values[task, tests] * within).sum(1) / count[:, 0]
    return mean
