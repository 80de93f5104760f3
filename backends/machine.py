"""What the batch engine asks of an interpreter: tokens of many rows in, what it thinks of the next ones out.

A backend has a `Machine` for each interpreter that it holds in memory. Everything that decides answers is the same on
all of them and stands elsewhere (`batch`, `label_tree`, `writing`); a machine reads, and sums up logits where they lie.
"""

from __future__ import annotations

from threading import Lock
from typing import Protocol

from pawc.backends.constraining import Constraint
from pawc.backends.reader import Reader
from pawc.backends.reading import Reading

from pawc.ir.nodes import NeuralFunction, Program
from pawc.runtime.layout import Layout


class Machine(Protocol):
    """An interpreter in memory, as a backend runs it. Used by one thread at a time."""

    @property
    def lock(self) -> Lock:
        """Held by the engine that uses the machine: engines may share what is behind it."""
        ...

    @property
    def layout(self) -> Layout:
        """How it wants a conversation laid out; has its tokenizer."""
        ...

    @property
    def noise(self) -> float:
        """How far logits of one row may be apart from batch to batch, as a share of the greatest."""
        ...

    def constraint(self, function: NeuralFunction) -> Constraint | None:
        """What holds a function's answers to its type; None where any text will do."""
        ...

    def reading(self, program: Program, rows: int) -> Reading:
        """A batch of so many rows, nothing read yet, behind a program's states."""
        ...

    def alone(self, program: Program) -> Reader:
        """What decides where a batch cannot: the same, a row at a time."""
        ...
