"""The quickest engine that an interpreter has on this processor, for programs without tensors of their own."""

from __future__ import annotations

from pawc.backends.batch import BatchEngine
from pawc.backends.machine import Machine

from pawc.base.diagnostics import PawError
from pawc.files.blobs import BlobStore
from pawc.interpreters.info import InterpreterInfo
from pawc.runtime.outcome import Engine

ROWS = 32
"""So many rows together: of a large interpreter's states there is not room for many more."""


def quickest(info: InterpreterInfo) -> Engine:
    """The native engine where it runs this interpreter and can be compiled here, else torch in its fastest numbers."""
    return BatchEngine(lambda: _native(info) or _torch(info), rows=ROWS)


def _native(info: InterpreterInfo) -> Machine | None:
    from pawc.backends.native import NativeBackend

    try:
        return NativeBackend().machine(info, BlobStore())
    except PawError as error:
        if error.diagnostics[0].code in ("P0718", "P0719"):
            return None
        raise


def _torch(info: InterpreterInfo) -> Machine:
    from pawc.backends.cpu import CpuBackend

    from pawc.neural.compiler import preferred_dtype

    return CpuBackend(preferred_dtype()).machine(info, BlobStore())
