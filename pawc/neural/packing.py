"""Texts of many functions in one row without padding: what training reads again and again, read at its real length.

Linear layers, nine tenths of the work, see every token once and nothing else; only attention is laid out in padded
rows, one for each function. Texts of a function that begin alike (a specification, then several inputs) share that
beginning: each branch sees it and itself, none sees its neighbours (tree attention, Miao et al. 2023, SpecInfer 4.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd import Function
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface

from pawc.neural.moving import moved
from pawc.neural.rows import Asked, Row, States, head
from pawc.runtime.attention import shared_prefix_attention, using
from pawc.runtime.interpreter import Interpreter, Mask
from pawc.runtime.positions import PADDING

NAME = "pawc_packed"
FUSED = ("cuda",)
"""Where torch's fused attention is faster than ours, backward included; on a CPU it is not."""
TRUNK = 0
"""The segment that all branches of a function see."""
LIKE = 0.5
"""Attention pads a group to at most twice its length: more blocks cost more launches, fewer more padding."""
ALIGNED = 8
"""Rows are so many tokens long, or a multiple: what a GPU's kernels want of a mask."""


@dataclass(frozen=True)
class Group:
    """Texts that begin alike: `trunk`, then each of `branches`, whose places are counted from its own first token."""

    trunk: Sequence[int]
    branches: Sequence[Row]


@dataclass(frozen=True)
class Block:
    """Groups of like length, which attention reads as padded rows; `known` and `segment` `[groups, length]` are what
    it is decided by."""

    known: Tensor
    segment: Tensor

    def mask(self, network: Interpreter, past: int) -> Mask:
        """Who sees whom, where `past` states of its own stand before each group."""
        here = torch.where(self.known == PADDING, PADDING, self.known + past)
        before = torch.arange(past, device=here.device).expand(len(here), -1)
        tree = (self.segment[:, :, None] == self.segment[:, None]) | (self.segment[:, None] == TRUNK)
        return network.attention(here, torch.cat([before, here], 1), tree)


