"""One answer as it is written: when it ends, and what it is then."""

from __future__ import annotations

from typing import Any

import pytest
from pawc.backends.base import Plan
from pawc.backends.constraining import by_llguidance
from pawc.backends.writing import Writing
from programs import function
from tiny import tiny_interpreter

from pawc.base.types import BOOL, INT, TEXT, Matching, Optional, Record, Type
from pawc.runtime.outcome import Answer, Failure

INTERPRETER = tiny_interpreter()
END = INTERPRETER.layout.end


def start(kind: Type, **options: Any) -> Writing:
    made = function(INTERPRETER, kind, **options)
    return Writing(Plan.of(made), by_llguidance(made, INTERPRETER.layout), INTERPRETER.layout)


def write(writing: Writing, text: str, *, each: float = 0.0) -> Writing:
    for token in INTERPRETER.tokenizer.encode(text):
        writing.take(token, each)
    return writing


def test_a_text_ends_with_a_control_token() -> None:
    for token in INTERPRETER.layout.stop:
        writing = write(start(TEXT), "yes")
        assert not writing.done
        writing.take(token, 0.0)
        assert writing.done
        assert writing.outcome() == Answer("yes", "yes")


def test_a_text_is_cut_after_max_tokens() -> None:
    writing = write(start(TEXT, max_tokens=3), "yes")
    assert writing.done
    assert writing.outcome() == Answer("yes", "yes")


@pytest.mark.parametrize("kind", [TEXT, INT, Record((("a", INT),))])
def test_beyond_max_tokens_an_answer_ends_at_once(kind: Type) -> None:
    writing = start(kind, max_tokens=-1)  # no file may say so; an answer without end would be worse than a short one
    if not writing.done:
        writing.take(INTERPRETER.tokenizer.encode("1")[0], 0.0)
    assert writing.done


def test_a_number_may_end_right_at_max_tokens() -> None:
    writing = write(start(INT, max_tokens=3), "123")
    assert not writing.done
    writing.take(END, 0.0)
    assert writing.outcome() == Answer(123, "123")


def test_a_number_that_would_go_on_after_max_tokens_is_no_answer() -> None:
    outcome = write(start(INT, max_tokens=3), "1234").outcome()
    assert isinstance(outcome, Failure)
    assert outcome.code == "P0803"
    assert "'123'" in outcome.message


def test_what_can_only_go_on_one_way_is_written_at_once() -> None:
    kind = Record((("urgent", BOOL),))
    writing = start(kind)
    assert INTERPRETER.tokenizer.decode(writing.tokens) == '{"urgent": '
    write(writing, "t")
    assert writing.done
    assert writing.outcome() == Answer({"urgent": True}, '{"urgent": true}')


def test_what_is_forced_counts_towards_max_tokens() -> None:
    writing = start(Matching("a{20}"), max_tokens=5)
    assert writing.done
    assert isinstance(writing.outcome(), Failure)


def test_an_answer_of_one_possible_text_needs_no_interpreter() -> None:
    writing = start(Matching("always"))
    assert writing.done
    assert writing.outcome() == Answer("always", "always")


@pytest.mark.parametrize(("each", "value"), [(-0.1, 12), (-1.0, None)])
def test_an_improbable_answer_is_null_where_the_function_abstains(each: float, value: int | None) -> None:
    writing = write(start(Optional(INT), abstain=0.5), "12", each=each)
    writing.take(END, 0.0)
    assert writing.outcome() == Answer(value, "12")


def test_a_probability_near_the_threshold_is_uncertain() -> None:
    writing = start(Optional(INT), abstain=0.5)
    writing.take(INTERPRETER.tokenizer.encode("1")[0], -0.6931)
    writing.take(END, 0.0)
    assert writing.is_uncertain(1e-3)
    assert not writing.is_uncertain(1e-9)
