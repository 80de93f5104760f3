"""Rows of any length, read as one row without padding: where their tokens lie, their cache, and their attention.

All that a model does to a token for itself (nearly everything) it does to the tokens of all rows, one after another
in a batch of one; only where tokens meet those of their own row are they laid out in rows. States that all rows share
stay one copy, which the queries of all rows meet together. Training has `pawc.neural.packing`: there each function has
states of its own, texts branch, and gradients flow back.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers import AttentionInterface
from transformers.cache_utils import DynamicCache

NAME = "pawc_packed_rows"

BLOCK = 1 << 18
"""So many attention scores are computed at a time: a megabyte stays in a core's cache while it is worked on. Behind 450
states of the embedded interpreter, 1,024 tokens then take 9 ms a layer instead of 25."""


class Packing:
    """Which places of a step `[rows, length]` hold tokens; those are taken in one after another."""

    def __init__(self, there: Tensor) -> None:
        self.rows, self.length = there.shape
        self._places = None if bool(there.all()) else there.flatten().nonzero()[:, 0]
        self._number = there.flatten().cumsum(0).view(there.shape).sub(1).clamp(min=0)

    def pack(self, values: Tensor) -> Tensor:
        """`[rows, length, ...]` -> `[tokens, ...]`."""
        flat = values.flatten(0, 1)
        return flat if self._places is None else flat.index_select(0, self._places)

    def unpack(self, values: Tensor) -> Tensor:
        """`[tokens, ...]` -> `[rows, length, ...]`, zero where no token is."""
        if self._places is not None:
            places = values.new_zeros(self.rows * self.length, *values.shape[1:])
            values = places.index_copy_(0, self._places, values)
        return values.view(self.rows, self.length, *values.shape[1:])

    def last(self, keep: int) -> Tensor:
        """The numbers `[rows * keep]` that the tokens of the last `keep` places have among those taken in."""
        return self._number[:, -keep:].flatten()


class PackedCache(DynamicCache):
    """A cache of transformers in rows `[rows, kv_heads, length, head_dim]`, for steps that come packed."""

    packing: Packing
    """How the next step is packed."""

    def update(self, key_states: Tensor, value_states: Tensor, layer_idx: int, *_: Any, **__: Any) -> Any:
        """Take in one layer's keys and values `[1, kv_heads, tokens, head_dim]`; give all that layer has, in rows."""
        keys, values = (
            self.packing.unpack(states[0].transpose(0, 1)).transpose(1, 2) for states in (key_states, value_states)
        )
        return super().update(keys, values, layer_idx)


def packed_attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor,
    scaling: float | None = None,
    dropout: float = 0.0,
    *,
    packing: Packing,
    prefix: Tensor,
    softcap: float | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """Softmax attention over `prefix` and a row's own keys, as one distribution.

    query `[1, heads, tokens, dim]`, key and value `[rows, kv_heads, own, dim]`, prefix `[layers, 2, kv_heads, states,
    dim]`; `attention_mask`, additive, `[rows, 1, length, own]`, or `[rows, 1, length, states + own]` where some of the
    prefix is not seen. Returns `[1, tokens, heads, dim]`.
    """
    heads, tokens, dim = query.shape[1:]
    kv_heads, own = key.shape[1:3]
    scale = dim**-0.5 if scaling is None else scaling
    queries = (query[0].transpose(0, 1) * scale).view(tokens, kv_heads, heads // kv_heads, dim)
    mixed, mass = _attend(packing.unpack(queries).transpose(1, 2), key, value, attention_mask[..., -own:], softcap)
    mixed = packing.pack(mixed.transpose(1, 2))
    if (states := prefix.shape[3]) > 0:
        seen = None
        if attention_mask.shape[3] > own:
            seen = packing.pack(attention_mask[:, 0, :, :states])[None, None]
        keys, values = prefix[module.layer_idx].to(query.dtype)
        ahead, share = _attend(queries[None].transpose(1, 2), keys[None], values[None], seen, softcap)
        share = torch.sigmoid(share[0].transpose(0, 1) - packing.pack(mass.transpose(1, 2)))
        mixed = torch.lerp(mixed, ahead[0].transpose(0, 1), share.to(mixed.dtype))
    return mixed.reshape(1, tokens, heads, dim), None


def _attend(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None, softcap: float | None
) -> tuple[Tensor, Tensor]:
    """What queries `[rows, kv_heads, length, groups, dim]` take of `values`, and the logarithm of the weights' sum."""
    rows, kv_heads, length, groups, dim = queries.shape
    step = max(1, BLOCK // (rows * kv_heads * groups * keys.shape[2]))
    mixed, mass = [], []
    for block in (slice(start, start + step) for start in range(0, length, step)):
        asked = queries[:, :, block]
        grouped = asked.shape[:-1]
        scores = asked.reshape(rows, kv_heads, -1, dim) @ keys.transpose(2, 3)
        if softcap is not None:
            scores = scores.div_(softcap).tanh_().mul_(softcap)
        scores = scores.float()
        if mask is not None:
            scores.view(*grouped, -1).add_(mask[:, :, block, None])
        top = scores.amax(-1, keepdim=True)
        total = scores.sub_(top).exp_().sum(-1, keepdim=True)
        mixed.append((scores.to(values.dtype) @ values).div_(total).view(*grouped, dim))
        mass.append(total.log_().add_(top).view(*grouped, 1))
    return (mixed[0], mass[0]) if len(mixed) == 1 else (torch.cat(mixed, 2), torch.cat(mass, 2))


AttentionInterface.register(NAME, packed_attention)
