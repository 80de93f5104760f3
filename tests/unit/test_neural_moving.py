"""Values that hold tensors are moved whole."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from pawc.neural.moving import moved, pinned
from pawc.neural.packing import Packing


@dataclass(frozen=True)
class Named:
    name: str
    parts: tuple[torch.Tensor, ...]
    packing: Packing | None


def test_every_tensor_is_moved_and_all_else_stays() -> None:
    value = Named("a", (torch.ones(2), torch.zeros(1)), Packing.of([(2, (3,))]))
    there = moved(torch.device("meta"), value)
    assert there.name == "a"
    assert there.packing is not None
    tensors = [*there.parts, there.packing.positions, there.packing.blocks[0].known]
    assert {tensor.device.type for tensor in tensors} == {"meta"}
    assert value.parts[0].device.type == "cpu"


def test_pinned_values_are_equal() -> None:
    value = Named("a", (torch.ones(2),), None)
    assert torch.equal(pinned(value).parts[0], torch.ones(2))
