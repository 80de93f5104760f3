"""The native machine: rows of tokens -> logits, with one copy of a program's states for all rows."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from pawc.backends.constraining import Constraint, by_llguidance
from pawc.backends.logits import Best, FewLogits, Logits, NumpyLogits
from pawc.backends.native.interpreter import BLOCK, NativeInterpreter
from pawc.backends.native.library import Native
from pawc.backends.native.weights import PANEL, Floats
from pawc.backends.program_states import ProgramStates, States
from pawc.backends.reader import Reader
from pawc.backends.reading import Booleans, Integers, Reading

from pawc.files.blobs import BlobStore
from pawc.files.quantization import dequantize
from pawc.ir.nodes import NeuralFunction, Prefix, Program
from pawc.runtime.layout import Layout
from pawc.runtime.positions import PADDING


class NativeMachine:
    """An interpreter in the native engine, and the states of programs whose tensors are in `blobs`."""

    noise = 0.0
    """A row gives the same bits in every batch: every sum is added in one order, whatever is computed beside it."""

    def __init__(self, interpreter: NativeInterpreter, blobs: BlobStore) -> None:
        self.interpreter, self._blobs = interpreter, blobs
        self._states = ProgramStates(interpreter.facts, self._compute, kept=interpreter.kept)
        self._held: dict[tuple[tuple[int, ...], Prefix | None], tuple[Floats, int]] = {}

    @property
    def lock(self) -> Lock:
        return self.interpreter.lock

    @property
    def layout(self) -> Layout:
        return self.interpreter.layout

    def constraint(self, function: NeuralFunction) -> Constraint | None:
        return by_llguidance(function, self.layout)

    def reading(self, program: Program, rows: int) -> NativeReading:
        return NativeReading(self.interpreter, self.states(program), rows)

    def alone(self, program: Program) -> NativeReader:
        return NativeReader(self, program)

    def states(self, program: Program) -> tuple[Floats, int]:
        """A program's states as the engine shares them, and their length."""
        read = (program.tokens, program.prefix)
        if read not in self._held:
            prefix = None if program.prefix is None else dequantize(program.prefix, self._blobs)
            self._held[read] = self.interpreter.laid_out(self._states.get(program, prefix))
        return self._held[read]

    def _compute(self, tokens: Sequence[int], prefix: States | None) -> States:
        interpreter, shape = self.interpreter, self.interpreter.native.shape
        empty = np.zeros((shape.layers, 2, shape.kv_heads, 0, shape.dim), np.float32)
        if not tokens:
            return empty
        shared, cache = interpreter.laid_out(empty if prefix is None else prefix), interpreter.cache(len(tokens))
        places = np.arange(len(tokens))
        row, none = np.zeros_like(places), np.zeros(0, np.int64)
        interpreter.read(np.array(tokens), shared[1] + places, row, places, [cache], shared, none)
        return interpreter.taken_out(cache, len(tokens))


class NativeLogits(NumpyLogits):
    """Logits of which the engine finds the best. A row's are the same in every batch: it does not matter how large."""

    def __init__(self, native: Native, values: Floats) -> None:
        super().__init__(values)
        self._native = native

    def best(self, allowed: Booleans | None) -> Best:
        """As always; what is not allowed has no logits any more."""
        first = np.ascontiguousarray(self.values[:, 0])
        return self._native.best(first, first.shape[1], allowed)

    def peaks(self) -> Floats:
        return np.zeros(len(self.values), np.float32)


class NativeReading(Reading):
    """Rows behind a program's states. Each has a cache of its own; padding is dropped, not computed."""

    def __init__(self, interpreter: NativeInterpreter, shared: tuple[Floats, int], rows: int) -> None:
        super().__init__(shared[1], rows)
        self._interpreter, self._shared = interpreter, shared
        self._caches = [interpreter.cache(0) for _ in range(rows)]

    def _run(
        self, ids: Integers, positions: Integers, everything: Integers, keep: int, tree: Booleans | None
    ) -> Logits:
        rows, length = ids.shape
        there = positions != PADDING
        row, place = np.nonzero(there)
        used = (everything[:, : everything.shape[1] - length] != PADDING).sum(1) - self._shared[1]
        slot = used[row] + there.cumsum(1)[row, place] - 1
        for index, count in enumerate(used + there.sum(1)):
            self._caches[index] = self._with_room(self._caches[index], int(count))
        number = there.ravel().cumsum().reshape(rows, length) - 1  # of each token among those that are there
        forest = None
        if tree is not None:
            nodes = tree.shape[1]
            sees = tree.copy()
            sees[: length - nodes] = False  # by position they see none of it
            forest = (sees[place], used + there.sum(1) - nodes)
        panels = None if self._wanted is None else np.unique(np.array(self._wanted, np.int32) // PANEL)
        logits = self._interpreter.read(
            ids[row, place],
            positions[row, place],
            row,
            slot,
            self._caches,
            self._shared,
            number[:, -keep:].ravel(),
            forest,
            panels,
        ).reshape(rows, keep, -1)
        if panels is None:
            return NativeLogits(self._interpreter.native, logits)
        assert self._wanted is not None
        column = {token: PANEL * int(np.searchsorted(panels, token // PANEL)) + token % PANEL for token in self._wanted}
        return FewLogits(logits, column)

    def _select(self, places: list[int]) -> None:
        for place in set(range(len(self._caches))) - set(places):
            self._interpreter.give_back(self._caches[place])
        self._caches = [self._caches[place] for place in places]

    def __del__(self) -> None:
        for cache in self._caches:
            self._interpreter.give_back(cache)

    def _with_room(self, cache: Floats, count: int) -> Floats:
        dim = self._interpreter.native.shape.dim
        if count * dim <= cache.shape[3]:
            return cache
        larger = self._interpreter.cache(count + BLOCK if cache.shape[3] else count)
        larger[..., : cache.shape[3]] = cache  # keys and values both only grow at their end
        self._interpreter.give_back(cache)
        return larger


class NativeReader(Reader):
    """One row at a time."""

    def __init__(self, machine: NativeMachine, program: Program) -> None:
        super().__init__(machine.layout, machine.constraint)
        self._machine, self._program = machine, program

    def _logits(self, tokens: Sequence[int], keep: int) -> NDArray[np.float32]:
        interpreter, shared = self._machine.interpreter, self._machine.states(self._program)
        places, cache = np.arange(len(tokens)), interpreter.cache(len(tokens))
        logits = interpreter.read(
            np.array(tokens), shared[1] + places, np.zeros_like(places), places, [cache], shared, places[-keep:]
        )
        interpreter.give_back(cache)
        return logits
