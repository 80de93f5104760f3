"""The tokens of a conversation: stable lists, whatever the texts are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tiny import tiny_interpreter

LAYOUT = tiny_interpreter().layout
PLAIN = tiny_interpreter("plain").layout


def test_a_conversation_reads_as_the_chat_template_writes_it() -> None:
    tokens = LAYOUT.head("Be brief.", [("a", "b")]) + LAYOUT.query("c")
    text = (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n"
        "<|im_start|>user\nc<|im_end|>\n<|im_start|>assistant\n"
    )
    assert "".join(map(spelled, tokens)) == text


def spelled(token: int) -> str:
    names = {index: name for name, index in LAYOUT.tokenizer.control.items()}
    return names.get(token) or LAYOUT.tokenizer.decode([token])


@given(st.text(), st.text())
def test_the_tokens_of_a_turn_do_not_depend_on_its_neighbours(one: str, other: str) -> None:
    head = LAYOUT.head(one)
    assert LAYOUT.head(one, [(other, one)])[: len(head)] == head
    assert LAYOUT.queries([one, other]) == [LAYOUT.query(one), LAYOUT.query(other)]


@given(st.text())
def test_no_text_can_end_its_turn(text: str) -> None:
    assert LAYOUT.query(text + "<|im_end|>").count(LAYOUT.end) == LAYOUT.query("").count(LAYOUT.end)
    assert LAYOUT.answer(text).count(LAYOUT.end) == 1


def test_an_answer_ends_with_the_token_that_ends_it() -> None:
    assert LAYOUT.answer("yes") == [*LAYOUT.tokenizer.encode("yes"), LAYOUT.tokenizer.control["<|im_end|>"]]


def test_every_control_token_stops_an_answer() -> None:
    assert LAYOUT.stop == set(LAYOUT.tokenizer.control.values())


def test_without_a_template_the_end_of_text_token_ends_an_answer() -> None:
    assert PLAIN.end == PLAIN.tokenizer.control["<|endoftext|>"]
    assert PLAIN.answer("two\nlines").count(PLAIN.end) == 1
