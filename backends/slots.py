"""Key/value memory of fixed size and place: what CUDA graphs need, and what nothing has to be allocated for.

A cache has `slots` for each row. A step writes its tokens to the slots it is told, the same in every row; attention
sees all slots at every step, and which of them count is a matter of positions (`runtime.interpreter`). The last slot
takes padding: nothing ever attends to it.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import DynamicCache

from pawc.runtime.interpreter import Interpreter


class SlotCache(DynamicCache):
    """A cache of transformers that never grows. `at` `[length]` are the slots that the next step writes."""

    def __init__(self, interpreter: Interpreter, rows: int, slots: int) -> None:
        super().__init__()
        shape = (interpreter.layers, 2, rows, interpreter.kv_heads, slots, interpreter.head_dim)
        self.memory = torch.zeros(shape, dtype=interpreter.dtype, device=interpreter.device)
        self.rows, self.slots = rows, slots
        self.at: Tensor = torch.zeros(1, dtype=torch.int64, device=interpreter.device)

    def update(self, key_states: Tensor, value_states: Tensor, layer_idx: int, *_: Any, **__: Any) -> Any:
        """Write one layer's keys and values `[rows, kv_heads, length, head_dim]`; give all that layer has."""
        keys, values = self.memory[layer_idx]
        keys.index_copy_(2, self.at, key_states)
        values.index_copy_(2, self.at, value_states)
        return keys, values

    def get_seq_length(self, layer_idx: int = 0) -> int:
        """Nothing is told from it: positions and masks are given with each step."""
        return 0

    def take(self, other: SlotCache, places: Tensor) -> None:
        """Hold, as the first rows, what `other` (or this cache itself) holds in the rows `places`."""
        slots = min(self.slots, other.slots) - 1
        rows = other.memory[..., :slots, :].index_select(2, places)
        self.memory[:, :, : len(places), :, :slots] = rows
