"""A machine whose steps have fixed shapes and places (`static_steps`): what the CUDA backend runs on.

It reads as `torch_machine` does, with the same logits; that is what the tests hold it to, on the CPU. Rows are rounded
up to powers of two, a batch's memory doubles when it is full, and rows that are done are closed up.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from pawc.backends.logits import Best
from pawc.backends.reading import Booleans, Integers, Reading
from pawc.backends.static_steps import Shape, StaticSteps, padded, rounded
from pawc.backends.torch_machine import TorchLogits, TorchMachine
from torch import Tensor

from pawc.files.blobs import BlobStore
from pawc.ir.nodes import Program
from pawc.runtime.attention import NAME
from pawc.runtime.positions import PADDING, PIECE

LEAST_SLOTS = 64


class StaticMachine(TorchMachine):
    """`TorchMachine` with static steps. In 16 bits a batch decides by itself: there is nothing exact to ask."""

    def __init__(self, steps: StaticSteps, blobs: BlobStore) -> None:
        super().__init__(steps.interpreter, blobs)
        self._steps = steps
        self.interpreter.model.set_attn_implementation(NAME)  # for good: a captured step cannot exchange it

    @property
    def noise(self) -> float:
        return super().noise if self.interpreter.dtype == torch.float32 else -1.0

    def reading(self, program: Program, rows: int) -> StaticReading:
        return StaticReading(self._steps, self.states(program), rows)


class StaticReading(Reading):
    """Rows behind `states`, in a cache that belongs to the steps."""

    def __init__(self, steps: StaticSteps, states: Tensor, rows: int) -> None:
        super().__init__(states.shape[3], rows)
        self._steps, self._states, self._interpreter = steps, states, steps.interpreter
        self._cache = steps.cache(_power(rows), LEAST_SLOTS)

    @torch.inference_mode()
    def _run(
        self, ids: Integers, positions: Integers, everything: Integers, keep: int, tree: Booleans | None
    ) -> TorchLogits:
        rows, length = ids.shape
        own = everything[:, self._states.shape[3] :]
        self._grow(own.shape[1])
        start = own.shape[1] - length
        # Long inputs are taken in pieces, as `Interpreter.forward` takes them.
        ends = [length] if tree is not None else [*range(PIECE, length - keep, PIECE), length]
        for begin, end in zip([0, *ends], ends, strict=False):
            at = np.arange(start + begin, start + end)
            logits = self._piece(ids[:, begin:end], positions[:, begin:end], own, at, min(keep, end - begin), tree)
        values = logits[:rows, -keep:].to(torch.float32, copy=True)  # the next step overwrites them
        return TorchLogits(values) if self._interpreter.dtype == torch.float32 else DecidedLogits(values)

    @torch.inference_mode()
    def _select(self, places: list[int]) -> None:
        kept = self._steps.cache(_power(len(places)), self._cache.slots)
        kept.take(self._cache, torch.tensor(places, device=kept.memory.device))
        self._cache = kept

    def _piece(
        self, ids: Integers, positions: Integers, own: Integers, at: Integers, keep: int, tree: Booleans | None
    ) -> Tensor:
        cache, width = self._cache, rounded(ids.shape[1])
        size = self._steps.load(self._states)
        keys = np.full((cache.rows, size + cache.slots), PADDING, np.int64)
        keys[: len(own), : self._states.shape[3]] = np.arange(self._states.shape[3])
        keys[: len(own), size : size + own.shape[1]] = own
        slots = np.full(width, cache.slots - 1, np.int64)
        slots[width - len(at) :] = at
        shape = Shape(cache.rows, width, keep, cache.slots, size, tree is not None)
        here = padded(positions, cache.rows, width)
        tokens = np.maximum(padded(ids, cache.rows, width), 0)
        return self._steps.run(shape, tokens, here, keys, slots, None if tree is None else _square(tree, width))

    def _grow(self, needed: int) -> None:
        """Have slots for so many tokens, and the one for padding."""
        slots = self._cache.slots
        while slots <= needed:
            slots *= 2
        if slots > self._cache.slots:
            larger = self._steps.cache(self._cache.rows, slots)
            larger.take(self._cache, torch.arange(self._cache.rows, device=larger.memory.device))
            self._cache = larger


class DecidedLogits(TorchLogits):
    """Logits of which the greatest is taken however near the next one is: how near, nobody asks."""

    def best(self, allowed: NDArray[np.bool_] | None) -> Best:
        logits = self.values[:, 0]
        if allowed is not None:
            logits = logits.masked_fill(~torch.from_numpy(allowed).to(logits.device), -torch.inf)
        top, tokens = logits.max(-1)
        chances = (top - logits.logsumexp(-1)).cpu().numpy()
        return Best(tokens.cpu().numpy(), chances, np.full_like(chances, np.inf))


def _square(tree: Booleans, width: int) -> Booleans:
    """`tree`, about the last of a step's tokens, as one about all of them: the others are left to their positions."""
    whole = np.ones((width, width), np.bool_)
    whole[width - tree.shape[0] :, width - tree.shape[1] :] = tree
    return whole


def _power(number: int) -> int:
    """The next power of two."""
    return 1 << (number - 1).bit_length()
