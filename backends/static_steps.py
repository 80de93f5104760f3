"""Steps of fixed shape: arrays in, logits out, all through memory that stays where it is.

Shapes are rounded up to a few sizes, so that most steps are of a shape that was run before. `record` then may turn
such a step into something that runs faster (a CUDA graph): a function that reads the same memory and writes its logits
to the same place. Without it, steps just run; that is what the tests do on the CPU.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from pawc.backends.reading import Booleans, Integers
from pawc.backends.slots import SlotCache
from torch import Tensor

from pawc.runtime.interpreter import Interpreter
from pawc.runtime.positions import PADDING

Step = Callable[[], Tensor]

WORTH_RECORDING = 2
"""A shape is recorded when it is run for this time: inputs of an odd length may never come again."""

MOST_RECORDED = 64
"""So many shapes stay recorded: each holds the memory of its logits."""


@dataclass(frozen=True)
class Shape:
    """What makes two steps alike."""

    rows: int
    length: int
    keep: int
    slots: int
    states: int
    tree: bool


class _Inputs:
    """The memory that a step reads."""

    def __init__(self, shape: Shape, device: torch.device) -> None:
        integers = partial(torch.zeros, dtype=torch.int64, device=device)
        self.ids = integers(shape.rows, shape.length)
        self.positions = integers(shape.rows, shape.length)
        self.keys = integers(shape.rows, shape.states + shape.slots)
        self.at = integers(shape.length)
        self.tree = torch.ones(shape.length, shape.length, dtype=torch.bool, device=device) if shape.tree else None


class StaticSteps:
    """Runs the steps of one interpreter. One batch at a time: a new one overwrites what the last one kept."""

    def __init__(
        self, interpreter: Interpreter, record: Callable[[Step], Step] | None = None, most_bytes: int = 1 << 30
    ) -> None:
        """Caches that were not used for the longest time go when all together take more than `most_bytes`."""
        self.interpreter, self._record, self._most_bytes = interpreter, record, most_bytes
        self._caches: dict[tuple[int, int], SlotCache] = {}
        self._states: dict[int, tuple[object, Tensor]] = {}
        self._inputs: dict[Shape, _Inputs] = {}
        self._steps: dict[Shape, Step] = {}
        self._runs: dict[Shape, int] = {}

    def cache(self, rows: int, slots: int) -> SlotCache:
        """The memory for so many rows and slots; the least recently used others go where it gets too much."""
        key = (rows, slots)
        found = self._caches.pop(key, None)
        if found is None:  # not `or`: a cache of transformers without layers is false
            found = SlotCache(self.interpreter, rows, slots)
        self._caches[key] = found
        while len(self._caches) > 2 and sum(each.memory.nbytes for each in self._caches.values()) > self._most_bytes:
            self._forget(next(iter(self._caches)))
        return found

    def load(self, states: Tensor) -> int:
        """Make a program's states those that steps attend to; gives the size that they are rounded up to."""
        size = rounded(states.shape[3], 64)
        held, memory = self._states.get(size, (None, None))
        if memory is None:
            shape = (*states.shape[:3], size, states.shape[4])
            memory = torch.zeros(shape, dtype=states.dtype, device=states.device)
        if held is not states:
            memory[:, :, :, : states.shape[3]] = states
        self._states[size] = (states, memory)
        return size

    def run(
        self,
        shape: Shape,
        ids: Integers,
        positions: Integers,
        keys: Integers,
        at: Integers,
        tree: Booleans | None = None,
    ) -> Tensor:
        """The logits `[rows, keep, vocab]` of a step; they are overwritten by the next of this shape.

        All arrays are of the shape's size: ids and positions `[rows, length]`, keys `[rows, states + slots]` (the
        positions of all that there is to attend to), at `[length]` (slots), tree `[length, length]`.
        """
        inputs = self._inputs.get(shape)
        if inputs is None:
            inputs = self._inputs[shape] = _Inputs(shape, self.interpreter.device)
        for memory, values in ((inputs.ids, ids), (inputs.positions, positions), (inputs.keys, keys), (inputs.at, at)):
            memory.copy_(torch.from_numpy(values))
        if inputs.tree is not None:
            assert tree is not None
            inputs.tree.copy_(torch.from_numpy(tree))
        self._runs[shape] = self._runs.get(shape, 0) + 1
        recorded = self._steps.pop(shape, None)
        if recorded is None:
            step = self._step(shape, inputs)
            if self._record is None or self._runs[shape] < WORTH_RECORDING:
                return step()
            recorded = self._record(step)
            while len(self._steps) >= MOST_RECORDED:  # each keeps its logits: the least recently used goes
                del self._steps[next(iter(self._steps))]
        self._steps[shape] = recorded
        return recorded()

    def _step(self, shape: Shape, inputs: _Inputs) -> Step:
        cache, (_, states) = self._caches[shape.rows, shape.slots], self._states[shape.states]

        def step() -> Tensor:
            cache.at = inputs.at
            columns = None if inputs.tree is None else inputs.at + shape.states
            mask = self.interpreter.attention(inputs.positions, inputs.keys, inputs.tree, columns)
            return self.interpreter.step(inputs.ids, inputs.positions, mask, cache, shape.keep, prefix=states)

        return step

    def _forget(self, key: tuple[int, int]) -> None:
        """Let a cache go, and all that was recorded for it."""
        del self._caches[key]
        for shape in [shape for shape in self._inputs if (shape.rows, shape.slots) == key]:
            del self._inputs[shape]
            self._steps.pop(shape, None)
            self._runs.pop(shape, None)


def rounded(number: int, least: int = 1) -> int:
    """The next of 1, 2, 3, 4, 6, 8, 12, 16, 24, 32 ... that is `least` (a power of two) or more."""
    power = max(least, 1 << (number - 1).bit_length())
    return power * 3 // 4 if number <= power * 3 // 4 and power * 3 // 4 >= least and power > 2 else power


def padded(values: Integers, rows: int, columns: int) -> Integers:
    """`values` at the right of the first rows of an array that is padding elsewhere."""
    array: NDArray[np.int64] = np.full((rows, columns), PADDING, np.int64)
    array[: values.shape[0], columns - values.shape[1] :] = values
    return array
