"""What running a function gives: an answer or a reported failure; and what the executor needs of an engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from pawc.ir.nodes import NeuralFunction


@dataclass(frozen=True)
class Answer:
    """A value of the function's result type.

    `text` is what the interpreter wrote (`types.render` of the value where no interpreter was asked);
    `scores` are the probabilities of the labels where they were computed, in the order of the type.
    """

    value: Any
    text: str
    scores: tuple[tuple[str, float], ...] | None = None


@dataclass(frozen=True)
class Failure:
    """Why a record has no answer: a stable code and a message, never a traceback."""

    code: str
    message: str


Outcome: TypeAlias = Answer | Failure


class Engine(Protocol):
    """Runs neural functions. A backend's engine is one; a table of Python functions in a test is another."""

    def call(self, function: NeuralFunction, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
        """One outcome per tuple of arguments, in order."""
        ...
