from __future__ import annotations

from dataclasses import replace

import pytest

from pawc.ir.nodes import BlobRef, Prefix
from pawc.ir.tensors import group_counts, nbytes, prefix_problem, prefix_shape


def blob(*shape: int, dtype: str = "U8") -> BlobRef:
    return BlobRef(sha256="ab" * 32, shape=shape, dtype=dtype)


FLOATS = Prefix(length=5, bits=16, group=0, data=blob(2, 2, 3, 5, 8, dtype="BF16"))
SMALL = Prefix(length=5, bits=6, group=2, data=blob(2, 2, 3, 5, 6), scales=blob(264, 2, dtype="F16"))


def test_sizes_follow_from_shape_and_type() -> None:
    assert nbytes(FLOATS.data) == 2 * 2 * 3 * 5 * 8 * 2


def test_the_shape_of_a_packed_prefix_is_that_of_its_floats() -> None:
    assert prefix_shape(SMALL) == prefix_shape(FLOATS) == (2, 2, 3, 5, 8)


def test_keys_are_grouped_along_positions_and_values_along_channels() -> None:
    assert group_counts(SMALL) == (2 * 3 * 8 * 3, 2 * 3 * 5 * 4)
    assert group_counts(replace(SMALL, group=0)) == (2 * 3 * 8, 2 * 3 * 5)


def test_sound_prefixes_have_no_problem() -> None:
    assert prefix_problem(FLOATS) is None
    assert prefix_problem(SMALL) is None


@pytest.mark.parametrize(
    "prefix",
    [
        replace(FLOATS, bits=5),
        replace(FLOATS, length=4),
        replace(FLOATS, group=2),
        replace(FLOATS, data=blob(2, 2, 3, 5, dtype="BF16")),
        replace(FLOATS, data=blob(2, 1, 3, 5, 8, dtype="BF16")),
        replace(FLOATS, data=blob(2, 2, 3, 5, 8, dtype="U8")),
        replace(FLOATS, scales=SMALL.scales),
        replace(SMALL, scales=None),
        replace(SMALL, scales=blob(263, 2, dtype="F16")),
        replace(SMALL, scales=blob(264, 2, dtype="BF16")),
        replace(SMALL, data=blob(2, 2, 3, 5, 7)),
        replace(SMALL, data=blob(2, 2, 3, 5, 6, dtype="I8")),
        replace(SMALL, group=-1),
    ],
)
def test_shapes_that_do_not_fit_are_a_problem(prefix: Prefix) -> None:
    assert prefix_problem(prefix)
