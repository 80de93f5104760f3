"""What holds a written answer to its type, as the engine asks for it; llguidance does it, and so do stored automata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pawc.ir.nodes import NeuralFunction
from pawc.runtime.language import is_free
from pawc.runtime.layout import Layout


class State(Protocol):
    """How far one answer has been written. `pawc.runtime.constraint.State` says what each of these means."""

    @property
    def complete(self) -> bool: ...

    @property
    def must_stop(self) -> bool: ...

    def allowed(self) -> NDArray[np.bool_]: ...

    def advance(self, token: int) -> None: ...

    def forced(self) -> list[int]: ...


class Constraint(Protocol):
    """A type over the vocabulary of a tokenizer. Made once, used for many answers."""

    def start(self) -> State:
        """A new answer, nothing written yet."""
        ...

    def prefetch(self, states: Sequence[Any]) -> None:
        """It will be asked what these states allow, as soon as the interpreter has read."""
        ...


def by_llguidance(function: NeuralFunction, layout: Layout) -> Constraint | None:
    """What a function's answers are held to; None where any text will do."""
    if is_free(function.result):
        return None
    from pawc.runtime import constraint  # free text and labels start without llguidance

    return constraint.Constraint.for_type(function.result, layout.tokenizer, layout.stop)
