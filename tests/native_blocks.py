"""Blocks of the native engine's weights -> the weights, as kernels.h describes them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pawc.backends.native.weights import Matrix


def unpacked(matrix: Matrix) -> NDArray[np.float32]:
    """`[outputs, inputs]`, both padded to whole blocks."""
    panels, groups, _ = matrix.blocks.shape
    size = 16 * 32 * matrix.bits // 8
    integers = matrix.blocks[:, :, :size].reshape(panels, groups, -1, 16, 4)
    if matrix.bits == 4:
        integers = np.concatenate((integers & 15, integers >> 4), 2)
    factors = np.ascontiguousarray(matrix.blocks[:, :, size:]).view(np.float16).astype(np.float32)
    scales, minima = factors.reshape(panels, groups, 2, 1, 16, 1).transpose(2, 0, 1, 3, 4, 5)
    weights: NDArray[np.float32] = (integers * scales + minima).transpose(0, 3, 1, 2, 4).reshape(panels * 16, -1)
    return weights
