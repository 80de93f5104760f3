"""The native machine: rows of tokens -> logits, with one copy of a program's states for all rows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from pawc.backends.constraining import Constraint, by_llguidance
from pawc.backends.cores import threads
from pawc.backends.logits import Best, FewLogits, Logits, NumpyLogits
from pawc.backends.native import library
from pawc.backends.native.library import Native
from pawc.backends.native.weights import FORMAT, PANEL, Checkpoint, Floats, Shape, mapped, widened
from pawc.backends.program_states import ProgramStates, States
from pawc.backends.reader import Reader
from pawc.backends.reading import Booleans, Integers, Reading

from pawc.base.diagnostics import fail
from pawc.files.blobs import BlobStore
from pawc.files.quantization import dequantize
from pawc.interpreters.info import InterpreterInfo
from pawc.ir.nodes import NeuralFunction, Prefix, Program
from pawc.runtime.layout import Layout
from pawc.runtime.positions import PADDING
from pawc.runtime.tokenizer import Tokenizer

BLOCK = 16
"""So many positions of keys lie together; caches hold whole blocks."""


MOST_FREE = 128 << 20
"""So many bytes of caches are kept for rows to come: about those of one batch."""


class NativeMachine:
    """An interpreter in the native engine, and the states of programs whose tensors are in `blobs`."""

    noise = 0.0
    """A row gives the same bits in every batch: every sum is added in one order, whatever is computed beside it."""

    def __init__(
        self,
        native: Native,
        embeddings: NDArray[np.uint16],
        layout: Layout,
        blobs: BlobStore,
        facts: tuple[str, ...],
    ) -> None:
        """`facts` are all that the bits of states depend on."""
        self.native, self.layout, self._blobs = native, layout, blobs
        self.bits = native.bits
        self.lock = Lock()
        self._embeddings = embeddings
        shape = native.shape
        self._frequencies = 1 / shape.theta ** (np.arange(0, shape.dim, 2, dtype=np.float32) / shape.dim)
        self._states = ProgramStates(facts, self._compute)
        self._free: list[Floats] = []
        self._held: dict[tuple[tuple[int, ...], Prefix | None], tuple[Floats, int]] = {}

    @classmethod
    def load(cls, info: InterpreterInfo, blobs: BlobStore, *, bits: int = 16, kernels: str = "") -> NativeMachine:
        """The machine of an interpreter of the store."""
        if info.carried is not None:
            help = "run with `--engine torch`"
            fail("P0718", f"the native engine reads `{info.name}` from the store, not from an executable", help=help)
        info.check_files()
        shape, checkpoint = Shape.of(info), Checkpoint(info.folder)
        count = threads() or os.cpu_count() or 1
        native = Native(shape, mapped(info, shape, checkpoint), count, bits=bits, kernels=kernels)
        tokenizer = Tokenizer.load(info.folder)
        layout = Layout.from_pieces(info.pieces, tokenizer, info.max_positions)
        facts = (info.sha256, "native", str(FORMAT), str(library.kernels(kernels)), str(bits))
        return cls(native, checkpoint.bits("model.embed_tokens.weight"), layout, blobs, facts)

    def constraint(self, function: NeuralFunction) -> Constraint | None:
        return by_llguidance(function, self.layout)

    def reading(self, program: Program, rows: int) -> NativeReading:
        return NativeReading(self, self.states(program), rows)

    def alone(self, program: Program) -> NativeReader:
        return NativeReader(self, program)

    def states(self, program: Program) -> tuple[Floats, int]:
        """A program's states as the engine shares them, and their length."""
        read = (program.tokens, program.prefix)
        if read not in self._held:
            prefix = None if program.prefix is None else dequantize(program.prefix, self._blobs)
            self._held[read] = self.laid_out(self._states.get(program, prefix))
        return self._held[read]

    def read(
        self,
        tokens: Integers,
        positions: Integers,
        row: Integers,
        slot: Integers,
        caches: Sequence[Floats],
        shared: tuple[Floats, int],
        keep: Integers,
        tree: tuple[Booleans, Integers] | None = None,
        panels: NDArray[np.int32] | None = None,
    ) -> Floats:
        """`Native.read` of tokens at positions. Vocabularies may be padded: only what is a token is given back."""
        angles = positions.astype(np.float32)[:, None] * self._frequencies
        logits = self.native.read(
            widened(self._embeddings[tokens]),
            (np.cos(angles), np.sin(angles)),
            row.astype(np.int32),
            slot.astype(np.int32),
            caches,
            shared,
            keep.astype(np.int32),
            None if tree is None else (tree[0].astype(np.uint8), tree[1].astype(np.int32)),
            panels,
        )
        return logits[:, : self.layout.tokenizer.vocab_size]

    def cache(self, capacity: int) -> Floats:
        """A cache for so many positions, or more. What one that was given back holds is nobody's any more."""
        shape, blocks = self.native.shape, -(-capacity // BLOCK)
        size = blocks * BLOCK * shape.dim
        if fitting := [place for place, cache in enumerate(self._free) if cache.shape[3] >= size]:
            return self._free.pop(min(fitting, key=lambda place: self._free[place].shape[3]))
        return np.zeros((shape.layers, shape.kv_heads, 2, size), np.float32)

    def give_back(self, cache: Floats) -> None:
        """Keep a cache for another row: memory that the system has to clear first costs as much as reading a token."""
        if cache.size:
            self._free.append(cache)
            while sum(one.nbytes for one in self._free) > MOST_FREE:
                del self._free[0]

    def laid_out(self, states: States) -> tuple[Floats, int]:
        """States `[layers, 2, kv_heads, length, dim]` as the engine has them: keys in blocks `[dim, 16]`."""
        length, dim = states.shape[3:]
        cache = self.cache(max(length, 1))  # one that is never given back
        padded = np.pad(states, ((0, 0), (0, 0), (0, 0), (0, cache.shape[3] // dim - length), (0, 0)))
        blocks = padded[:, 0].reshape(*cache.shape[:2], -1, BLOCK, dim).swapaxes(-1, -2)
        cache[:, :, 0] = blocks.reshape(*cache.shape[:2], -1)
        cache[:, :, 1] = padded[:, 1].reshape(*cache.shape[:2], -1)
        return cache, length

    def taken_out(self, cache: Floats, length: int) -> States:
        """The reverse of `laid_out`."""
        dim = self.native.shape.dim
        blocks = cache[:, :, 0].reshape(*cache.shape[:2], -1, dim, BLOCK).swapaxes(-1, -2)
        keys = blocks.reshape(*cache.shape[:2], -1, dim)
        values = cache[:, :, 1].reshape(keys.shape)
        return np.ascontiguousarray(np.stack((keys, values), 1)[:, :, :, :length])

    def _compute(self, tokens: Sequence[int], prefix: States | None) -> States:
        shape = self.native.shape
        empty = np.zeros((shape.layers, 2, shape.kv_heads, 0, shape.dim), np.float32)
        if not tokens:
            return empty
        shared, cache = self.laid_out(empty if prefix is None else prefix), self.cache(len(tokens))
        places = np.arange(len(tokens))
        row, none = np.zeros_like(places), np.zeros(0, np.int64)
        self.read(np.array(tokens), shared[1] + places, row, places, [cache], shared, none)
        return self.taken_out(cache, len(tokens))


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

    def __init__(self, machine: NativeMachine, shared: tuple[Floats, int], rows: int) -> None:
        super().__init__(shared[1], rows)
        self._machine, self._shared = machine, shared
        self._caches = [machine.cache(0) for _ in range(rows)]

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
        logits = self._machine.read(
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
            return NativeLogits(self._machine.native, logits)
        assert self._wanted is not None
        column = {token: PANEL * int(np.searchsorted(panels, token // PANEL)) + token % PANEL for token in self._wanted}
        return FewLogits(logits, column)

    def _select(self, places: list[int]) -> None:
        for place in set(range(len(self._caches))) - set(places):
            self._machine.give_back(self._caches[place])
        self._caches = [self._caches[place] for place in places]

    def __del__(self) -> None:
        for cache in self._caches:
            self._machine.give_back(cache)

    def _with_room(self, cache: Floats, count: int) -> Floats:
        dim = self._machine.native.shape.dim
        if count * dim <= cache.shape[3]:
            return cache
        larger = self._machine.cache(count + BLOCK if cache.shape[3] else count)
        larger[..., : cache.shape[3]] = cache  # keys and values both only grow at their end
        self._machine.give_back(cache)
        return larger


class NativeReader(Reader):
    """One row at a time."""

    def __init__(self, machine: NativeMachine, program: Program) -> None:
        super().__init__(machine.layout)
        self._machine, self._program = machine, program

    def _constraint(self, function: NeuralFunction) -> Constraint | None:
        return self._machine.constraint(function)

    def _logits(self, tokens: Sequence[int], keep: int) -> NDArray[np.float32]:
        shared, places = self._machine.states(self._program), np.arange(len(tokens))
        cache = self._machine.cache(len(tokens))
        logits = self._machine.read(
            np.array(tokens), shared[1] + places, np.zeros_like(places), places, [cache], shared, places[-keep:]
        )
        self._machine.give_back(cache)
        return logits
