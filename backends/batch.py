"""The batch engine: calls of one function, many at a time, with the answers that the reference backend gives.

A call pays for its own input only: a program's states are computed once, and stay one copy however many rows
attend to them. Inputs of similar length are read together, padded at the left (attention goes by position, so
padding is nowhere); rows leave the batch when they are done.

The same row gives logits that differ in the last bits from one batch to another, as matrix products sum in another
order. Where so little decides, the reference is asked: a choice between two candidates is only taken from a batch
if they are further apart than such differences can bring them (`margin`). So no answer depends on its batch.

Measured on the embedded interpreter over batches of 1 to 24: logits up to 35 differ by up to 5e-5 in float32 and by
up to 0.7 in bfloat16. The margins leave room for 80 and 3 times that (tests/unit/test_batch.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from pawc.backends.base import Plan, program_of, softmax, too_long
from pawc.backends.label_tree import LabelTree
from pawc.backends.program_states import ProgramStates
from pawc.backends.reading import Reading
from pawc.backends.reference import Reader
from pawc.backends.writing import Writing
from torch import Tensor

from pawc.base.types import Type
from pawc.files.blobs import BlobStore
from pawc.ir.nodes import NeuralFunction
from pawc.runtime.constraint import Constraint, prefetch
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.outcome import Outcome

BATCH_TOKENS = 1024
"""Inputs are read together up to so many tokens, padding included; more gains nothing (docs/interpreters.md)."""

BATCH_ROWS = 64

ABSTAIN_MARGIN = 1e-3
"""How close a probability may come to `abstain` before the reference decides; noise makes 1e-5 of it."""

Row = tuple[int, list[int]]
"""The number of an input among its batch, and the tokens of its turn."""


class BatchEngine:
    """Runs functions whose tensors are in `blobs`. The interpreter is loaded at the first call."""

    def __init__(self, load: Callable[[], Interpreter], blobs: BlobStore) -> None:
        self._load, self._blobs = load, blobs
        self._constraints: dict[Type, Constraint | None] = {}
        self._trees: dict[Type, LabelTree] = {}

    @cached_property
    def interpreter(self) -> Interpreter:
        """The interpreter, once it is needed."""
        return self._load()

    @cached_property
    def _states(self) -> ProgramStates:
        return ProgramStates(self.interpreter, self._blobs)

    def call(self, function: NeuralFunction, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
        """The outcome of each tuple of arguments."""
        if not batch:
            return []
        with self.interpreter.lock, torch.inference_mode():
            plan = Plan.of(function)
            texts = [plan.text(args) for args in batch]
            distinct = list(dict.fromkeys(texts))
            answers = dict(zip(distinct, self._answers(plan, distinct), strict=True))
        return [answers[text] for text in texts]

    def _answers(self, plan: Plan, texts: Sequence[str]) -> list[Outcome]:
        layout = self.interpreter.layout
        room = plan.room(layout)
        outcomes: dict[int, Outcome] = {}
        rows: list[Row] = []
        for index, query in enumerate(layout.queries(texts)):
            if len(query) > room:
                outcomes[index] = too_long(len(query), room)
            else:
                rows.append((index, query))
        states = self._states.get(program_of(plan.function))
        reference = Reader(self.interpreter, program_of(plan.function), self._blobs)
        for group in _groups(rows):
            queries = [query for _, query in group]
            answer = self._choose if plan.choices else self._write
            results = answer(plan, queries, Reading(self.interpreter, states, len(group)), reference)
            outcomes |= {index: result for (index, _), result in zip(group, results, strict=True)}
        return [outcomes[index] for index in range(len(texts))]

    def _choose(
        self, plan: Plan, queries: Sequence[list[int]], reading: Reading, reference: Reader
    ) -> Sequence[Outcome]:
        """One choice per row, by the scores of its tokens after the input."""
        labels = plan.labels(self.interpreter.layout)
        if (tree := self._trees.get(plan.function.result)) is None:
            tree = self._trees[plan.function.result] = LabelTree(labels)
        found, logits = tree.scores(reading, dict(enumerate(queries)))
        margins = (margin(logits, self.interpreter.dtype) * max(map(len, labels))).tolist()
        results = []
        for query, scores, bound in zip(queries, found.tolist(), margins, strict=True):
            if _undecided(scores, bound, plan.abstain):
                scores = [reference.score(query, label) for label in labels]
            results.append(plan.choose(scores))
        return results

    def _write(
        self, plan: Plan, queries: Sequence[list[int]], reading: Reading, reference: Reader
    ) -> Sequence[Outcome]:
        """One written answer per row: at each step a token, and what the type forces after it."""
        answers = [Writing(plan, self._constraint(plan.function.result), self.interpreter) for _ in queries]
        new = {row: [*queries[row], *answer.tokens] for row, answer in enumerate(answers) if not answer.done}
        while new:
            states = [state for row in new if (state := answers[row].state) is not None]
            if states:
                prefetch(states)
            logits = reading.read(new)
            bounds = margin(logits, self.interpreter.dtype)
            allowed = [mask for row in new if (mask := answers[row].allowed()) is not None]
            if allowed:
                logits.masked_fill_(~torch.from_numpy(np.stack(allowed)).to(logits.device), -torch.inf)
            top, tokens = logits.topk(2)
            sure = (top[:, 0] - top[:, 1] > bounds).tolist()
            chances = (top[:, 0] - logits.logsumexp(-1)).tolist()
            going = {}
            for place, (row, token) in enumerate(zip(new, tokens[:, 0].tolist(), strict=True)):
                answer, chance = answers[row], chances[place]
                if not sure[place]:
                    mask = allowed[place] if allowed else None
                    token, chance = reference.next(queries[row], answer.tokens, mask)
                written = len(answer.tokens)
                answer.take(token, chance)
                if not answer.done:
                    going[row] = answer.tokens[written:]
            new = going
        return [
            reference.write(plan, query) if answer.is_uncertain(ABSTAIN_MARGIN) else answer.outcome()
            for query, answer in zip(queries, answers, strict=True)
        ]

    def _constraint(self, kind: Type) -> Constraint | None:
        if kind not in self._constraints:
            stop = self.interpreter.layout.stop
            self._constraints[kind] = Constraint.for_type(kind, self.interpreter.tokenizer, stop)
        return self._constraints[kind]


def margin(logits: Tensor, dtype: torch.dtype) -> Tensor:
    """How close two candidates may come before the reference decides, for each row of logits."""
    relative = 1e-4 if dtype == torch.float32 else 0.06
    return relative * (1 + logits.abs().amax(-1))


def _undecided(scores: Sequence[float], margin: float, abstain: float | None) -> bool:
    """Whether differences as small as `margin` could change the choice."""
    ranked = sorted(scores, reverse=True)
    if len(ranked) > 1 and ranked[0] - ranked[1] <= margin:
        return True
    return abstain is not None and abs(max(softmax(scores)) - abstain) <= ABSTAIN_MARGIN


def _groups(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows of similar length together, as many as are read at once."""
    group: list[Row] = []
    for row in sorted(rows, key=lambda row: (len(row[1]), row[0])):
        if group and (len(group) == BATCH_ROWS or (len(group) + 1) * len(row[1]) > BATCH_TOKENS):
            yield group
            group = []
        group.append(row)
    if group:
        yield group
