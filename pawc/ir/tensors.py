"""What tensors and prefixes may look like: a reference -> its size, its shape, what is wrong with it.

Only shapes and dtypes; the numbers are in a blob store (`blobs`, `quantization`).
"""

from __future__ import annotations

import math

from pawc.ir.nodes import BlobRef, Prefix

# dtype as safetensors names it -> bytes per element, numpy's name. numpy has no bfloat16: its bits are uint16.
DTYPES = {
    "BF16": (2, "uint16"),
    "F16": (2, "float16"),
    "F32": (4, "float32"),
    "F64": (8, "float64"),
    "I8": (1, "int8"),
    "I16": (2, "int16"),
    "I32": (4, "int32"),
    "I64": (8, "int64"),
    "U8": (1, "uint8"),
    "U16": (2, "uint16"),
    "U32": (4, "uint32"),
    "BOOL": (1, "bool"),
}

PREFIX_BITS = (16, 8, 6, 4)
PREFIX_FLOATS = ("BF16", "F16", "F32")


def nbytes(ref: BlobRef) -> int:
    """How many bytes the tensor has."""
    return DTYPES[ref.dtype][0] * math.prod(ref.shape)


def prefix_shape(prefix: Prefix) -> tuple[int, ...]:
    """The shape of the prefix as floats: layers, 2, kv_heads, length, head_dim."""
    if prefix.bits == 16:
        return prefix.data.shape
    return (*prefix.data.shape[:4], prefix.data.shape[4] * 8 // prefix.bits)


def prefix_problem(prefix: Prefix) -> str | None:
    """What is wrong with a prefix's shapes and types, without looking at its numbers."""
    if prefix.bits not in PREFIX_BITS:
        return f"{prefix.bits} bits are not one of {', '.join(map(str, PREFIX_BITS))}"
    data, scales = prefix.data, prefix.scales
    if len(data.shape) != 5 or data.shape[1] != 2 or data.shape[3] != prefix.length:
        return f"data of shape {list(data.shape)} are not [layers, 2, kv_heads, {prefix.length}, ...]"
    if prefix.bits == 16:
        sound = data.dtype in PREFIX_FLOATS and scales is None and prefix.group == 0
        return None if sound else "16 bits mean floats, no scales and group 0"
    if data.dtype != "U8" or data.shape[4] * 8 % prefix.bits:
        return f"{data.dtype}{list(data.shape)} are not rows of {prefix.bits}-bit integers"
    if prefix.group < 0:
        return f"a group of {prefix.group}"
    if scales is None or scales.dtype not in ("F16", "F32") or scales.shape != (sum(group_counts(prefix)), 2):
        return f"the scales must be F16 or F32 of shape [{sum(group_counts(prefix))}, 2]"
    return None


def group_counts(prefix: Prefix) -> tuple[int, int]:
    """How many groups the keys have, and how many the values."""
    layers, _, heads, length, channels = prefix_shape(prefix)
    along_positions = -(-length // (prefix.group or length))
    along_channels = -(-channels // (prefix.group or channels))
    return layers * heads * channels * along_positions, layers * heads * length * along_channels
