"""The bytes of tokens, for tokenizers of both kinds."""

from __future__ import annotations

import json

import tokenizers
from llguidance import LLTokenizer
from small_tokenizer import small_tokenizer
from tokenizers import AddedToken, decoders, models, normalizers

from pawc.runtime.token_bytes import token_bytes
from pawc.runtime.tokenizer import Tokenizer


def test_the_tokens_of_a_text_write_its_bytes() -> None:
    tokenizer = small_tokenizer()
    text = 'the "fox" é😀\n\x00'
    assert b"".join(token_bytes(tokenizer)[token] for token in tokenizer.encode(text)) == text.encode()


def test_every_token_writes_what_llguidance_says() -> None:
    tokenizer = small_tokenizer()
    theirs = LLTokenizer(tokenizer.json)
    skipped = {*tokenizer.control.values(), token_bytes(tokenizer).index(b"\xff")}  # its own mark of control tokens
    plain = [token for token in range(tokenizer.vocab_size) if token not in skipped]
    assert [token_bytes(tokenizer)[token] for token in plain] == [theirs.decode_bytes([token]) for token in plain]


def test_control_tokens_write_nothing_and_other_added_tokens_what_they_say() -> None:
    made = tokenizers.Tokenizer.from_str(small_tokenizer().json)
    made.add_tokens([AddedToken("Ġé")])
    tokenizer = Tokenizer(made.to_str())
    found = token_bytes(tokenizer)
    assert found[tokenizer.control["<|end|>"]] == b""
    assert found[-1] == "Ġé".encode()


def test_tokens_of_sentencepiece_are_read_as_it_writes_them() -> None:
    vocabulary = {"<unk>": 0, "▁the": 1, "<0x0A>": 2, "é": 3, "<0xZZ": 4}
    made = tokenizers.Tokenizer(models.BPE(vocabulary, [], unk_token="<unk>", byte_fallback=True))
    made.normalizer = normalizers.Replace(" ", "▁")
    made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    found = token_bytes(Tokenizer(made.to_str()))
    assert found == [b"<unk>", b" the", b"\n", "é".encode(), b"<0xZZ"]
    assert json.loads(made.to_str())["decoder"]["type"] == "Sequence"
