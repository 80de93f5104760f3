"""Rows of tokens, each behind program states of its own -> logits at the tokens to be learned: one padded batch.

What training does again and again: the interpreter reads a function's program, an input and the right answer, and
only the answer's logits are wanted. Everything is padded at the right, after all that is read: causality hides it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import DynamicCache

from pawc.interpreters.transformers_ways import CACHE
from pawc.runtime.interpreter import Interpreter

States = tuple[tuple[Tensor, Tensor], ...]
"""Per layer the keys and the values, `[rows, kv_heads, length, head_dim]` each."""


@dataclass(frozen=True)
class Row:
    """Tokens, of which those from `asked` on are to be predicted."""

    tokens: Sequence[int]
    asked: int


@dataclass(frozen=True)
class Rows:
    """A padded batch: `ids` `[rows, length]`; of each token to predict its row, its place and the token itself."""

    ids: Tensor
    row: Tensor
    place: Tensor
    target: Tensor

    def sums(self, values: Tensor) -> Tensor:
        """One value a predicted token -> their sum for each row. A product, as its order of summing never changes."""
        member = torch.arange(self.ids.shape[0], device=values.device)[:, None] == self.row[None]
        return member.to(values.dtype) @ values

    def means(self, values: Tensor) -> Tensor:
        """One value a predicted token -> their mean for each row."""
        return self.sums(values) / self.sums(torch.ones_like(values)).clamp(min=1)


def pad(rows: Sequence[Row], device: torch.device) -> Rows:
    """The rows as one batch."""
    length = max(len(row.tokens) for row in rows)
    ids = torch.tensor([[*row.tokens, *[0] * (length - len(row.tokens))] for row in rows])
    owner = [number for number, row in enumerate(rows) for _ in range(row.asked, len(row.tokens))]
    place = [at for row in rows for at in range(row.asked, len(row.tokens))]
    target = [row.tokens[at] for row in rows for at in range(row.asked, len(row.tokens))]
    return Rows(
        *(tensor.to(device) for tensor in (ids, *(torch.tensor(x, dtype=torch.long) for x in (owner, place, target))))
    )


def repeated(states: States, times: int) -> States:
    """The states of each row, `times` times in a row."""

    def repeat(x: Tensor) -> Tensor:
        return x[:, None].expand(-1, times, -1, -1, -1).reshape(-1, *x.shape[1:])

    return tuple((repeat(keys), repeat(values)) for keys, values in states)


def stacked(states: States, row: int = 0) -> Tensor:
    """One row's states as a program's prefix, `[layers, 2, kv_heads, length, head_dim]`."""
    return torch.stack([torch.stack((keys[row], values[row])) for keys, values in states])


def cache_of(states: States | None) -> DynamicCache:
    """A cache that starts with `states`; gradients flow through it."""
    cache = DynamicCache()
    for layer, (keys, values) in enumerate(states or ()):
        cache.update(keys, values, layer)
    return cache


def read(network: Interpreter, rows: Rows, past: States | None = None) -> Tensor:
    """Logits `[predicted tokens, vocabulary]` of a batch that stands behind `past`."""
    start = past[0][0].shape[2] if past else 0
    keys = torch.arange(start + rows.ids.shape[1], device=rows.ids.device)[None]
    positions = keys[:, start:]
    hidden = network.model.base_model(
        input_ids=rows.ids,
        position_ids=positions.clamp(max=network.max_positions - 1),
        attention_mask=network.attention(positions, keys),
        **{CACHE: cache_of(past) if past else None},
        use_cache=past is not None,
    ).last_hidden_state
    return head(network, hidden[rows.row, rows.place - 1])


def head(network: Interpreter, hidden: Tensor) -> Tensor:
    """Hidden states -> logits over the tokens there are, in float32."""
    model: Any = network.model
    logits: Tensor = model.get_output_embeddings()(hidden).float()[..., : network.tokenizer.vocab_size]
    cap = getattr(model.config, "final_logit_softcapping", None)
    return torch.tanh(logits / cap) * cap if cap else logits


def log_likelihoods(logits: Tensor, rows: Rows) -> Tensor:
    """The log-likelihood of each predicted token."""
    return logits.log_softmax(-1).gather(1, rows.target[:, None])[:, 0]


def exact(logits: Tensor, rows: Rows) -> Tensor:
    """For each row 1 where every token is the likeliest one, i.e. where greedy writing gives exactly this, else 0."""
    return (rows.sums((logits.argmax(-1) != rows.target).float()) == 0).float()
