"""Tensors by hash: an array -> a `BlobRef`, and back.

A blob's name is the sha256 of the line `DTYPE d0 d1 ...` and its bytes (little-endian, rows first), so two
equal tensors are one blob, and neither a byte nor the shape can change under a name. Blobs live in memory,
in a folder where one is given, and wherever an opened file maps them; all are checked against their names
before they are handed out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pawc.base import fsio
from pawc.base.diagnostics import InternalError, PawError, fail
from pawc.ir.nodes import BlobRef
from pawc.ir.tensors import DTYPES, nbytes

if TYPE_CHECKING:
    import numpy as np

_OF_NUMPY = {numpy_name: dtype for dtype, (_, numpy_name) in DTYPES.items() if dtype != "BF16"}


def blob_ref(data: bytes | memoryview, shape: tuple[int, ...], dtype: str) -> BlobRef:
    """The name of a tensor, from its bytes, shape and dtype."""
    digest = hashlib.sha256(" ".join([dtype, *map(str, shape)]).encode() + b"\n")
    digest.update(data)
    ref = BlobRef(sha256=digest.hexdigest(), shape=shape, dtype=dtype)
    if dtype not in DTYPES or len(data) != nbytes(ref):
        raise InternalError(f"{len(data)} bytes are not a tensor {dtype}{list(shape)}")
    return ref


class BlobStore:
    """Blobs by name. With a `folder` they are kept there too, for other processes and later ones."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._held: dict[str, bytes | memoryview] = {}
        self._sources: dict[str, Callable[[], bytes | memoryview]] = {}

    def put(self, array: np.ndarray[Any, Any], dtype: str | None = None) -> BlobRef:
        """Keep an array. A bfloat16 tensor comes as its bits, uint16, with `dtype="BF16"`."""
        import numpy as np

        kind = dtype or _OF_NUMPY[array.dtype.name]
        if DTYPES[kind][1] != array.dtype.name:
            raise InternalError(f"an array of {array.dtype.name} cannot be a {kind} tensor")
        ordered = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        return self.put_bytes(ordered.tobytes(), tuple(map(int, array.shape)), kind)

    def put_bytes(self, data: bytes, shape: tuple[int, ...], dtype: str) -> BlobRef:
        """Keep a tensor given as its bytes."""
        ref = blob_ref(data, shape, dtype)
        self._held[ref.sha256] = data
        if self._folder is not None and not (path := self._path(ref)).exists():
            fsio.write_atomic(path, data)
        return ref

    def put_file(self, path: Path) -> BlobRef:
        """Refer to a whole file as a `U8` tensor, without holding it: it is read again when it is asked for."""
        ref = blob_ref(data := fsio.read_bytes(path), (len(data),), "U8")
        self._sources.setdefault(ref.sha256, lambda: fsio.read_bytes(path))
        return ref

    def map(self, ref: BlobRef, source: Callable[[], bytes | memoryview]) -> None:
        """Make a blob known whose bytes `source` gives when they are first asked for."""
        self._sources.setdefault(ref.sha256, source)

    def get_bytes(self, ref: BlobRef) -> bytes | memoryview:
        """The bytes of a blob, checked against its name; a coded error when they are not to be had."""
        if ref.sha256 not in self._held:
            self._held[ref.sha256] = self._find(ref)
        return self._held[ref.sha256]

    def get(self, ref: BlobRef) -> np.ndarray[Any, Any]:
        """A blob as a read-only array; a `BF16` one as its bits, uint16 (`quantization.to_float32` converts)."""
        import numpy as np

        array = np.frombuffer(self.get_bytes(ref), dtype=np.dtype(DTYPES[ref.dtype][1]).newbyteorder("<"))
        return array.reshape(ref.shape)

    def __contains__(self, ref: BlobRef) -> bool:
        known = ref.sha256 in self._held or ref.sha256 in self._sources
        return known or (self._folder is not None and self._path(ref).exists())

    def _find(self, ref: BlobRef) -> bytes | memoryview:
        if (source := self._sources.get(ref.sha256)) is not None:
            return _checked(ref, source())
        if self._folder is None or not (path := self._path(ref)).exists():
            fail("P0521", f"tensor {ref.sha256[:12]} is nowhere to be found")
        try:
            return _checked(ref, fsio.read_bytes(path))
        except PawError:
            path.unlink(missing_ok=True)  # damaged: the next one to make it writes it anew
            raise

    def _path(self, ref: BlobRef) -> Path:
        if self._folder is None or not re.fullmatch("[0-9a-f]{64}", ref.sha256):
            raise InternalError(f"no file for blob {ref.sha256!r}")
        return self._folder / ref.sha256[:2] / ref.sha256


def _checked(ref: BlobRef, data: bytes | memoryview) -> bytes | memoryview:
    if ref.dtype not in DTYPES or len(data) != nbytes(ref) or blob_ref(data, ref.shape, ref.dtype) != ref:
        fail("P0524", f"tensor {ref.sha256[:12]} is damaged: its bytes do not have the hash that names it")
    return data
