"""The reference backend: what a program means, as plainly as it can be said (`reader`). Slow.

One input at a time, in float32. At each step the interpreter reads everything there is, as if for the first time:
the prefix states, then the program's tokens, the input's turn, and what it has written so far.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from pawc.backends.base import Backend, Plan, check_interpreter, program_of
from pawc.backends.constraining import by_llguidance
from pawc.backends.reader import Reader

from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.files.quantization import dequantize
from pawc.interpreters.info import InterpreterInfo
from pawc.ir.nodes import NeuralFunction, Program
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.outcome import Engine, Outcome


class ReferenceBackend(Backend):
    """Defines the meaning of programs; other backends are tested against it."""

    name: ClassVar[str] = "reference"

    def load(self, executable: Executable, info: InterpreterInfo) -> Engine:
        check_interpreter(executable, info)
        return ReferenceEngine(lambda: Interpreter.of(info), executable.blobs)


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
        reader = TorchReader(self._interpreter, program_of(function), self._blobs)
        return [reader.answer(plan, plan.text(args)) for args in batch]


class TorchReader(Reader):
    """An interpreter of PyTorch."""

    def __init__(self, interpreter: Interpreter, program: Program, blobs: BlobStore) -> None:
        super().__init__(interpreter.layout, lambda function: by_llguidance(function, interpreter.layout))
        self._interpreter, self._tokens = interpreter, program.tokens
        self._quantised, self._blobs = program.prefix, blobs

    @cached_property
    def _prefix(self) -> torch.Tensor | None:
        return torch.from_numpy(dequantize(self._quantised, self._blobs)) if self._quantised else None

    @torch.inference_mode()
    def _logits(self, tokens: Sequence[int], keep: int) -> NDArray[np.float32]:
        ids = torch.tensor([[*self._tokens, *tokens]], device=self._interpreter.device)
        past = 0 if self._prefix is None else self._prefix.shape[3]
        positions = torch.arange(past + ids.shape[1], device=ids.device)[None]
        cache = self._interpreter.cache(self._prefix)
        logits = self._interpreter.forward(ids, positions[:, past:], positions, cache, keep)
        values: NDArray[np.float32] = logits[0].float().cpu().numpy()
        return values
