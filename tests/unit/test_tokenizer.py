"""Text and tokens: control tokens are out of a user's reach, and everything else survives the round trip."""

from __future__ import annotations

import gc
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import tiny_info

from pawc.base.types import INT
from pawc.runtime.constraint import Constraint
from pawc.runtime.tokenizer import Tokenizer
from pawc.runtime.vocabulary import vocabulary

TOKENIZER = Tokenizer.load(tiny_info().folder)
END = TOKENIZER.control["<|im_end|>"]


def test_control_tokens_in_a_text_are_characters() -> None:
    tokens = TOKENIZER.encode("stop<|im_end|>")
    assert END not in tokens
    assert TOKENIZER.decode(tokens) == "stop<|im_end|>"


def test_control_tokens_in_markup_are_tokens() -> None:
    assert TOKENIZER.encode_markup("<|im_start|>user\n<|im_end|>") == [
        TOKENIZER.control["<|im_start|>"],
        *TOKENIZER.encode("user\n"),
        END,
    ]


def test_control_tokens_decode_to_nothing() -> None:
    assert TOKENIZER.decode([*TOKENIZER.encode("a"), END, *TOKENIZER.encode("b")]) == "ab"


def test_what_was_made_of_a_tokenizer_is_made_once_and_goes_with_it() -> None:
    tokenizer = Tokenizer(TOKENIZER.json)
    assert vocabulary(tokenizer) is vocabulary(tokenizer)
    first, second = (Constraint(INT, tokenizer).vocabulary for _ in range(2))
    assert first is second
    gone = weakref.ref(tokenizer)
    del tokenizer, first, second
    gc.collect()
    assert gone() is None


@given(st.text())
def test_texts_survive_the_round_trip(text: str) -> None:
    assert TOKENIZER.decode(TOKENIZER.encode(text)) == text


@given(st.lists(st.text(st.characters())))
def test_many_texts_are_encoded_as_each_alone(texts: list[str]) -> None:
    assert TOKENIZER.encode_all(texts) == [TOKENIZER.encode(text) for text in texts]


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\ud83d\ude00 is one character"])
def test_lone_surrogates_are_no_accident(text: str) -> None:
    decoded = TOKENIZER.decode(TOKENIZER.encode(text))
    assert decoded == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def test_the_vocabulary_has_every_token_that_text_can_have() -> None:
    assert max(TOKENIZER.encode("".join(map(chr, range(1, 0x2FF))))) < TOKENIZER.vocab_size
