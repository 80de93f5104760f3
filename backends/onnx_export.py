"""An interpreter of PyTorch -> its graph in ONNX, whose inputs and outputs docs/onnx.md describes.

The model is transformers' own, whatever its architecture; only attention is replaced, so that a program's states stay
one copy for all rows, and the host keeps what rows have read. PyTorch's exporter traces it with every size open.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn
from transformers import AttentionInterface

from pawc.interpreters.transformers_ways import CACHE
from pawc.runtime.interpreter import Interpreter

NAME = "pawc_onnx_graph"

Pair: TypeAlias = tuple[Tensor, Tensor]
"""Keys and values."""


def export(interpreter: Interpreter, path: Path) -> None:
    """Write the graph to `path`, its weights to `path` + `.data`."""
    layers = range(interpreter.layers)
    names = [f"{{}}.{layer}.{part}" for layer in layers for part in ("keys", "values")]
    inputs = ["ids", "positions", "sees", "wanted", "past_positions"]
    inputs += [name.format("prefix") for name in names] + [name.format("past") for name in names]
    model = interpreter.model
    before = model.config._attn_implementation
    model.set_attn_implementation(NAME)
    try:
        with torch.no_grad(), _silence():
            program = torch.onnx.export(
                Graph(interpreter).eval(),
                _example(interpreter),
                input_names=inputs,
                output_names=["logits", *(name.format("new") for name in names)],
                dynamic_shapes=_sizes(len(layers)),
                dynamo=True,
                verbose=False,
            )
            assert program is not None
            program.save(path, external_data=True)
    finally:
        model.set_attn_implementation(before)


class Graph(nn.Module):
    """One step: tokens in, logits and their own states out."""

    def __init__(self, interpreter: Interpreter) -> None:
        super().__init__()
        self.model, self.layers = interpreter.model, interpreter.layers
        self.vocab, self.interpreter = interpreter.tokenizer.vocab_size, interpreter

    def forward(
        self,
        ids: Tensor,
        positions: Tensor,
        sees: Tensor,
        wanted: Tensor,
        past_positions: Tensor,
        prefix: Sequence[Pair],
        past: Sequence[Pair],
    ) -> tuple[Tensor, tuple[Pair, ...]]:
        """Arguments and results in the order of docs/onnx.md."""
        batch, length = ids.shape
        states = torch.arange(prefix[0][0].shape[1])[None].expand(batch, -1)
        keys = torch.cat((states, past_positions, positions), 1)
        before = torch.ones_like(keys[:1, : keys.shape[1] - length], dtype=torch.bool).expand(length, -1)
        cache = _Fresh()
        output = self.model(
            input_ids=ids,
            position_ids=positions.clamp(min=0),
            attention_mask=self.interpreter.attention(positions, keys, torch.cat((before, sees), 1)),
            **{CACHE: cache},
            use_cache=True,
            logits_to_keep=wanted,
            before=list(zip(prefix, past, strict=True)),
        )
        logits = output.logits
        if logits.shape[-1] != self.vocab:  # some models' vocabulary is padded with rows that no token has
            logits = logits[..., : self.vocab]
        return logits, tuple(cache.new[layer] for layer in range(self.layers))


class _Fresh:
    """A cache that gives attention the new keys and values alone, and keeps them to be returned."""

    is_compileable = False

    def __init__(self) -> None:
        self.new: dict[int, Pair] = {}

    def update(self, keys: Tensor, values: Tensor, layer: int, *_: Any, **__: Any) -> Pair:
        self.new[layer] = keys, values
        return keys, values

    def get_seq_length(self, *_: Any) -> int:
        return 0


def attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor,
    scaling: float | None = None,
    dropout: float = 0.0,
    before: Sequence[tuple[Pair, Pair]] = (),
    softcap: float | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """Softmax attention over the program's states, the past and the new keys, as one distribution.

    As `runtime.attention.shared_prefix_attention`, with a past of its own, and with sizes that an exporter can follow.
    """
    batch, heads, length, dim = query.shape
    groups = heads // key.shape[1]
    kv_heads, rows = key.shape[1], groups * length
    (prefix_keys, prefix_values), (past_keys, past_values) = before[module.layer_idx]
    states, past = prefix_keys.shape[1], past_keys.shape[2]
    grouped = (query * (dim**-0.5 if scaling is None else scaling)).reshape(batch, kv_heads, rows, dim)
    together = grouped.transpose(0, 1).reshape(kv_heads, batch * rows, dim)
    ahead = (together @ prefix_keys.transpose(1, 2)).reshape(kv_heads, batch, rows, states).transpose(0, 1)
    scores = torch.cat((ahead, grouped @ past_keys.transpose(2, 3), grouped @ key.transpose(2, 3)), -1)
    scores = scores.reshape(batch, kv_heads, groups, length, states + past + length)
    if softcap is not None:
        scores = torch.tanh(scores / softcap) * softcap
    weights = torch.softmax(scores + attention_mask[:, :, None], -1).reshape(batch, kv_heads, rows, -1)
    shared = weights[..., :states].transpose(0, 1).reshape(kv_heads, batch * rows, states) @ prefix_values
    mixed = shared.reshape(kv_heads, batch, rows, dim).transpose(0, 1)
    mixed = mixed + weights[..., states : states + past] @ past_values + weights[..., states + past :] @ value
    return mixed.reshape(batch, heads, length, dim).transpose(1, 2).contiguous(), None


AttentionInterface.register(NAME, attention)


def _example(interpreter: Interpreter) -> tuple[Any, ...]:
    """Inputs to trace with: every size another, none 1, so that none is taken for a constant or for its neighbour."""
    batch, length, states, past, wanted = 2, 3, 5, 4, 6
    heads, dim = interpreter.kv_heads, interpreter.head_dim
    positions = torch.arange(states, states + past + length).repeat(batch, 1)

    def pair(*shape: int) -> Pair:
        return torch.randn(*shape, dim), torch.randn(*shape, dim)

    return (
        torch.ones(batch, length, dtype=torch.long),
        positions[:, past:],
        torch.ones(length, length, dtype=torch.bool),
        torch.arange(wanted) % length,
        positions[:, :past].contiguous(),
        tuple(pair(heads, states) for _ in range(interpreter.layers)),
        tuple(pair(batch, heads, past) for _ in range(interpreter.layers)),
    )


def _sizes(layers: int) -> tuple[Any, ...]:
    """Which axes of the inputs are open, and what they are called in the graph."""
    tokens = {0: "batch", 1: "length"}
    prefix, past = ({1: "states"},) * 2, ({0: "batch", 2: "past"},) * 2
    first = (tokens, tokens, {0: "length", 1: "length"}, {0: "wanted"}, {0: "batch", 1: "past"})
    return (*first, (prefix,) * layers, (past,) * layers)


@contextmanager
def _silence() -> Iterator[None]:
    """The exporter tells its own developers much; what goes wrong comes as an exception."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
