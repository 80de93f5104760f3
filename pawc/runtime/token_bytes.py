"""A tokenizer -> the bytes that each of its tokens writes."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pawc.runtime.tokenizer import Tokenizer


def token_bytes(tokenizer: Tokenizer) -> list[bytes]:
    """The bytes of each token, by number; none for control tokens, which write nothing."""
    content = json.loads(tokenizer.json)
    found = [b""] * tokenizer.vocab_size
    vocabulary = content["model"]["vocab"]
    pairs = vocabulary.items() if isinstance(vocabulary, dict) else ((v[0], i) for i, v in enumerate(vocabulary))
    read = _byte_level if "ByteLevel" in set(_types(content)) else _with_fallback
    for text, number in pairs:
        found[number] = read(text)
    for token in content["added_tokens"]:  # as they are, and out of reach of the rest
        found[token["id"]] = b"" if token["special"] else token["content"].encode()
    return found


def _types(content: dict[str, Any]) -> list[str]:
    """The types of the decoder and the pre-tokenizer, and of the parts of each."""
    steps = [step for step in (content.get("decoder"), content.get("pre_tokenizer")) if step]
    parts = [part for step in steps for name in ("decoders", "pretokenizers") for part in step.get(name, ())]
    return [step["type"] for step in (*steps, *parts)]


def _byte_level(text: str) -> bytes:
    table = _byte_characters()
    try:
        return bytes(table[char] for char in text)
    except KeyError:
        return text.encode()


def _with_fallback(text: str) -> bytes:
    """As SentencePiece writes it: `▁` is a space, `<0x0A>` a byte."""
    if len(text) == 6 and text.startswith("<0x") and text.endswith(">"):
        return bytes([int(text[3:5], 16)])
    return text.replace("\u2581", " ").encode()


@cache
def _byte_characters() -> dict[str, int]:
    """GPT-2's printable character for each byte."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + i): byte for i, byte in enumerate(others)}
