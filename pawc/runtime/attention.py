"""Attention over a prefix that a whole batch shares: queries of every row against one copy of the prefix's states.

transformers would copy a prefix into every row's cache. Here it stays outside: the queries of all rows meet it in
one matrix product per key/value head, and its gradient is one product too. `forward_with_prefix` is what tuning
uses; on the embedded interpreter a training step of 8 rows behind 447 states takes 0.75 of the time (docs/adr/).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import torch
from torch import Tensor
from transformers import AttentionInterface

NAME = "pawc_shared_prefix"


def shared_prefix_attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    prefix: Tensor | None = None,
    prefix_mask: Tensor | None = None,
    softcap: float | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """Softmax attention over `prefix` and the row's own keys, as one distribution.

    query `[batch, heads, length, dim]`, key and value `[batch, kv_heads, length, dim]`, `attention_mask`
    `[batch, 1, length, own]`, or `[batch, 1, length, states + own]` to mask the prefix as well, additive; prefix
    `[layers, 2, kv_heads, states, dim]`, `prefix_mask` `[batch, states]`, additive. Returns
    `[batch, length, heads, dim]`, as transformers' attention functions do.
    """
    batch, heads, length, dim = query.shape
    kv_heads = key.shape[1]
    groups = heads // kv_heads
    scale = dim**-0.5 if scaling is None else scaling
    grouped = query.reshape(batch, kv_heads, groups * length, dim)
    scores = (grouped @ key.transpose(2, 3)).view(batch, kv_heads, groups, length, -1) * scale
    if softcap is not None:
        scores = torch.tanh(scores / softcap) * softcap
    if attention_mask is not None:
        scores = scores + attention_mask[:, :, None, :, -key.shape[2] :]
    if prefix is None:
        weights = torch.softmax(scores, -1, dtype=torch.float32).to(query.dtype)
        mixed = (weights.view(batch, kv_heads, groups * length, -1) @ value).view(batch, heads, length, dim)
        return mixed.transpose(1, 2).contiguous(), None
    keys, values = prefix[module.layer_idx].to(query.dtype)
    states = keys.shape[1]
    together = grouped.transpose(0, 1).reshape(kv_heads, batch * groups * length, dim)
    ahead = (together @ keys.transpose(1, 2)).view(kv_heads, batch, groups, length, states).transpose(0, 1) * scale
    if softcap is not None:
        ahead = torch.tanh(ahead / softcap) * softcap
    if attention_mask is not None and attention_mask.shape[-1] > key.shape[2]:
        ahead = ahead + attention_mask[:, :, None, :, :states]
    if prefix_mask is not None:
        ahead = ahead + prefix_mask[:, None, None, None, :]
    weights = torch.softmax(torch.cat([ahead, scores], -1), -1, dtype=torch.float32).to(query.dtype)
    own = weights[..., states:].reshape(batch, kv_heads, groups * length, -1) @ value
    shared = weights[..., :states].transpose(0, 1).reshape(kv_heads, batch * groups * length, states) @ values
    shared = shared.view(kv_heads, batch, groups, length, dim).transpose(0, 1)
    mixed = own.view(batch, kv_heads, groups, length, dim) + shared
    return mixed.reshape(batch, heads, length, dim).transpose(1, 2).contiguous(), None


AttentionInterface.register(NAME, shared_prefix_attention)


@contextmanager
def using(model: Any, name: str) -> Iterator[None]:
    """Inside, `model` computes attention with the registered function `name`."""
    before = model.config._attn_implementation
    model.set_attn_implementation(name)
    try:
        yield
    finally:
        model.set_attn_implementation(before)


def shared_prefix(model: Any) -> AbstractContextManager[None]:
    """Let `model` attend to a shared prefix, given as the keyword arguments `prefix` and `prefix_mask` of a call."""
    return using(model, NAME)
