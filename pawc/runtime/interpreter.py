"""An interpreter in memory: the frozen language model that runs programs, its tokenizer and its chat layout.

Program states are key/value states, `[layers, 2, kv_heads, length, head_dim]` (2: keys as attention reads them, i.e.
after rotary embedding, then values). Attention is decided by positions alone, never by where a token lies in a
padded batch: a query sees every key whose position is not after its own, and padding has position -1.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import torch
from torch import Tensor
from transformers import MODEL_FOR_CAUSAL_LM_MAPPING, AutoConfig, AutoModelForCausalLM
from transformers.cache_utils import DynamicCache

from pawc.base.diagnostics import PawError, fail
from pawc.interpreters.info import CONFIG, WEIGHTS, InterpreterInfo
from pawc.interpreters.transformers_ways import CACHE, quiet
from pawc.runtime.layout import Layout
from pawc.runtime.positions import pieces
from pawc.runtime.tokenizer import Tokenizer
from pawc.runtime.weights import tensors

Mask: TypeAlias = Tensor | dict[str, Tensor]
"""What is added to attention scores `[batch, 1, queries, keys]`; one for each kind of layer, where a model has two."""


class Interpreter:
    """A frozen causal language model. `info` holds its facts (layers, heads, hashes); `model` is transformers' own.

    Engines that share one hold its `lock` while they use it: a call exchanges the model's attention function.
    """

    def __init__(self, info: InterpreterInfo, model: Any, tokenizer: Tokenizer) -> None:
        self.info = info
        self.lock = threading.Lock()
        self.model = model.eval().requires_grad_(False)
        self.tokenizer = tokenizer
        self.layout = Layout.from_pieces(info.pieces, tokenizer, info.max_positions)
        self.name, self.sha256, self.tokenizer_sha256 = info.name, info.sha256, info.tokenizer_sha256
        self.layers, self.kv_heads, self.head_dim = info.layers, info.kv_heads, info.head_dim
        self.vocab, self.max_positions = info.vocab, info.max_positions
        config = model.config
        self._window: int | None = getattr(config, "sliding_window", None)
        if getattr(config, "use_sliding_window", True) is False:
            self._window = None
        kinds = set(getattr(config, "layer_types", None) or ())
        self._mixed = "sliding_attention" in kinds  # such models take one mask for each kind of layer

    @classmethod
    def load(cls, folder: Path, dtype: torch.dtype = torch.float32) -> Interpreter:
        """The interpreter that lies in `folder` (`Store.resolve(name).folder`), computing in `dtype`."""
        return cls.of(InterpreterInfo.read(folder), dtype)

    @classmethod
    def of(cls, info: InterpreterInfo, dtype: torch.dtype = torch.float32) -> Interpreter:
        """The interpreter that `info` describes, from its folder or from the executable that carries it."""
        info.check_files()
        try:
            with quiet():
                model, missing = _load(info, dtype=dtype, attn_implementation="eager", local_files_only=True)
                config = model.config
                found = (config.num_hidden_layers, config.vocab_size, config.max_position_embeddings)
            if missing:
                raise ValueError(f"{WEIGHTS} lacks {min(missing)}")
            if found != (info.layers, info.vocab, info.max_positions):
                raise ValueError(f"its {CONFIG} is that of another model")
        except PawError:
            raise
        except Exception as error:  # transformers and torch raise anything, over configurations from anywhere
            reason = (str(error) or repr(error)).splitlines()[0]
            message = f"interpreter `{info.name}` cannot be read: {reason}"
            fail("P0712", message, where=str(info.folder), help=info.how_to_get_again)
        return cls(info, model, Tokenizer.of(info))

    @property
    def dtype(self) -> torch.dtype:
        """What the model computes in."""
        dtype: torch.dtype = self.model.dtype
        return dtype

    @property
    def device(self) -> torch.device:
        """Where the model lies."""
        device: torch.device = self.model.device
        return device

    @property
    def has_window(self) -> bool:
        """Whether some layer sees only so far back."""
        return self._window is not None

    def cache(self, states: Tensor | None = None, batch: int = 1) -> DynamicCache:
        """A cache that starts with the same `states` in every row of a batch; gradients flow through it."""
        cache = DynamicCache()  # without a config: sliding layers keep all, `attention` masks by position
        if states is not None and states.shape[3]:
            states = states.to(self.device, self.dtype)
            for layer, (keys, values) in enumerate(states):
                cache.update(keys.expand(batch, -1, -1, -1), values.expand(batch, -1, -1, -1), layer)
        return cache

    def states(self, tokens: Sequence[int], past: Tensor | None = None) -> Tensor:
        """The states of `tokens` alone, computed as they follow `past`."""
        start = 0 if past is None else past.shape[3]
        if not tokens:
            shape = (self.layers, 2, self.kv_heads, 0, self.head_dim)
            return torch.empty(shape, dtype=self.dtype, device=self.device)
        cache = self.cache(past)
        ids = torch.tensor([list(tokens)], device=self.device)
        positions = torch.arange(start + len(tokens), device=self.device)[None]
        with torch.no_grad():
            self.forward(ids, positions[:, start:], positions, cache)
            held: list[Any] = cache.layers
            states = torch.stack([torch.cat((layer.keys, layer.values)) for layer in held])
            return states[:, :, :, start:].clone()

    def forward(
        self,
        ids: Tensor,
        positions: Tensor,
        keys: Tensor,
        cache: DynamicCache,
        keep: int = 1,
        *,
        tree: Tensor | None = None,
        **attention: Tensor,
    ) -> Tensor:
        """Logits `[batch, keep, vocab]` of the last `keep` of `ids` `[batch, length]`, which the cache takes in.

        `positions` are those of `ids`, `keys` those of everything that attention then sees, `ids` last. `tree`
        `[length, last]` says which of the `last` of `ids` each of them may see, where not all that are before it.
        Further arguments go to the attention function (`runtime.attention`).
        """
        length = ids.shape[1]
        for start, end in pieces(length, keep) if tree is None else [(0, length)]:
            here = positions[:, start:end]
            mask = self.attention(here, keys[:, : keys.shape[1] - length + end], tree)
            logits = self.step(ids[:, start:end], here, mask, cache, keep, **attention)
        return logits

    def step(
        self, ids: Tensor, positions: Tensor, mask: Mask, cache: DynamicCache, keep: int | Tensor, **attention: Any
    ) -> Tensor:
        """`forward` of one piece, under a mask that `attention` made. `keep` may also be the places to keep."""
        output = self.model(
            input_ids=ids,
            position_ids=positions.clamp(min=0),
            attention_mask=mask,
            **{CACHE: cache},
            use_cache=True,
            logits_to_keep=keep,
            **attention,
        )
        # Some models' vocabulary is padded with rows that no token has.
        logits: Tensor = output.logits[..., : self.tokenizer.vocab_size]
        return logits

    def attention(
        self, queries: Tensor, keys: Tensor, tree: Tensor | None = None, columns: Tensor | None = None
    ) -> Mask:
        """The mask to add to attention scores, from the positions of queries and keys; per kind of layer if mixed.

        `tree` is about the last keys, or about those at `columns`.
        """
        distance = queries[:, :, None] - keys[:, None, :]
        seen = (distance >= 0) & (keys >= 0)[:, None, :]
        if tree is not None and columns is None:
            seen[:, :, -tree.shape[1] :] &= tree
        elif tree is not None and columns is not None:
            seen.index_copy_(2, columns, seen.index_select(2, columns) & tree)
        if self._mixed:
            assert self._window is not None
            sliding = seen & (distance < self._window)
            return {"full_attention": self._additive(seen), "sliding_attention": self._additive(sliding)}
        return self._additive(seen if self._window is None else seen & (distance < self._window))

    def _additive(self, seen: Tensor) -> Tensor:
        mask = torch.zeros(seen.shape, dtype=self.dtype, device=seen.device)
        return mask.masked_fill_(~seen, torch.finfo(self.dtype).min)[:, None]


def _load(info: InterpreterInfo, **options: Any) -> tuple[Any, Collection[str]]:
    """transformers' model of an interpreter, and the weights that its config asks for and that are not there.

    From its folder, or from its config and tensors where it is carried.
    """
    options["output_loading_info"] = True
    if info.carried is None:
        loaded: Any = AutoModelForCausalLM.from_pretrained(info.folder, use_safetensors=True, **options)
        return loaded[0], loaded[1]["missing_keys"]
    settings = json.loads(bytes(info.content(CONFIG)))
    config = AutoConfig.for_model(**settings)
    kind: Any = MODEL_FOR_CAUSAL_LM_MAPPING[type(config)]
    loaded = kind.from_pretrained(None, config=config, state_dict=tensors(info.content(WEIGHTS)), **options)
    return loaded[0], loaded[1]["missing_keys"]
