"""The metadata of a .gguf file -> a `tokenizer.json`, for byte-level BPE with a pre-tokenizer known here.

GGUF names the rule that splits text into words before BPE (`tokenizer.ggml.pre`) but does not carry it. The rules
below are those of llama.cpp's `llama-vocab.cpp`, written as tokenizers' own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pawc.base.diagnostics import fail

_SPLIT = {
    "qwen2": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+",
    "llama-bpe": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+",
}
_BYTES = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
_DIGITS = {"type": "Digits", "individual_digits": True}
_CONTROL, _USER_DEFINED = 3, 4


def read_metadata(path: Path) -> dict[str, Any]:
    """Everything a .gguf file says before its tensors."""
    from gguf import GGUFReader

    try:
        metadata = {key: field.contents() for key, field in GGUFReader(path).fields.items()}
    except (ValueError, IndexError, KeyError, OverflowError, UnicodeDecodeError) as error:
        fail("P0705", f"not a .gguf file that can be read: {error}", where=str(path))
    if "tokenizer.ggml.tokens" not in metadata:
        fail("P0705", "this .gguf file has no tokenizer", where=str(path))
    return metadata


def tokenizer_json(metadata: dict[str, Any]) -> str | None:
    """The tokenizer, or None for a kind that is not known here."""
    pre = _pre_tokenizer(metadata.get("tokenizer.ggml.pre", ""))
    if metadata.get("tokenizer.ggml.model") != "gpt2" or pre is None:
        return None
    tokens: list[str] = metadata["tokenizer.ggml.tokens"]
    kinds: list[int] = metadata["tokenizer.ggml.token_type"]
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    added = [
        {"id": index, "content": token, **flags, "special": kind == _CONTROL}
        for index, (token, kind) in enumerate(zip(tokens, kinds, strict=True))
        if kind in (_CONTROL, _USER_DEFINED)
    ]
    model = {
        "type": "BPE",
        "dropout": None,
        "unk_token": None,
        "continuing_subword_prefix": None,
        "end_of_word_suffix": None,
        "fuse_unk": False,
        "byte_fallback": False,
        "ignore_merges": metadata.get("tokenizer.ggml.pre") == "llama-bpe",
        "vocab": {token: index for index, token in enumerate(tokens)},
        "merges": [merge.split(" ") for merge in metadata["tokenizer.ggml.merges"]],
    }
    content = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": {"type": "NFC"} if metadata["tokenizer.ggml.pre"] == "qwen2" else None,
        "pre_tokenizer": pre,
        "post_processor": None,
        "decoder": _BYTES,
        "model": model,
    }
    return json.dumps(content, ensure_ascii=False)


def _pre_tokenizer(name: str) -> dict[str, Any] | None:
    if name == "gpt-2":
        return _BYTES
    if name == "smollm":
        return {"type": "Sequence", "pretokenizers": [_DIGITS, _BYTES]}
    if name in _SPLIT:
        split = {"type": "Split", "pattern": {"Regex": _SPLIT[name]}, "behavior": "Isolated", "invert": False}
        return {"type": "Sequence", "pretokenizers": [split, _BYTES | {"use_regex": False}]}
    return None
