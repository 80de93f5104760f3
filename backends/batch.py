"""The batch engine: calls of one function, many at a time, with the answers that the reference backend gives.

A call pays for its own input only: a program's states are computed once, and stay one copy however many rows
attend to them. Inputs of similar length are read together, padded at the left (attention goes by position, so
padding is nowhere); rows leave the batch when they are done. How tokens are read is the backend's (`machine`).

The same row gives logits that differ in the last bits from one batch to another, as matrix products sum in another
order. Where so little decides, the reference is asked: a choice between two candidates is only taken from a batch
if they are further apart than such differences can bring them (`margin`). So no answer depends on its batch.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pawc.backends.base import Plan, program_of, too_long
from pawc.backends.constraining import Constraint
from pawc.backends.label_tree import LabelTree
from pawc.backends.machine import Machine
from pawc.backends.reader import Reader
from pawc.backends.reading import Reading
from pawc.backends.writing import Writing

from pawc.base.types import Type
from pawc.ir.nodes import NeuralFunction
from pawc.runtime.labels import adjusted, softmax
from pawc.runtime.outcome import Outcome

BATCH_TOKENS = 2048
"""Inputs are read together up to so many tokens, padding included (docs/interpreters.md)."""

BATCH_ROWS = 64

ABSTAIN_MARGIN = 1e-3
"""How close a probability may come to `abstain` before the reference decides; noise makes 1e-5 of it."""

Row = tuple[int, list[int]]
"""The number of an input among its batch, and the tokens of its turn but for those that open it."""


class BatchEngine:
    """Runs functions on a machine, which is loaded at the first call."""

    def __init__(self, load: Callable[[], Machine], rows: int | None = None, tokens: int | None = None) -> None:
        """At most so many `rows` are read together, and of their inputs so many `tokens`."""
        self._load, self._loading = load, threading.Lock()
        self._most_rows, self._most_tokens = rows or BATCH_ROWS, tokens or BATCH_TOKENS
        self._loaded: Machine | None = None
        self._constraints: dict[Type, Constraint | None] = {}
        self._trees: dict[Type, LabelTree] = {}

    @property
    def machine(self) -> Machine:
        """The interpreter in memory, once it is needed. The first callers of several threads get the same one."""
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def call(self, function: NeuralFunction, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
        """The outcome of each tuple of arguments."""
        if not batch:
            return []
        with self.machine.lock:
            plan = Plan.of(function)
            texts = [plan.text(args) for args in batch]
            distinct = list(dict.fromkeys(texts))
            answers = dict(zip(distinct, self._answers(plan, distinct), strict=True))
        return [answers[text] for text in texts]

    def _answers(self, plan: Plan, texts: Sequence[str]) -> list[Outcome]:
        layout, program = self.machine.layout, program_of(plan.function)
        # How an input's turn opens is the same for all: it is read with the program, once.
        program = replace(program, tokens=(*program.tokens, *layout.before_input))
        room = plan.room(layout)
        outcomes: dict[int, Outcome] = {}
        rows: list[Row] = []
        for index, query in enumerate(layout.queries(texts)):
            if len(query) > room:
                outcomes[index] = too_long(len(query), room)
            else:
                rows.append((index, query[len(layout.before_input) :]))
        alone = self.machine.alone(program)
        for group in _groups(rows, self._most_rows, self._most_tokens):
            queries = [query for _, query in group]
            answer = self._choose if plan.choices else self._write
            results = answer(plan, queries, self.machine.reading(program, len(group)), alone)
            outcomes |= {index: result for (index, _), result in zip(group, results, strict=True)}
        return [outcomes[index] for index in range(len(texts))]

    def _choose(self, plan: Plan, queries: Sequence[list[int]], reading: Reading, alone: Reader) -> Sequence[Outcome]:
        """One choice per row, by the scores of its tokens after the input."""
        labels = plan.labels(self.machine.layout)
        if (tree := self._trees.get(plan.function.result)) is None:
            tree = self._trees[plan.function.result] = LabelTree(labels)
        found, peaks = tree.scores(reading, dict(enumerate(queries)))
        margins = (margin(peaks, self.machine.noise) * max(map(len, labels))).tolist()
        results = []
        for query, scores, bound in zip(queries, found.tolist(), margins, strict=True):
            if _undecided(plan, scores, bound):
                scores = alone.scores(query, labels)
            results.append(plan.choose(scores))
        return results

    def _write(self, plan: Plan, queries: Sequence[list[int]], reading: Reading, alone: Reader) -> Sequence[Outcome]:
        """One written answer per row: at each step a token, and what the type forces after it."""
        constraint = self._constraint(plan.function)
        answers = [Writing(plan, constraint, self.machine.layout) for _ in queries]
        new = {row: [*queries[row], *answer.tokens] for row, answer in enumerate(answers) if not answer.done}
        while new:
            states = [state for row in new if (state := answers[row].state) is not None]
            if constraint is not None:
                constraint.prefetch(states)
            logits = reading.read(new)
            allowed = [mask for row in new if (mask := answers[row].allowed()) is not None]
            best = logits.best(np.stack(allowed) if allowed else None)
            sure = (best.leads > margin(logits.peaks(), self.machine.noise)).tolist()
            chances = best.chances.tolist()
            going = {}
            for place, (row, token) in enumerate(zip(new, best.tokens.tolist(), strict=True)):
                answer, chance = answers[row], chances[place]
                if not sure[place]:
                    mask = allowed[place] if allowed else None
                    token, chance = alone.next(queries[row], answer.tokens, mask)
                written = len(answer.tokens)
                answer.take(token, chance)
                if not answer.done:
                    going[row] = answer.tokens[written:]
            new = going
        return [
            alone.write(plan, query) if answer.is_uncertain(ABSTAIN_MARGIN) else answer.outcome()
            for query, answer in zip(queries, answers, strict=True)
        ]

    def _constraint(self, function: NeuralFunction) -> Constraint | None:
        if function.result not in self._constraints:
            self._constraints[function.result] = self.machine.constraint(function)
        return self._constraints[function.result]


def margin(peaks: NDArray[np.float32], noise: float) -> NDArray[np.float32]:
    """How close two candidates may come before the reference decides, where the logits are as large as `peaks`."""
    return np.float32(noise) * (1 + peaks)


def _undecided(plan: Plan, scores: Sequence[float], margin: float) -> bool:
    """Whether differences of the scores as small as `margin` could change the choice."""
    calibration = program_of(plan.function).calibration
    scores = adjusted(scores, calibration)
    margin /= calibration.temperature if calibration else 1
    ranked = sorted(scores, reverse=True)
    if len(ranked) > 1 and ranked[0] - ranked[1] <= margin:
        return True
    return plan.abstain is not None and abs(max(softmax(scores)) - plan.abstain) <= ABSTAIN_MARGIN


def _groups(rows: Sequence[Row], most_rows: int, most_tokens: int) -> Iterator[list[Row]]:
    """Rows of similar length together, as many as are read at once."""
    group: list[Row] = []
    for row in sorted(rows, key=lambda row: (len(row[1]), row[0])):
        if group and (len(group) == most_rows or (len(group) + 1) * len(row[1]) > most_tokens):
            yield group
            group = []
        group.append(row)
    if group:
        yield group
