"""The null backend: an executable is loaded and checked whole, no interpreter is, and nothing is run.

It tells what building and loading cost, and lets tests drive everything around the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pawc.backends.base import Backend, check_interpreter

from pawc.files.executable import Executable
from pawc.interpreters.info import InterpreterInfo
from pawc.ir.nodes import NeuralFunction
from pawc.runtime.outcome import Engine, Failure, Outcome


class NullBackend(Backend):
    """Runs nothing: the outcome of every call is a failure that says so."""

    name: ClassVar[str] = "null"

    def load(self, executable: Executable, info: InterpreterInfo) -> Engine:
        check_interpreter(executable, info)
        return NullEngine()


class NullEngine:
    """Answers nothing."""

    def call(self, function: NeuralFunction, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
        """One failure per tuple of arguments."""
        return [Failure("P0714", f"the null backend does not run `{function.symbol}`") for _ in batch]
