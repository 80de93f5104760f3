"""Automata at run time, over a small tokenizer: what may be written next. (Against llguidance: tests/property.)"""

from __future__ import annotations

import numpy as np
import pytest
from pawc.backends.automata import automaton
from small_tokenizer import small_tokenizer

from pawc.base.diagnostics import InternalError
from pawc.base.types import BOOL, INT, TEXT, Labels, List, Matching, Optional, Record, Type
from pawc.runtime import automaton_masks, vocabulary
from pawc.runtime.automaton_masks import Constraint, State
from pawc.runtime.language import MOST_ITEMS

TOKENIZER = small_tokenizer()
END, TURN = TOKENIZER.control["<|end|>"], TOKENIZER.control["<|turn|>"]
TICKET = Record((("name", TEXT), ("due", Optional(Matching(r"\d{4}-\d\d"))), ("tags", List(Labels(("a b", 'c"'))))))


def start(kind: Type) -> State:
    return Constraint(automaton(kind), TOKENIZER, {END}).start()


def written(state: State, text: str) -> State:
    for token in TOKENIZER.encode(text):
        assert state.allowed()[token] or state.forced()  # a forced text has one way to be written
        state.advance(token)
    return state


def test_control_tokens_are_never_allowed_but_to_stop_a_complete_answer() -> None:
    mask = start(Matching(".*")).allowed()
    assert mask.dtype == np.bool_
    assert mask.shape == (TOKENIZER.vocab_size,)
    assert mask[END]
    assert not mask[TURN]
    assert not start(Matching(".+")).allowed()[END]


def test_an_answer_that_can_only_stop_says_so() -> None:
    state = written(start(TICKET), '{"name": "é", "due": null, "tags": ["a b"]}')
    assert state.complete
    assert state.must_stop
    assert list(np.flatnonzero(state.allowed())) == [END]


def test_a_list_ends_at_the_most_items() -> None:
    state = written(start(List(INT)), "[" + "7, " * (MOST_ITEMS - 1) + "7")
    comma, bracket = (TOKENIZER.encode(text)[0] for text in (",", "]"))
    assert not state.allowed()[comma]
    assert state.allowed()[bracket]


def test_what_must_come_next_is_known_without_asking_the_model() -> None:
    state = start(Record((("a", BOOL),)))
    for token in (forced := state.forced()):
        state.advance(token)
    assert TOKENIZER.decode(forced).startswith('{"a"')


def test_an_answer_may_stand_within_a_character() -> None:
    state = start(Labels(("é", "è")))
    (first,) = (token for token in state.allowed().nonzero()[0])
    state.advance(int(first))
    assert not state.complete
    assert len(state.allowed().nonzero()[0]) == 2


def test_answers_of_one_constraint_do_not_disturb_each_other() -> None:
    constraint = Constraint(automaton(INT), TOKENIZER)
    one, other = constraint.start(), constraint.start()
    one.advance(TOKENIZER.encode("-")[0])
    assert other.allowed()[TOKENIZER.encode("-")[0]]


@pytest.mark.parametrize(("text", "why"), [("x", "not allowed here"), ("<|turn|>", "control token")])
def test_writing_what_is_not_allowed_is_a_fault_of_ours(text: str, why: str) -> None:
    token = TOKENIZER.control.get(text) or TOKENIZER.encode(text)[0]
    with pytest.raises(InternalError, match=why):
        start(INT).advance(token)


def test_masks_beyond_the_most_that_are_kept_replace_old_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automaton_masks, "MOST_MASKS", 2)
    constraint = Constraint(automaton(Matching("[ab]{9}")), TOKENIZER)
    state = constraint.start()
    masks = []
    for _ in range(4):
        masks.append(state.allowed())
        state.advance(TOKENIZER.encode("a")[0])
    assert len(constraint._masks) == 2
    assert (constraint.start().allowed() == masks[0]).all()


def test_an_answer_that_the_tokenizer_has_no_tokens_for_must_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = [b"" if one in (b"q",) else one for one in vocabulary.vocabulary(TOKENIZER).bytes]
    monkeypatch.setattr(vocabulary, "token_bytes", lambda tokenizer: lacking)
    monkeypatch.setattr(automaton_masks, "vocabulary", vocabulary.Vocabulary)
    state = start(Matching("q[0-9]"))
    assert state.must_stop
    assert not state.complete
