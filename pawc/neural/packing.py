"""Texts of many functions in one row without padding: what training reads again and again, read at its real length.

Linear layers, nine tenths of the work, see every token once and nothing else; only attention is laid out in padded
rows, one for each function. Texts of a function that begin alike (a specification, then several inputs) share that
beginning: each branch sees it and itself, none sees its neighbours (tree attention, Miao et al. 2023, SpecInfer 4.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface

from pawc.neural.rows import Asked, Row, States, head
from pawc.runtime.attention import shared_prefix_attention, using
from pawc.runtime.interpreter import Interpreter, Mask
from pawc.runtime.positions import PADDING

NAME = "pawc_packed"
FUSED = ("cuda",)
"""Where torch's fused attention is faster than ours, backward included; on a CPU it is not."""
TRUNK = 0
"""The segment that all branches of a function see."""


@dataclass(frozen=True)
class Group:
    """Texts that begin alike: `trunk`, then each of `branches`, whose places are counted from its own first token."""

    trunk: Sequence[int]
    branches: Sequence[Row]


@dataclass(frozen=True)
class Packing:
    """Where tokens lie: `positions` `[tokens]`; `gather` `[groups, length]` finds them for attention, `scatter`
    `[tokens]` finds the way back; `known` and `segment` `[groups, length]` are what attention is decided by."""

    positions: Tensor
    gather: Tensor
    scatter: Tensor
    known: Tensor
    segment: Tensor

    @classmethod
    def of(cls, lengths: Sequence[tuple[int, Sequence[int]]], device: torch.device) -> Packing:
        """The packing of groups with trunks and branches of these lengths."""
        longest = max(trunk + sum(branches) for trunk, branches in lengths)
        positions: list[int] = []
        scatter: list[int] = []
        gather, known, segment = [], [], []
        for number, (trunk, branches) in enumerate(lengths):
            here, owner = list(range(trunk)), [TRUNK] * trunk
            for branch, length in enumerate(branches, start=1):
                here += range(trunk, trunk + length)
                owner += [branch] * length
            empty = longest - len(here)
            # Padding reads some token or other: no query sees it, and what it sees nobody reads.
            gather.append([*range(len(positions), len(positions) + len(here)), *[0] * empty])
            scatter += range(number * longest, number * longest + len(here))
            known.append([*here, *[PADDING] * empty])
            segment.append([*owner, *[TRUNK] * empty])
            positions += here
        made = (torch.tensor(values, device=device) for values in (positions, gather, scatter, known, segment))
        return cls(*made)

    def mask(self, network: Interpreter, past: int) -> Mask:
        """Who sees whom, where `past` states of its own stand before each group."""
        here = torch.where(self.known == PADDING, PADDING, self.known + past)
        before = torch.arange(past, device=here.device).expand(len(here), -1)
        tree = (self.segment[:, :, None] == self.segment[:, None]) | (self.segment[:, None] == TRUNK)
        return network.attention(here, torch.cat([before, here], 1), tree)


@dataclass(frozen=True)
class Packed(Asked):
    """Groups packed: `ids` `[tokens]`, and `before` `[predicted tokens]`, the places that predict them."""

    ids: Tensor
    before: Tensor
    packing: Packing


def pack(groups: Sequence[Group], device: torch.device) -> Packed:
    """The groups packed. Branches are numbered through all groups."""
    ids: list[int] = []
    row, target, before = [], [], []
    count = 0
    for group in groups:
        ids += group.trunk
        trunk = len(ids) - 1
        for branch in group.branches:
            for at in range(branch.asked, len(branch.tokens)):
                row.append(count)
                target.append(branch.tokens[at])
                before.append(len(ids) + at - 1 if at else trunk)
            ids += branch.tokens
            count += 1
    lengths = [(len(group.trunk), [len(branch.tokens) for branch in group.branches]) for group in groups]
    made = (torch.tensor(values, dtype=torch.long, device=device) for values in (row, target, ids, before))
    rows, targets, tokens, places = made
    return Packed(rows, targets, count, tokens, places, Packing.of(lengths, device))


def read(network: Interpreter, packed: Packed, past: States | None = None) -> Tensor:
    """Logits `[predicted tokens, vocabulary]` of groups, each behind its row of `past`."""
    start = past[0][0].shape[2] if past else 0
    hidden = run(network, packed.packing, packed.packing.positions + start, past, input_ids=packed.ids[None])
    return head(network, hidden.last_hidden_state[0, packed.before])


def run(network: Interpreter, packing: Packing, positions: Tensor, past: States | None = None, **inputs: Any) -> Any:
    """What the network, without its head, makes of packed `inputs` that stand at `positions` `[tokens]`."""
    with using(network.model, NAME):
        return network.model.base_model(
            position_ids=positions.clamp(max=network.max_positions - 1)[None],
            attention_mask=packing.mask(network, past[0][0].shape[2] if past else 0),
            packing=packing,
            past=past,
            **{"use_cache": False, **inputs},
        )


def packed_attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor,
    *,
    packing: Packing,
    past: States | None = None,
    scaling: float | None = None,
    softcap: float | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """Attention of packed tokens, `[1, heads, tokens, dim]`, behind the states `past` of each group.

    Returns `[1, tokens, heads, dim]`, as transformers' attention functions do.
    """

    def rows(x: Tensor) -> Tensor:
        groups, length = packing.gather.shape
        found = x[0].transpose(0, 1).index_select(0, packing.gather.flatten())
        return found.view(groups, length, *found.shape[1:]).transpose(1, 2)

    query, key, value = rows(query), rows(key), rows(value)
    if past is not None:
        keys, values = past[module.layer_idx]
        key, value = torch.cat([keys.to(key.dtype), key], 2), torch.cat([values.to(value.dtype), value], 2)
    if query.device.type in FUSED and softcap is None:
        mixed = scaled_dot_product_attention(
            query, key, value, attention_mask.to(query.dtype), scale=scaling, enable_gqa=True
        ).transpose(1, 2)
    else:
        mixed = shared_prefix_attention(module, query, key, value, attention_mask, scaling, softcap=softcap)[0]
    return mixed.flatten(0, 1).index_select(0, packing.scatter)[None], None


AttentionInterface.register(NAME, packed_attention)
