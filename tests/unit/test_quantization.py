from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from pawc.files.blobs import BlobStore
from pawc.files.quantization import dequantize, pack, to_float32, unpack
from pawc.ir.nodes import Prefix


@pytest.mark.parametrize("bits", [4, 6, 8])
def test_packing_loses_nothing_and_takes_the_bits_it_says(bits: int) -> None:
    integers = np.random.default_rng(0).integers(0, 2**bits, (3, 2, 8), dtype=np.uint8)
    packed = pack(integers, bits)
    assert packed.nbytes == integers.size * bits // 8
    assert np.array_equal(unpack(packed, bits, 8), integers)


def test_the_first_integer_stands_in_the_lowest_bits() -> None:
    assert pack(np.array([[1, 2]], np.uint8), 4).tolist() == [[0x21]]
    assert pack(np.array([[1, 0, 0, 0]], np.uint8), 6).tolist() == [[1, 0, 0]]


def test_bfloat16_and_float16_become_float32() -> None:
    store = BlobStore()
    assert to_float32(store.put(np.array([0x3F80, 0xC000], np.uint16), "BF16"), store).tolist() == [1.0, -2.0]
    assert to_float32(store.put(np.array([0.5], np.float16)), store).dtype == np.float32


def test_dequantising_follows_the_layout_of_the_format() -> None:
    """Written out by hand: 1 layer, 1 head, 3 positions, 2 channels, 4 bits, groups of 2."""
    store = BlobStore()
    keys = np.array([[1, 2], [3, 4], [5, 6]], np.uint8)  # position, channel
    values = np.array([[7, 8], [9, 10], [11, 12]], np.uint8)
    data = store.put(pack(np.stack([keys, values])[None, :, None], 4))
    # keys: channel 0 (positions 0-1, then 2), channel 1 (the same); values: positions 0, 1, 2
    scales = [[1, 0], [10, 0], [1, 100], [10, 100], [2, 0], [3, 0], [4, 0.5]]
    prefix = Prefix(length=3, bits=4, group=2, data=data, scales=store.put(np.array(scales, np.float16)))
    floats = dequantize(prefix, store)
    assert floats[0, 0, 0].tolist() == [[1, 102], [3, 104], [50, 160]]
    assert floats[0, 1, 0].tolist() == [[14, 16], [27, 30], [44.5, 48.5]]


def test_reading_a_prefix_needs_no_torch() -> None:
    script = (
        "import pawc.files.quantization, pawc.files.executable, pawc.passes.quantize_prefix, sys;"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
