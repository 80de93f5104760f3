"""The reference backend: what a program means, as plainly as it can be said. Slow.

One input at a time, in float32. At each step the interpreter reads everything there is, as if for the first time:
the prefix states, then the program's tokens, the input's turn, and what it has written so far. A type with few
values is answered by the likeliest of them when nothing else can be written (`runtime.labels`); any other by the
likeliest token at each step, of those that the type allows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, ClassVar

import torch
from pawc.backends.base import Backend, Plan, check_interpreter, program_of, too_long
from pawc.backends.writing import Writing
from torch import Tensor

from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.files.quantization import dequantize
from pawc.interpreters.info import InterpreterInfo
from pawc.ir.nodes import NeuralFunction, Program
from pawc.runtime.constraint import Constraint
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.labels import forks
from pawc.runtime.outcome import Engine, Outcome


class ReferenceBackend(Backend):
    """Defines the meaning of programs; other backends are tested against it."""

    name: ClassVar[str] = "reference"

    def load(self, executable: Executable, info: InterpreterInfo) -> Engine:
        check_interpreter(executable, info)
        return ReferenceEngine(lambda: Interpreter.load(info.folder), executable.blobs)


class ReferenceEngine:
    """Runs functions whose tensors are in `blobs`. The interpreter is loaded at the first call."""

    def __init__(self, load: Callable[[], Interpreter], blobs: BlobStore) -> None:
        self._load, self._blobs = load, blobs

    @cached_property
    def _interpreter(self) -> Interpreter:
        return self._load()

    def call(self, function: NeuralFunction, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
        """The outcome of each tuple of arguments."""
        plan = Plan.of(function)
        reader = Reader(self._interpreter, program_of(function), self._blobs)
        return [reader.answer(plan, plan.text(args)) for args in batch]


class Reader:
    """The interpreter as it reads one program."""

    def __init__(self, interpreter: Interpreter, program: Program, blobs: BlobStore) -> None:
        self._interpreter, self._tokens = interpreter, program.tokens
        self._quantised, self._blobs = program.prefix, blobs

    @cached_property
    def _prefix(self) -> Tensor | None:
        return torch.from_numpy(dequantize(self._quantised, self._blobs)) if self._quantised else None

    def answer(self, plan: Plan, text: str) -> Outcome:
        """The outcome for one input."""
        layout = self._interpreter.layout
        query, room = layout.query(text), plan.room(layout)
        if len(query) > room:
            return too_long(len(query), room)
        if plan.choices:
            return plan.choose(self.scores(query, plan.labels(layout)))
        return self.write(plan, query)

    def scores(self, query: Sequence[int], labels: Sequence[Sequence[int]]) -> list[float]:
        """The log-probability of each label after the input's turn, when nothing but the labels can be written."""
        scores = [0.0] * len(labels)
        for path, tokens in forks(labels).items():
            likely = self._logits([*query, *path])[-1, list(tokens)].log_softmax(-1).tolist()
            for number, label in enumerate(labels):
                if tuple(label[: len(path)]) == path:
                    scores[number] += likely[tokens.index(label[len(path)])]
        return scores

    def write(self, plan: Plan, query: Sequence[int]) -> Outcome:
        """What the interpreter writes when at each step it takes the likeliest of the tokens that are allowed."""
        kind, stop = plan.function.result, self._interpreter.layout.stop
        constraint = Constraint.for_type(kind, self._interpreter.tokenizer, stop)
        writing = Writing(plan, constraint, self._interpreter)
        while not writing.done:
            writing.take(*self.next(query, writing.tokens, writing.allowed()))
        return writing.outcome()

    def next(self, query: Sequence[int], written: Sequence[int], allowed: Any) -> tuple[int, float]:
        """The likeliest allowed token (the first of equals), and its log-probability among those."""
        logits = self._logits([*query, *written])[-1]
        if allowed is not None:
            logits = logits.masked_fill(~torch.from_numpy(allowed), -torch.inf)
        token = int((logits == logits.max()).nonzero()[0, 0])
        return token, float(logits.log_softmax(-1)[token])

    @torch.inference_mode()
    def _logits(self, tokens: Sequence[int], keep: int = 1) -> Tensor:
        """The logits of the last `keep` of these tokens, which follow the prefix and the program."""
        ids = torch.tensor([[*self._tokens, *tokens]])
        past = 0 if self._prefix is None else self._prefix.shape[3]
        positions = torch.arange(past + ids.shape[1])[None]
        cache = self._interpreter.cache(self._prefix)
        return self._interpreter.forward(ids, positions[:, past:], positions, cache, keep)[0].float()
