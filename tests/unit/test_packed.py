"""Packing is undone by unpacking, and attention computed in blocks is attention."""

from __future__ import annotations

import pytest
import torch
from pawc.backends.torch_machine import TorchReading
from tiny import ARCHITECTURES, tiny_interpreter

from pawc.runtime import packed
from pawc.runtime.packed import Packing

THERE = torch.tensor([[False, True, True], [True, True, True]])


def test_only_what_is_there_is_packed_and_comes_back_to_its_place() -> None:
    packing, values = Packing(THERE), torch.arange(12.0).view(2, 3, 2)
    taken = packing.pack(values)
    assert taken[:, 0].tolist() == [2, 4, 6, 8, 10]
    assert torch.equal(packing.unpack(taken), values * THERE[..., None])


def test_the_last_places_are_found_among_the_packed_tokens() -> None:
    assert Packing(THERE).last(2).tolist() == [0, 1, 3, 4]


def test_without_padding_nothing_is_moved() -> None:
    values = torch.arange(6.0).view(2, 3)
    assert torch.equal(Packing(torch.ones(2, 3, dtype=torch.bool)).pack(values), values.flatten())


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_attention_in_many_blocks_is_attention_in_one(architecture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    interpreter = tiny_interpreter(architecture)
    states, rows = interpreter.states(list(range(30, 90))), {0: [5, 6, 7, 8, 9], 1: [10, 11]}
    whole = TorchReading(interpreter, states, 2).read(rows).values
    monkeypatch.setattr(packed, "BLOCK", 1)  # a token at a time
    torch.testing.assert_close(TorchReading(interpreter, states, 2).read(rows).values, whole, rtol=1e-4, atol=1e-4)
