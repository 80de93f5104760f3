"""The compiled engine as Python calls it: arrays of one step in, logits out (the C interface of engine.cpp)."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pawc.backends.logits import Best
from pawc.backends.native.compiling import library
from pawc.backends.native.weights import PANEL, Floats, Matrix, Shape

from pawc.base.diagnostics import InternalError

INTEGER, POINTER = ctypes.c_int32, ctypes.c_void_p


class _Shape(ctypes.Structure):
    _fields_ = (
        *((name, INTEGER) for name in ("layers", "hidden", "inner", "heads", "kv_heads", "dim", "vocab", "biased")),
        ("epsilon", ctypes.c_float),
    )


class _Array(ctypes.Structure):
    _fields_ = (("data", POINTER), ("bits", INTEGER))


class _Step(ctypes.Structure):
    _fields_ = (
        ("tokens", INTEGER),
        *((name, POINTER) for name in ("embeddings", "cos", "sin", "row", "slot", "caches", "capacities", "shared")),
        ("shared_length", INTEGER),
        ("shared_capacity", INTEGER),
        ("tree", POINTER),
        ("tree_start", POINTER),
        ("tree_nodes", INTEGER),
        ("kept", INTEGER),
        ("keep", POINTER),
        ("panels", INTEGER),
        ("panel", POINTER),
        ("logits", POINTER),
    )


class _Choice(ctypes.Structure):
    _fields_ = (
        *((name, INTEGER) for name in ("rows", "tokens", "stride")),
        *((name, POINTER) for name in ("logits", "allowed", "token", "top", "next", "total")),
    )


@cache
def _engine() -> ctypes.CDLL:
    engine = ctypes.CDLL(str(library()))
    engine.paw_open.restype = POINTER
    engine.paw_open.argtypes = (POINTER, POINTER, ctypes.c_int, ctypes.c_int, ctypes.c_char_p)
    engine.paw_read.argtypes = (POINTER, POINTER)
    engine.paw_best.argtypes = (POINTER, POINTER)
    engine.paw_close.argtypes = (POINTER,)
    engine.paw_kernels.argtypes, engine.paw_kernels.restype = (ctypes.c_char_p,), ctypes.c_char_p
    return engine


def kernels(wanted: str = "") -> str | None:
    """Which kernels the engine takes on this machine: `avx512`, `avx2` or `portable`; None if it has not those."""
    name: bytes | None = _engine().paw_kernels(wanted.encode())
    return None if name is None else name.decode()


class Native:
    """A model in the engine's memory. `arrays` are its weights (`weights.mapped`); activations have 8 or 16 `bits`."""

    def __init__(
        self, shape: Shape, arrays: Sequence[Floats | Matrix], threads: int, *, bits: int = 16, kernels: str = ""
    ) -> None:
        self.shape, self.bits = shape, bits
        self.arrays = arrays  # the engine reads them where they lie
        sizes = _Shape(*(getattr(shape, name) for name, *_ in _Shape._fields_))
        where = (_Array * len(arrays))(*map(_where, arrays))
        self._handle: Any = _engine().paw_open(ctypes.byref(sizes), where, threads, bits, kernels.encode())
        if not self._handle:
            raise InternalError(f"the native engine has no kernels `{kernels}` for this processor")

    def read(
        self,
        embeddings: Floats,
        angles: tuple[Floats, Floats],
        row: NDArray[np.int32],
        slot: NDArray[np.int32],
        caches: Sequence[Floats],
        shared: tuple[Floats, int],
        keep: NDArray[np.int32],
        tree: tuple[NDArray[np.uint8], NDArray[np.int32]] | None = None,
        panels: NDArray[np.int32] | None = None,
    ) -> Floats:
        """The logits `[len(keep), vocab]` after the tokens `keep`; states of all tokens go into their rows' `caches`.

        Of the vocabulary only `panels` (16 tokens each), where they are given.

        Embeddings `[tokens, hidden]`; cosines and sines `[tokens, dim / 2]`; a cache or the shared states lie as
        `[layers, kv_heads, 2, capacity * dim]`. `tree` is `sees` `[tokens, nodes]` and the slot where each row's
        tree starts.
        """
        capacities = np.array([self._capacity(cache) for cache in caches], np.int32)
        if ((slot < 0) | (slot >= capacities[row])).any():  # the engine writes there and does not ask
            raise InternalError("a cache of the native engine has no room for a token")
        pointers = (POINTER * len(caches))(*(cache.ctypes.data for cache in caches))
        width = self.shape.vocab if panels is None else PANEL * len(panels)
        logits = np.empty((len(keep), width), np.float32)
        step = _Step(
            tokens=len(row),
            embeddings=_pointer(embeddings, np.float32),
            cos=_pointer(angles[0], np.float32),
            sin=_pointer(angles[1], np.float32),
            row=_pointer(row, np.int32),
            slot=_pointer(slot, np.int32),
            caches=ctypes.cast(pointers, POINTER),
            capacities=_pointer(capacities, np.int32),
            shared=_pointer(shared[0], np.float32),
            shared_length=shared[1],
            shared_capacity=self._capacity(shared[0]),
            tree=None if tree is None else _pointer(tree[0], np.uint8),
            tree_start=None if tree is None else _pointer(tree[1], np.int32),
            tree_nodes=0 if tree is None else tree[0].shape[1],
            kept=len(keep),
            keep=_pointer(keep, np.int32),
            panels=0 if panels is None else len(panels),
            panel=None if panels is None else _pointer(panels, np.int32),
            logits=_pointer(logits, np.float32),
        )
        _engine().paw_read(self._handle, ctypes.byref(step))
        return logits

    def best(self, logits: Floats, tokens: int, allowed: NDArray[np.bool_] | None) -> Best:
        """The best of the first `tokens` of each row `[rows, vocab]`; the logits of those not allowed are lost."""
        rows = len(logits)
        token, (top, following, total) = np.empty(rows, np.int32), np.empty((3, rows), np.float32)
        choice = _Choice(
            rows=rows,
            tokens=tokens,
            stride=logits.shape[1],
            logits=_pointer(logits, np.float32),
            allowed=None if allowed is None else _pointer(allowed, np.bool_),
            token=_pointer(token, np.int32),
            top=_pointer(top, np.float32),
            next=_pointer(following, np.float32),
            total=_pointer(total, np.float32),
        )
        _engine().paw_best(self._handle, ctypes.byref(choice))
        return Best(token.astype(np.int64), top - total, top - following)

    def _capacity(self, cache: Floats) -> int:
        capacity: int = cache.shape[3] // self.shape.dim
        return capacity

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            _engine().paw_close(self._handle)
            self._handle = None


def _where(array: Floats | Matrix) -> _Array:
    if isinstance(array, Matrix):
        return _Array(_pointer(array.blocks, np.uint8), array.bits)
    return _Array(_pointer(array, np.float32), 0)


def _pointer(array: NDArray[Any], kind: Any) -> int:
    assert array.dtype == kind and array.flags.c_contiguous
    address: int = array.ctypes.data
    return address
