"""Logits of a batch -> the few numbers that decide answers, computed where the logits lie.

`[rows, places, vocab]`: at each place of each row, what the interpreter thinks of every token that may come next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from pawc.base.diagnostics import InternalError


class Best(NamedTuple):
    """The likeliest token of each row, its log-probability, and how far its logit is above the next one's."""

    tokens: NDArray[np.int64]
    chances: NDArray[np.float32]
    leads: NDArray[np.float32]


class Logits(Protocol):
    """The logits of one step."""

    def chances(self, places: Sequence[int], tokens: Sequence[int]) -> NDArray[np.float32]:
        """The log-probability `[rows, len(tokens)]` of each of `tokens` at its one of `places`."""
        ...

    def peaks(self) -> NDArray[np.float32]:
        """How large the logits of each row are at the first place."""
        ...

    def best(self, allowed: NDArray[np.bool_] | None) -> Best:
        """The likeliest token at the first place, of those `[rows, vocab]` that are allowed; the first of equals."""
        ...


class NumpyLogits:
    """Logits that lie in an array."""

    def __init__(self, values: NDArray[np.float32]) -> None:
        self.values = values

    def chances(self, places: Sequence[int], tokens: Sequence[int]) -> NDArray[np.float32]:
        at = list(places)
        chances: NDArray[np.float32] = self.values[:, at, list(tokens)] - self._totals[:, at]
        return chances

    def peaks(self) -> NDArray[np.float32]:
        peaks: NDArray[np.float32] = np.abs(self.values[:, 0]).max(-1)
        return peaks

    def best(self, allowed: NDArray[np.bool_] | None) -> Best:
        first = self.values[:, 0]
        logits = first.copy() if allowed is None else np.where(allowed, first, np.float32(-np.inf))
        rows, tokens = np.arange(len(logits)), logits.argmax(-1)
        top, totals = logits[rows, tokens], log_sum(logits)
        logits[rows, tokens] = -np.inf
        return Best(tokens, top - totals, top - logits.max(-1))

    @cached_property
    def _totals(self) -> NDArray[np.float32]:
        return log_sum(self.values)


class FewLogits:
    """The logits of a few tokens: each has a `column` of `values` `[rows, places, columns]`."""

    def __init__(self, values: NDArray[np.float32], column: Mapping[int, int]) -> None:
        self.values, self._column = values, column

    def chances(self, places: Sequence[int], tokens: Sequence[int]) -> NDArray[np.float32]:
        """As they are: up to what is the same for all tokens at a place."""
        chances: NDArray[np.float32] = self.values[:, list(places), [self._column[token] for token in tokens]]
        return chances

    def peaks(self) -> NDArray[np.float32]:
        peaks: NDArray[np.float32] = np.abs(self.values[:, 0]).max(-1)
        return peaks

    def best(self, allowed: NDArray[np.bool_] | None) -> Best:
        raise InternalError("only the logits of a few tokens were computed")


def log_sum(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """The logarithm of the sum of exponentials along the last axis; some are finite.

    numpy adds in the order in which numbers lie, and what was picked out of one row lies otherwise than out of many.
    """
    top = logits.max(-1, keepdims=True)
    total: NDArray[np.float32] = np.log(np.exp(np.subtract(logits, top, order="C")).sum(-1)) + top[..., 0]
    return total
