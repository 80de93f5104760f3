"""One input at a time: what a program means, as plainly as it can be said. Slow.

At each step everything is read that there is: the program, the input's turn, and what was written so far. A type with
few values is answered by the likeliest of them when nothing else can be written (`runtime.labels`); any other by the
likeliest token at each step, of those that the type allows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from pawc.backends.base import Plan, too_long
from pawc.backends.constraining import Constraint
from pawc.backends.logits import log_sum
from pawc.backends.writing import Writing

from pawc.ir.nodes import NeuralFunction
from pawc.runtime.labels import forks
from pawc.runtime.layout import Layout
from pawc.runtime.outcome import Outcome


class Reader(ABC):
    """An interpreter with this `layout` as it reads one program.

    `constraint` gives what holds a function's answers to its type; None where any text will do.
    """

    def __init__(self, layout: Layout, constraint: Callable[[NeuralFunction], Constraint | None]) -> None:
        self._layout, self._constraint = layout, constraint

    def answer(self, plan: Plan, text: str) -> Outcome:
        """The outcome for one input."""
        query, room = self._layout.query(text), plan.room(self._layout)
        if len(query) > room:
            return too_long(len(query), room)
        if plan.choices:
            return plan.choose(self.scores(query, plan.labels(self._layout)))
        return self.write(plan, query)

    def scores(self, query: Sequence[int], labels: Sequence[Sequence[int]]) -> list[float]:
        """The log-probability of each label after the input's turn, when nothing but the labels can be written."""
        scores = [0.0] * len(labels)
        for path, tokens in forks(labels).items():
            logits = self._logits([*query, *path], keep=1)[-1, list(tokens)]
            likely = (logits - log_sum(logits)).tolist()
            for number, label in enumerate(labels):
                if tuple(label[: len(path)]) == path:
                    scores[number] += likely[tokens.index(label[len(path)])]
        return scores

    def write(self, plan: Plan, query: Sequence[int]) -> Outcome:
        """What the interpreter writes when at each step it takes the likeliest of the tokens that are allowed."""
        writing = Writing(plan, self._constraint(plan.function), self._layout)
        while not writing.done:
            writing.take(*self.next(query, writing.tokens, writing.allowed()))
        return writing.outcome()

    def next(
        self, query: Sequence[int], written: Sequence[int], allowed: NDArray[np.bool_] | None
    ) -> tuple[int, float]:
        """The likeliest allowed token (the first of equals), and its log-probability among those."""
        logits = self._logits([*query, *written], keep=1)[-1]
        if allowed is not None:
            logits = np.where(allowed, logits, np.float32(-np.inf))
        token = int(logits.argmax())
        return token, float(logits[token] - log_sum(logits))

    @abstractmethod
    def _logits(self, tokens: Sequence[int], keep: int) -> NDArray[np.float32]:
        """The logits `[keep, vocab]` after each of the last `keep` of these tokens, which follow the program."""
