"""Rows of tokens of which some are to be predicted: padded batches, and what their logits are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from pawc.runtime.interpreter import Interpreter

States = tuple[tuple[Tensor, Tensor], ...]
"""Per layer the keys and the values, `[rows, kv_heads, length, head_dim]` each."""


@dataclass(frozen=True)
class Row:
    """Tokens, of which those from `asked` on are to be predicted."""

    tokens: Sequence[int]
    asked: int


@dataclass(frozen=True)
class Asked:
    """Tokens to predict: of each the number of its `row`, one of `count`, and the token itself."""

    row: Tensor
    target: Tensor
    count: int

    def sums(self, values: Tensor) -> Tensor:
        """One value a predicted token -> their sum for each row. A product, as its order of summing never changes."""
        member = torch.arange(self.count, device=values.device)[:, None] == self.row[None]
        return member.to(values.dtype) @ values

    def means(self, values: Tensor) -> Tensor:
        """One value a predicted token -> their mean for each row."""
        return self.sums(values) / self.sums(torch.ones_like(values)).clamp(min=1)


@dataclass(frozen=True)
class Rows(Asked):
    """A padded batch: `ids` `[rows, length]`, and the `place` of each token to predict."""

    ids: Tensor
    place: Tensor


def pad(rows: Sequence[Row], device: torch.device) -> Rows:
    """The rows as one batch, padded at the right, after all that is read: causality hides it."""
    length = max(len(row.tokens) for row in rows)
    ids = torch.tensor([[*row.tokens, *[0] * (length - len(row.tokens))] for row in rows], device=device)
    owner = [number for number, row in enumerate(rows) for _ in range(row.asked, len(row.tokens))]
    place = [at for row in rows for at in range(row.asked, len(row.tokens))]
    target = [row.tokens[at] for row in rows for at in range(row.asked, len(row.tokens))]
    owners, places, targets = (
        torch.tensor(values, dtype=torch.long, device=device) for values in (owner, place, target)
    )
    return Rows(owners, targets, len(rows), ids, places)


def repeated(states: States, times: int) -> States:
    """The states of each row, `times` times in a row."""

    def repeat(x: Tensor) -> Tensor:
        return x[:, None].expand(-1, times, -1, -1, -1).reshape(-1, *x.shape[1:])

    return tuple((repeat(keys), repeat(values)) for keys, values in states)


def stacked(states: States, row: int = 0) -> Tensor:
    """One row's states as a program's prefix, `[layers, 2, kv_heads, length, head_dim]`."""
    return torch.stack([torch.stack((keys[row], values[row])) for keys, values in states])


def head(network: Interpreter, hidden: Tensor) -> Tensor:
    """Hidden states -> logits over the tokens there are, in float32."""
    model: Any = network.model
    logits: Tensor = model.get_output_embeddings()(hidden).float()[..., : network.tokenizer.vocab_size]
    cap = getattr(model.config, "final_logit_softcapping", None)
    return torch.tanh(logits / cap) * cap if cap else logits


def log_likelihoods(logits: Tensor, rows: Asked) -> Tensor:
    """The log-likelihood of each predicted token."""
    return logits.log_softmax(-1).gather(1, rows.target[:, None])[:, 0]


def exact(logits: Tensor, rows: Asked) -> Tensor:
    """For each row 1 where every token is the likeliest one, i.e. where greedy writing gives exactly this, else 0."""
    return (rows.sums((logits.argmax(-1) != rows.target).float()) == 0).float()
