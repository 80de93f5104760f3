"""Values that hold tensors, moved as a whole: a batch is laid out on the CPU, and crosses to a GPU in one go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import torch
from torch import Tensor

Value = TypeVar("Value")


def moved(device: torch.device, value: Value) -> Value:
    """The value with every tensor in it on a device. From pinned memory, the copy does not wait for the device."""
    there: Value = _mapped(value, lambda tensor: tensor.to(device, non_blocking=True))
    return there


def pinned(value: Value) -> Value:
    """The value with every tensor in memory that a GPU reads by itself; as it is where there is none."""
    held: Value = _mapped(value, Tensor.pin_memory) if torch.cuda.is_available() else value
    return held


def _mapped(value: Any, move: Callable[[Tensor], Tensor]) -> Any:
    if isinstance(value, Tensor):
        return move(value)
    if isinstance(value, tuple):
        return tuple(_mapped(part, move) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _mapped(getattr(value, field.name), move) for field in fields(value)})
    return value
