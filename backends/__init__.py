"""Backends: what runs an executable. One table of names, so that nothing heavy is imported to list them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from pawc.base.diagnostics import fail, nearest

if TYPE_CHECKING:
    from pawc.backends.base import Backend

BACKENDS = {
    "cpu": "pawc.backends.cpu:CpuBackend",
    "cuda": "pawc.backends.cuda:CudaBackend",
    "native": "pawc.backends.native:NativeBackend",
    "native-int8": "pawc.backends.native:NativeInt8Backend",
    "null": "pawc.backends.null:NullBackend",
    "onnx": "pawc.backends.onnx:OnnxBackend",
    "onnx-int4": "pawc.backends.onnx:OnnxInt4Backend",
    "onnx-int8": "pawc.backends.onnx:OnnxInt8Backend",
    "reference": "pawc.backends.reference:ReferenceBackend",
}


def backend(name: str) -> Backend:
    """The backend called `name`."""
    if name not in BACKENDS:
        help = nearest(name, BACKENDS) or f"there are {', '.join(BACKENDS)}"
        fail("P0713", f"there is no backend `{name}`", help=help)
    module, _, kind = BACKENDS[name].partition(":")
    found: Backend = getattr(import_module(module), kind)()
    return found
