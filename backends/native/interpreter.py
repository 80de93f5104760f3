"""An interpreter in the native engine: tokens at positions -> logits. The programs of a process share one."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from pawc.backends.cores import threads
from pawc.backends.native import library
from pawc.backends.native.library import Native
from pawc.backends.native.weights import Floats, Shape, widened
from pawc.backends.native.weights_file import CARRIED, FORMAT, PACKING, mapped
from pawc.backends.program_states import States
from pawc.backends.reading import Booleans, Integers
from pawc.backends.sharing import Shared

from pawc.interpreters.info import InterpreterInfo
from pawc.runtime.layout import Layout

BLOCK = 16
"""So many positions of keys lie together; caches hold whole blocks."""

MOST_FREE = 128 << 20
"""So many bytes of caches are kept for rows to come: about those of one batch."""


class NativeInterpreter:
    """A Llama in the native engine, its tokenizer and its chat layout. Who uses it holds its `lock`."""

    def __init__(
        self, native: Native, embeddings: NDArray[np.uint16], layout: Layout, facts: tuple[str, ...], *, kept: bool
    ) -> None:
        """`facts` are all that the bits of states depend on, which are kept on disk if they are to be `kept`."""
        self.native, self.layout, self.facts, self.kept = native, layout, facts, kept
        self.lock = Lock()
        self._embeddings = embeddings
        shape = native.shape
        self._frequencies = 1 / shape.theta ** (np.arange(0, shape.dim, 2, dtype=np.float32) / shape.dim)
        self._free: list[Floats] = []
        self._returned: deque[Floats] = deque()

    @classmethod
    def load(cls, info: InterpreterInfo, *, bits: int = 16, kernels: str = "") -> NativeInterpreter:
        """The interpreter that `info` describes."""
        if info.carried is not None and CARRIED in info.carried:
            info.check_tokenizer()
        else:
            info.check_files()
        shape = Shape.of(info)
        weights = mapped(info, shape)
        native = Native(shape, weights.arrays, _threads(), bits=bits, kernels=kernels)
        layout = Layout.of(info)
        facts = (info.sha256, "native", f"{FORMAT}.{PACKING}", str(library.kernels(kernels)), str(bits))
        return cls(native, weights.embeddings, layout, facts, kept=info.carried is None)

    @classmethod
    def shared(cls, info: InterpreterInfo, bits: int) -> NativeInterpreter:
        """The same, or the one that another program of this process uses."""
        key = (info.identity, info.folder, bits, _threads())
        return _INTERPRETERS.get(key, lambda: cls.load(info, bits=bits))

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
        while self._returned:
            self._free.append(self._returned.popleft())
        while sum(one.nbytes for one in self._free) > MOST_FREE:
            del self._free[0]
        shape, blocks = self.native.shape, -(-capacity // BLOCK)
        size = blocks * BLOCK * shape.dim
        if fitting := [place for place, cache in enumerate(self._free) if cache.shape[3] >= size]:
            return self._free.pop(min(fitting, key=lambda place: self._free[place].shape[3]))
        return np.zeros((shape.layers, shape.kv_heads, 2, size), np.float32)

    def give_back(self, cache: Floats) -> None:
        """Keep a cache for another row: memory that the system has to clear first costs as much as reading a token.

        A row may be done with at any time, in any thread: whoever asks for a cache, under the lock, takes it back.
        """
        if cache.size:
            self._returned.append(cache)

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


_INTERPRETERS: Shared[NativeInterpreter] = Shared()


def _threads() -> int:
    return threads() or os.cpu_count() or 1