@dataclass(frozen=True)
class Packing:
    """Where tokens lie: `positions` `[tokens]`. Attention reads blocks, whose cells stand one after the other: `gather`
    `[cells]` is the token in each, `scatter` `[tokens]` the cell of each token, `order` `[groups]` the group in each
    row, `rank` `[groups]` the row of each group."""

    positions: Tensor
    gather: Tensor
    scatter: Tensor
    order: Tensor
    rank: Tensor
    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, lengths: Sequence[tuple[int, Sequence[int]]]) -> Packing:
        """The packing, on the CPU, of groups with trunks and branches of these lengths."""
        known = [
            np.concatenate([np.arange(trunk), *(np.arange(trunk, trunk + branch) for branch in branches)])
            for trunk, branches in lengths
        ]
        segment = [np.repeat(np.arange(1 + len(branches)), (trunk, *branches)) for trunk, branches in lengths]
        sizes = np.array([len(positions) for positions in known])
        starts = sizes.cumsum() - sizes
        order = np.argsort(-sizes, kind="stable")
        gather, scatter = [], np.empty(sizes.sum(), dtype=np.int64)
        blocks, cells = [], 0
        for rows in _alike(sizes, order):
            length = -(-int(sizes[rows[0]]) // ALIGNED) * ALIGNED
            places = np.full((len(rows), length), PADDING)
            owners = np.full((len(rows), length), TRUNK)
            tokens = np.zeros((len(rows), length), dtype=np.int64)  # what padding reads no query sees
            for row, group in enumerate(rows):
                size, start = sizes[group], starts[group]
                places[row, :size], owners[row, :size] = known[group], segment[group]
                tokens[row, :size] = np.arange(start, start + size)
                scatter[start : start + size] = np.arange(size) + cells + row * length
            gather.append(tokens.ravel())
            cells += tokens.size
            blocks.append(Block(torch.from_numpy(places), torch.from_numpy(owners)))
        return cls(
            positions=torch.from_numpy(np.concatenate(known)),
            gather=torch.from_numpy(np.concatenate(gather)),
            scatter=torch.from_numpy(scatter),
            order=torch.from_numpy(order),
            rank=torch.from_numpy(np.argsort(order)),
            blocks=tuple(blocks),
        )

    def mask(self, network: Interpreter, past: int) -> Mask:
        """The masks of all blocks, one after the other, `[1, 1, 1, numbers]`; per kind of layer if mixed."""
        masks = [block.mask(network, past) for block in self.blocks]

        def joined(parts: list[Tensor]) -> Tensor:
            return torch.cat([part.flatten() for part in parts])[None, None, None]

        if isinstance(masks[0], dict):
            return {kind: joined([mask[kind] for mask in masks]) for kind in masks[0]}  # type: ignore[index]
        return joined(masks)  # type: ignore[arg-type]

    def rows(self, x: Tensor) -> list[Tensor]:
        """What packed tokens have, `[tokens, heads, dim]`, as rows of each block, `[groups, heads, length, dim]`."""
        shapes = [block.known.shape for block in self.blocks]
        parts = torch.split(spread(x, self.gather, self.scatter), [shape.numel() for shape in shapes])
        return [part.view(*shape, *x.shape[1:]).transpose(1, 2) for part, shape in zip(parts, shapes, strict=True)]

    def groups(self, x: Tensor) -> Sequence[Tensor]:
        """What groups have, `[groups, ...]`, for each block."""
        return torch.split(spread(x, self.order, self.rank), [len(block.known) for block in self.blocks])

    def tokens(self, rows: Sequence[Tensor]) -> Tensor:
        """The way back: rows of each block, `[groups, length, ...]`, as packed tokens."""
        return taken(torch.cat([part.flatten(0, 1) for part in rows]), self.scatter)


def taken(x: Tensor, places: Tensor) -> Tensor:
    """`x[places]` of different places. Its gradient is written, not summed as that of `index_select`, which on a GPU is
    slow where it is deterministic."""
    found: Tensor = _Taken.apply(x, places)  # type: ignore[no-untyped-call]
    return found


def spread(x: Tensor, there: Tensor, back: Tensor) -> Tensor:
    """`x[there]`, where `x[i]` stands at `back[i]` and whatever else reads it is padding, which has no gradient."""
    found: Tensor = _Spread.apply(x, there, back)  # type: ignore[no-untyped-call]
    return found


class _Taken(Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, places: Tensor) -> Tensor:
        ctx.save_for_backward(places)
        ctx.count = len(x)
        return x.index_select(0, places)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        (places,), [gradient] = ctx.saved_tensors, gradients
        return gradient.new_zeros(ctx.count, *gradient.shape[1:]).index_copy(0, places, gradient), None


class _Spread(Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, there: Tensor, back: Tensor) -> Tensor:
        ctx.save_for_backward(back)
        return x.index_select(0, there)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        return gradients[0].index_select(0, *ctx.saved_tensors), None, None


def _alike(sizes: NDArray[Any], order: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """The groups of each block, longest first: those at least `LIKE` times as long as its longest."""
    first = 0
    for at in range(1, len(order) + 1):
        if at == len(order) or sizes[order[at]] < LIKE * sizes[order[first]]:
            yield order[first:at]
            first = at


@dataclass(frozen=True)
class Packed(Asked):
    """Groups packed: `ids` `[tokens]`, and `before` `[predicted tokens]`, the places that predict them."""

    ids: Tensor
    before: Tensor
    packing: Packing


def pack(groups: Sequence[Group], device: torch.device) -> Packed:
    """The groups packed, on a device. Branches are numbered through all groups."""
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
    rows, targets, tokens, places = (torch.tensor(values, dtype=torch.long) for values in (row, target, ids, before))
    return moved(device, Packed(rows, targets, count, tokens, places, Packing.of(lengths)))


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
    # The masks of all blocks come as one, since transformers hands on one.
    queries, keys, values = (packing.rows(x[0].transpose(0, 1)) for x in (query, key, value))
    if past is not None:
        before = (packing.groups(states.to(key.dtype)) for states in past[module.layer_idx])
        keys, values = (
            [torch.cat(pair, 2) for pair in zip(first, own, strict=True)]
            for first, own in zip(before, (keys, values), strict=True)
        )
    shapes = [(len(q), 1, q.shape[2], k.shape[2]) for q, k in zip(queries, keys, strict=True)]
    masks = torch.split(attention_mask.flatten(), [prod(shape) for shape in shapes])
    mixed = []
    for q, k, v, mask, shape in zip(queries, keys, values, masks, shapes, strict=True):
        if query.device.type in FUSED and softcap is None:
            mixed.append(_fused(q, k, v, mask.view(shape).to(q.dtype), scaling))
        else:
            mixed.append(shared_prefix_attention(module, q, k, v, mask.view(shape), scaling, softcap=softcap)[0])
    return packing.tokens(mixed)[None], None


def _fused(query: Tensor, key: Tensor, value: Tensor, mask: Tensor, scaling: float | None) -> Tensor:
    """torch's attention, `[groups, length, heads, dim]`. Of its kernels that take a mask none takes fewer heads of keys
    than of queries: left to itself it would write the scores out. And it would take cuDNN's, which plans anew for
    every shape that it meets: nine tenths of a step, where each batch has shapes of its own (docs/adr/0009)."""
    times = query.shape[1] // key.shape[1]
    key, value = (x[:, :, None].expand(-1, -1, times, -1, -1).flatten(1, 2) for x in (key, value))
    with sdpa_kernel([SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]):
        return scaled_dot_product_attention(query, key, value, mask, scale=scaling).transpose(1, 2)


AttentionInterface.register(NAME, packed_attention)
