"""The machine of PyTorch: an interpreter as transformers runs it, with one copy of a program's states for all rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from threading import Lock

import numpy as np
import torch
from numpy.typing import NDArray
from pawc.backends.constraining import Constraint, by_llguidance
from pawc.backends.logits import Best
from pawc.backends.program_states import ProgramStates
from pawc.backends.reading import Booleans, Integers, Reading
from pawc.backends.reference import TorchReader
from torch import Tensor

from pawc.files.blobs import BlobStore
from pawc.files.quantization import dequantize
from pawc.ir.nodes import NeuralFunction, Prefix, Program
from pawc.runtime.attention import using
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.layout import Layout
from pawc.runtime.packed import NAME, PackedCache, Packing
from pawc.runtime.positions import PADDING, pieces

NOISE = {torch.float32: 2e-5}
"""Measured on the embedded interpreter over batches of 1 to 40, and against the reference: logits up to 40 differ by up
to 7e-5 in float32 and by up to 0.7 in bfloat16. The margins leave room for 10 and 3 times that
(tests/unit/test_batch.py)."""

NOISE_16_BITS = 0.06


class TorchMachine:
    """An interpreter, and the states of programs whose tensors are in `blobs`."""

    def __init__(self, interpreter: Interpreter, blobs: BlobStore) -> None:
        self.interpreter, self._blobs = interpreter, blobs
        facts = (interpreter.sha256, torch.__version__, str(interpreter.dtype), interpreter.device.type)
        self._kept = ProgramStates(facts, self._compute, kept=interpreter.info.carried is None)
        self._held: dict[tuple[tuple[int, ...], Prefix | None], Tensor] = {}

    @property
    def lock(self) -> Lock:
        return self.interpreter.lock

    @property
    def layout(self) -> Layout:
        return self.interpreter.layout

    @property
    def noise(self) -> float:
        return NOISE.get(self.interpreter.dtype, NOISE_16_BITS)

    def reading(self, program: Program, rows: int) -> Reading:
        return TorchReading(self.interpreter, self.states(program), rows)

    def alone(self, program: Program) -> TorchReader:
        return TorchReader(self.interpreter, program, self._blobs)

    def constraint(self, function: NeuralFunction) -> Constraint | None:
        return by_llguidance(function, self.layout)

    def states(self, program: Program) -> Tensor:
        """The states of a program `[layers, 2, kv_heads, length, head_dim]`, in the interpreter's number format."""
        read = (program.tokens, program.prefix)
        if read not in self._held:
            prefix = None
            if program.prefix is not None:
                prefix = dequantize(program.prefix, self._blobs)
            states = torch.from_numpy(self._kept.get(program, prefix))
            self._held[read] = states.to(self.interpreter.device, self.interpreter.dtype)
        return self._held[read]

    def _compute(self, tokens: Sequence[int], prefix: NDArray[np.float32] | None) -> NDArray[np.float32]:
        past = None
        if prefix is not None:
            past = torch.from_numpy(prefix).to(self.interpreter.device, self.interpreter.dtype)
        states: NDArray[np.float32] = self.interpreter.states(tokens, past).float().cpu().numpy()
        return states


class TorchReading(Reading):
    """Rows behind `states`, which stay one copy."""

    def __init__(self, interpreter: Interpreter, states: Tensor, rows: int) -> None:
        super().__init__(states.shape[3], rows)
        self._interpreter, self._states = interpreter, states
        self._cache = PackedCache()

    @torch.inference_mode()
    def _run(
        self, ids: Integers, positions: Integers, everything: Integers, keep: int, tree: Booleans | None
    ) -> TorchLogits:
        length = ids.shape[1]
        seen = self._tensor(everything if self._interpreter.has_window else everything[:, self._states.shape[3] :])
        given, places = self._tensor(ids), self._tensor(positions)
        sees = None if tree is None else self._tensor(tree)
        with using(self._interpreter.model, NAME):
            for start, end in pieces(length, keep) if tree is None else [(0, length)]:
                here = places[:, start:end]
                self._cache.packing = packing = Packing(here != PADDING)
                mask = self._interpreter.attention(here, seen[:, : seen.shape[1] - length + end], sees)
                logits = self._interpreter.step(
                    packing.pack(given[:, start:end])[None],
                    packing.pack(here)[None],
                    mask,
                    self._cache,
                    packing.last(min(keep, end - start)),
                    packing=packing,
                    prefix=self._states,
                )
        return TorchLogits(logits.view(len(ids), keep, -1).float())

    @torch.inference_mode()
    def _select(self, places: list[int]) -> None:
        self._cache.batch_select_indices(torch.tensor(places, device=self._interpreter.device))

    def _tensor(self, values: Integers | Booleans) -> Tensor:
        return torch.from_numpy(values).to(self._interpreter.device)


class TorchLogits:
    """Logits `[rows, places, vocab]` that lie in a tensor."""

    def __init__(self, values: Tensor) -> None:
        self.values = values

    def chances(self, places: Sequence[int], tokens: Sequence[int]) -> NDArray[np.float32]:
        at = list(places)
        return _array(self.values[:, at, list(tokens)] - self._totals[:, at])

    def peaks(self) -> NDArray[np.float32]:
        return _array(self.values[:, 0].abs().amax(-1))

    def best(self, allowed: NDArray[np.bool_] | None) -> Best:
        logits = self.values[:, 0]
        if allowed is not None:
            logits = logits.masked_fill(~torch.from_numpy(allowed).to(logits.device), -torch.inf)
        top, tokens = logits.topk(2)
        chances, leads = top[:, 0] - logits.logsumexp(-1), top[:, 0] - top[:, 1]
        return Best(tokens[:, 0].cpu().numpy(), _array(chances), _array(leads))

    @cached_property
    def _totals(self) -> Tensor:
        return self.values.logsumexp(-1)


def _array(values: Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = values.cpu().numpy()
    return array
