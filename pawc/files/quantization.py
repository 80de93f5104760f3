"""Quantised prefixes: a prefix's tensors -> float32, and the packing of small integers.

`docs/format.md` ("Quantised prefixes") defines the layout; `passes/quantize_prefix.py` chooses the numbers.
numpy only: reading a prefix needs no torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pawc.files.blobs import BlobStore
from pawc.ir.nodes import BlobRef, Prefix
from pawc.ir.tensors import group_counts, prefix_shape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def dequantize(prefix: Prefix, blobs: BlobStore) -> NDArray[np.float32]:
    """The prefix as floats, `[layers, 2, kv_heads, length, head_dim]`."""
    import numpy as np

    if prefix.scales is None:
        return to_float32(prefix.data, blobs)
    shape = prefix_shape(prefix)
    integers = unpack(blobs.get(prefix.data), prefix.bits, shape[4]).astype(np.float32)
    scales = blobs.get(prefix.scales).astype(np.float32)
    keys, _ = group_counts(prefix)
    out = np.empty(shape, np.float32)
    out[:, 0] = _undo(integers[:, 0].swapaxes(-1, -2), scales[:keys], prefix.group).swapaxes(-1, -2)
    out[:, 1] = _undo(integers[:, 1], scales[keys:], prefix.group)
    return out


def to_float32(ref: BlobRef, blobs: BlobStore) -> NDArray[np.float32]:
    """A float tensor of any width as float32 (bfloat16 is the upper half of one)."""
    import numpy as np

    array = blobs.get(ref)
    if ref.dtype == "BF16":
        return (array.astype(np.uint32) << 16).view(np.float32)
    return array.astype(np.float32)


def pack(integers: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    """Integers below 2^bits -> the last axis as one stream of bits, the first in the lowest bits."""
    import numpy as np

    if bits == 8:
        return integers
    stream = np.unpackbits(integers[..., None], axis=-1, count=bits, bitorder="little")
    return np.packbits(stream.reshape(*integers.shape[:-1], -1), axis=-1, bitorder="little")


def unpack(packed: NDArray[Any], bits: int, count: int) -> NDArray[np.uint8]:
    """What `pack` was given, `count` integers a row."""
    import numpy as np

    if bits == 8:
        return packed
    stream = np.unpackbits(packed, axis=-1, count=count * bits, bitorder="little")
    return np.packbits(stream.reshape(*packed.shape[:-1], count, bits), axis=-1, bitorder="little")[..., 0]


def _undo(rows: NDArray[np.float32], scales: NDArray[np.float32], group: int) -> NDArray[np.float32]:
    """Integers in rows along the last axis, and (scale, minimum) of each group in order -> floats."""
    import numpy as np

    length = rows.shape[-1]
    size = min(group or length, length)  # a group may be said to be longer than any row
    per_group = scales.reshape(*rows.shape[:-1], -(-length // size), 2)
    per_value = np.repeat(per_group, size, axis=-2)[..., :length, :]
    return rows * per_value[..., 0] + per_value[..., 1]
