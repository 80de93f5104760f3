"""Constrained decoding, over a small tokenizer: what may be written next."""

from __future__ import annotations

import numpy as np
import pytest
from small_tokenizer import small_tokenizer

from pawc.base.diagnostics import InternalError, PawError
from pawc.base.regular import Characters
from pawc.base.types import BOOL, FLOAT, INT, TEXT, Labels, List, Matching, Optional, Record, Type, parse
from pawc.runtime.constraint import Constraint, State, prefetch

TOKENIZER = small_tokenizer()
END, TURN = TOKENIZER.control["<|end|>"], TOKENIZER.control["<|turn|>"]
TICKET = Record((("name", TEXT), ("due", Optional(Matching(r"\d{4}-\d\d"))), ("tags", List(Labels(("a b", 'c"'))))))


def start(kind: Type) -> State:
    constraint = Constraint.for_type(kind, TOKENIZER, {END})
    assert constraint is not None
    return constraint.start()


def accepts(kind: Type, text: str) -> bool:
    """Whether the constraint lets a model write the text and stop there."""
    state = start(kind)
    for token in TOKENIZER.encode(text):
        if not state.allowed()[token]:
            return False
        state.advance(token)
    return bool(state.allowed()[END])


@pytest.mark.parametrize("kind", [TEXT, Optional(TEXT)])
def test_free_text_is_not_constrained(kind: Type) -> None:
    assert Constraint.for_type(kind, TOKENIZER) is None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (INT, "0"),
        (INT, "-12"),
        (INT, "999999999999999999"),
        (FLOAT, "0.0"),
        (FLOAT, "-1.5e-07"),
        (FLOAT, "1e+16"),
        (FLOAT, "1e+22"),
        (BOOL, "true"),
        (Optional(INT), "null"),
        (Labels(("wait", "wait for it")), "wait for it"),
        (Matching("^[a-c]+$"), "abc"),
        (Matching("(?i)yes|no"), "YES"),
        (List(INT), "[]"),
        (List(INT), "[1, 2]"),
        (List(List(TEXT)), '[[], ["a", "\\"\\\\\\n\\u0001é😀"]]'),
        (TICKET, '{"name": "", "due": null, "tags": []}'),
        (TICKET, '{"name": "Ada", "due": "2026-11", "tags": ["a b", "c\\""]}'),
        (Record(()), "{}"),
    ],
)
def test_what_is_a_value_may_be_written(kind: Type, text: str) -> None:
    parse(kind, text)
    assert accepts(kind, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (INT, ""),
        (INT, "-"),
        (INT, "007"),
        (INT, "1.5"),
        (INT, " 1"),
        (INT, "1" * 19),
        (FLOAT, "1e400"),
        (FLOAT, "9e+308"),
        (FLOAT, "NaN"),
        (FLOAT, "1."),
        (BOOL, "True"),
        (Labels(("wait", "go")), "wai"),
        (Matching("[a-c]+"), "abd"),
        (List(INT), "[1,2]"),
        (List(INT), "[1, 2"),
        (List(INT), "[ 1]"),
        (TICKET, '{"due": null, "name": "", "tags": []}'),
        (TICKET, '{"name": "", "due": null}'),
        (TICKET, '{"name": "", "due": "soon", "tags": []}'),
        (TICKET, '{"name": "\n", "due": null, "tags": []}'),
    ],
)
def test_what_is_no_value_or_not_in_its_written_form_may_not(kind: Type, text: str) -> None:
    assert not accepts(kind, text)


def test_control_tokens_are_never_allowed_but_to_stop_a_complete_answer() -> None:
    state = start(Matching(".*"))
    mask = state.allowed()
    assert mask.dtype == np.bool_
    assert mask.shape == (TOKENIZER.vocab_size,)
    assert mask[END]
    assert not mask[TURN]
    (token,) = TOKENIZER.encode("a")
    state.advance(token)
    assert not start(Matching(".+")).allowed()[END]


def test_the_name_of_a_control_token_may_be_written_as_text() -> None:
    assert accepts(Matching(r".*"), "<|turn|>")


def test_an_answer_that_can_only_stop_says_so() -> None:
    state = start(BOOL)
    assert not state.complete
    for token in TOKENIZER.encode("true"):
        assert not state.must_stop
        state.advance(token)
    assert state.complete
    assert state.must_stop
    assert list(np.flatnonzero(state.allowed())) == [END]


def test_where_only_the_empty_text_will_do_nothing_can_be_written() -> None:
    state = start(Matching(""))
    assert state.complete
    assert state.must_stop
    assert list(np.flatnonzero(state.allowed())) == [END]


def test_answers_of_one_constraint_do_not_disturb_each_other() -> None:
    constraint = Constraint(INT, TOKENIZER)
    one, other = constraint.start(), constraint.start()
    one.advance(TOKENIZER.encode("-")[0])
    assert other.allowed()[TOKENIZER.encode("-")[0]]
    assert not one.allowed()[TOKENIZER.encode("-")[0]]


def test_what_must_come_next_is_known_without_asking_the_model() -> None:
    state = start(Record((("a", BOOL),)))
    forced = state.forced()
    for token in forced:
        assert state.allowed()[token]
        state.advance(token)
    assert TOKENIZER.decode(forced).startswith('{"a"')


def test_masks_computed_ahead_are_those_computed_on_demand() -> None:
    text = '{"name": "x", "due": null, "tags": []}'
    ahead, plain = [start(TICKET), start(INT)], [start(TICKET), start(INT)]
    prefetch(ahead)
    for one, other in zip(ahead, plain, strict=True):
        assert (one.allowed() == other.allowed()).all()
    for token in TOKENIZER.encode(text):
        prefetch(ahead)
        ahead[0].advance(token)  # advancing without having looked is as good
        plain[0].advance(token)
        prefetch(ahead)
        assert (ahead[0].allowed() == plain[0].allowed()).all()


def test_writing_a_control_token_is_a_fault_of_ours() -> None:
    with pytest.raises(InternalError, match="control token"):
        start(INT).advance(TURN)


def test_a_type_that_no_automaton_decides_is_refused() -> None:
    with pytest.raises(PawError, match=r"P0806.*needs look-around"):
        Constraint(List(Matching("a(?=b)")), TOKENIZER)


def test_a_grammar_that_the_decoder_refuses_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pawc.runtime.constraint.language", lambda kind: Characters(()))
    with pytest.raises(PawError, match=r"P0806.*the type `int` cannot be enforced"):
        Constraint(INT, TOKENIZER)


def test_a_grammar_that_outgrows_its_limits_must_stop_incomplete() -> None:
    state = start(Matching("(a?){500}a{500}"))
    for token in TOKENIZER.encode("a" * 400):
        state.allowed()  # computing the mask is what uses the limits up
        state.advance(token)
        if state.must_stop:
            break
    assert state.must_stop
    assert not state.complete
    assert not state.allowed().any()
