"""A byte-level tokenizer small enough to build in a test, with control tokens like those of chat models."""

from __future__ import annotations

from functools import cache

import tokenizers
from tokenizers import decoders, models, pre_tokenizers, trainers

from pawc.runtime.tokenizer import Tokenizer

CORPUS = ['{"name": "Ada", "due": null, "tags": ["a", "b"]}', "true false null 2026-11-22 12.5e-07 the quick brown fox"]


@cache
def small_tokenizer() -> Tokenizer:
    """All bytes, some merges, `<|end|>` (0) and `<|turn|>` (1)."""
    made = tokenizers.Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<|end|>", "<|turn|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator(CORPUS * 20, trainer)
    return Tokenizer(made.to_str())
