"""Quantise prefix tensors: a module with float prefixes -> the same module with integer prefixes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from pawc.base.diagnostics import fail
from pawc.files.blobs import BlobStore
from pawc.files.quantization import dequantize, pack
from pawc.ir.nodes import Module, NeuralFunction, Prefix, Program
from pawc.ir.tensors import PREFIX_BITS
from pawc.pass_base import Context, Pass

_LARGEST_F16 = float(np.finfo(np.float16).max)


@dataclass(frozen=True, kw_only=True)
class QuantizePrefix(Pass):
    """Store each float prefix as integers of `bits` bits, with a scale and a minimum per group of numbers.

    Keys are grouped along positions, values along channels; `group` numbers share a scale, 0: a whole row.
    `bits` 16 leaves everything as it is. The relative error (root of the squared error over the squared
    numbers) goes into the program's report, as `prefix_error`.

    Needs: a compiled or linked module. Leaves: no prefix of floats. Prefixes of integers are left alone.
    """

    name: ClassVar[str] = "quantize-prefix"
    stages: ClassVar[tuple[str, ...]] = ("compiled", "linked")
    bits: int = 8
    group: int = 32

    def __post_init__(self) -> None:
        if self.bits not in PREFIX_BITS:
            raise ValueError(f"bits is one of {', '.join(map(str, PREFIX_BITS))}, not {self.bits}")
        if self.group < 0:
            raise ValueError(f"group is 0 (a whole row) or how many numbers share a scale, not {self.group}")

    def run(self, module: Module, ctx: Context) -> Module:
        if not any(map(self._applies, module.neural)):
            return module
        functions = tuple(
            replace(function, program=self._quantized(function, ctx.blobs))
            if isinstance(function, NeuralFunction) and self._applies(function)
            else function
            for function in module.functions
        )
        return replace(module, functions=functions)

    def _applies(self, function: NeuralFunction) -> bool:
        prefix = function.program.prefix if function.program else None
        return self.bits < 16 and prefix is not None and prefix.bits == 16

    def _quantized(self, function: NeuralFunction, blobs: BlobStore) -> Program:
        program = function.program
        assert program is not None and program.prefix is not None
        floats = dequantize(program.prefix, blobs)
        who = f"`{function.symbol}`"
        if not np.isfinite(floats).all():
            fail("P0550", f"the prefix of {who} has numbers that are not finite: it cannot be quantised")
        if floats.shape[-1] * self.bits % 8:
            fail("P0551", f"{floats.shape[-1]} channels of {self.bits} bits, as {who} has, do not fill whole bytes")
        prefix = quantize(floats, self.bits, self.group, blobs)
        error = relative_error(floats, dequantize(prefix, blobs))
        report = {**dict(program.report), "prefix_bits": self.bits, "prefix_error": round(error, 5)}
        return replace(program, prefix=prefix, report=tuple(report.items()))


def quantize(floats: NDArray[np.float32], bits: int, group: int, blobs: BlobStore) -> Prefix:
    """A prefix `[layers, 2, kv_heads, length, head_dim]` as integers, laid out as docs/format.md says."""
    dtype = np.float16 if float(np.abs(floats).max()) * 2 < _LARGEST_F16 else np.float32
    keys, key_scales = _rows(floats[:, 0].swapaxes(-1, -2), bits, group, dtype)
    values, value_scales = _rows(floats[:, 1], bits, group, dtype)
    integers = np.stack([keys.swapaxes(-1, -2), values], axis=1)
    return Prefix(
        length=floats.shape[3],
        bits=bits,
        group=group,
        data=blobs.put(pack(integers, bits)),
        scales=blobs.put(np.concatenate([key_scales, value_scales])),
    )


def relative_error(exact: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The root of the squared error over the squared numbers; 0 for a prefix of zeros that stayed zeros."""
    squares = float(np.square(exact, dtype=np.float64).sum())
    return float(np.sqrt(np.square(exact - other, dtype=np.float64).sum() / squares)) if squares else 0.0


def _rows(
    rows: NDArray[np.float32], bits: int, group: int, dtype: type[np.float16 | np.float32]
) -> tuple[NDArray[np.uint8], NDArray[np.floating]]:
    """Integers for rows along the last axis, and the (scale, minimum) of each group in order."""
    length = rows.shape[-1]
    size = min(group or length, length)
    padding = -length % size  # the last group repeats its last number, which changes neither end of its range
    padded = np.concatenate([rows, np.repeat(rows[..., -1:], padding, axis=-1)], axis=-1) if padding else rows
    groups = padded.reshape(*rows.shape[:-1], -1, size)
    minimum = _rounded(groups.min(axis=-1, keepdims=True), dtype, -np.inf)
    scale = _rounded((groups.max(axis=-1, keepdims=True) - minimum.astype(np.float32)) / (2**bits - 1), dtype, np.inf)
    step = np.where(scale > 0, scale, 1).astype(np.float32)
    integers = np.clip(np.rint((groups - minimum.astype(np.float32)) / step), 0, 2**bits - 1).astype(np.uint8)
    pairs = np.concatenate([scale, minimum], axis=-1).reshape(-1, 2)
    return integers.reshape(padded.shape)[..., :length], pairs


def _rounded(
    numbers: NDArray[np.float32], dtype: type[np.float16 | np.float32], towards: float
) -> NDArray[np.floating]:
    """Numbers as `dtype`, rounded outwards: a group's range must hold all of its numbers."""
    nearest: NDArray[np.floating] = numbers.astype(dtype)
    back = nearest.astype(np.float32)
    inside = back > numbers if towards < 0 else back < numbers
    return np.where(inside, np.nextafter(nearest, dtype(towards)), nearest)
