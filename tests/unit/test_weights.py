"""Tensors out of the bytes of a safetensors file: the values, the shared memory, what is refused."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import save

from pawc.runtime.weights import tensors

HELD = {
    "a": torch.arange(6, dtype=torch.bfloat16).reshape(2, 3),
    "b": torch.tensor([True, False]),
    "c": torch.empty(0, 4),
    "d": torch.tensor(2.5),
}


def test_tensors_are_those_that_were_saved() -> None:
    found = tensors(save(HELD))
    assert found.keys() == HELD.keys()
    for name, wanted in HELD.items():
        assert torch.equal(found[name], wanted)
        assert found[name].dtype == wanted.dtype


def test_tensors_share_the_memory_of_aligned_bytes_and_only_of_those() -> None:
    held = save({"a": torch.ones(4)})
    for shift, shared in ((0, True), (1, False)):
        data = bytearray(shift) + bytearray(held)
        found = tensors(memoryview(data)[shift:])["a"]
        assert torch.equal(found, torch.ones(4))
        data[-1] = 0  # the sign and most of the exponent of the last number
        assert (found[-1] == 1) is not shared


@pytest.mark.parametrize("data", [b"", b"\xff" * 64, b"\2" + bytes(7) + b"[]", b"\x09" + bytes(7) + b'{"a":"b"}'])
def test_bytes_that_are_no_safetensors_file_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        tensors(data)


def test_tensors_that_are_cut_short_are_refused() -> None:
    with pytest.raises(ValueError):
        tensors(save(HELD)[:-1])
