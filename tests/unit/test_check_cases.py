"""Examples, tests and options of functions."""

from __future__ import annotations

import pytest
from checking import checked, marked, refused

from pawc.base.types import FrozenRecord
from pawc.ir.nodes import NeuralFunction

LEVEL = 'fn level(mail: text) -> "now" | "wait" {{\n  spec "How urgent?"\n  {}\n}}'
TICKET = 'fn ticket(mail: text, share: float) -> {{ name: text, due: text? }} {{\n  spec "The ticket."\n  {}\n}}'


def neural(text: str) -> NeuralFunction:
    (function,) = checked(text).neural
    return function


def test_examples_come_out_in_the_form_of_their_types() -> None:
    function = neural(TICKET.format('example (share: 1, mail: "a") -> { due: null, name: "b" }'))
    (example,) = function.examples
    assert example.inputs == ("a", 1.0)
    assert isinstance(example.inputs[1], float)
    assert example.output == FrozenRecord((("name", "b"), ("due", None)))


def test_fields_that_may_be_null_may_be_left_out() -> None:
    function = neural(TICKET.format('example (mail: "a", share: 0.5) -> { name: "b" }'))
    assert function.examples[0].output == FrozenRecord((("name", "b"), ("due", None)))


def test_tests_come_out_in_the_form_of_their_types() -> None:
    module = checked(TICKET.format('test (mail: "a", share: 1) -> { name: "b" }'))
    (case,) = module.tests[0].cases
    assert case.inputs == ("a", 1.0)
    assert case.output == FrozenRecord((("name", "b"), ("due", None)))


@pytest.mark.parametrize(
    ("line", "code", "place"),
    [
        ('example "a" -> "soon"', "P0401", '"soon"'),
        ('test "a" -> "soon"', "P0401", '"soon"'),
        ('example 3 -> "now"', "P0402", "3"),
        ('test null -> "now"', "P0402", "null"),
        ("option max_token = 3", "P0409", "max_token"),
        ("option max_tokens = true", "P0410", "true"),
        ("option max_tokens = 2.0", "P0410", "2.0"),
        ("option seed = -1", "P0411", "-1"),
        ("option abstain = 0.5", "P0412", "abstain"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(line: str, code: str, place: str) -> None:
    (found,) = refused(LEVEL.format(line))
    assert found.code == code
    assert marked(found) == place


def test_examples_that_say_the_same_twice_are_fine() -> None:
    assert len(neural(LEVEL.format('example "a" -> "now" example "a" -> "now" test "a" -> "now"')).examples) == 2


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ('example "a" -> "now" example "a" -> "wait"', "P0404"),
        ('example "a" -> "now" test "a" -> "wait"', "P0405"),
        ('test "a" -> "now" test "a" -> "wait"', "P0405"),
    ],
)
def test_a_contradiction_shows_both_places(lines: str, code: str) -> None:
    (found,) = refused(LEVEL.format(lines))
    assert found.code == code
    assert marked(found) == '"wait"'
    (note,) = found.notes
    assert note.span.source.text[note.span.start : note.span.end] == '"now"'


def test_an_int_and_a_float_are_the_same_input_of_a_float() -> None:
    (found,) = refused('fn f(x: float) -> text { spec "x" example 1 -> "a" example 1.0 -> "b" }')
    assert found.code == "P0404"


def test_abstaining_suits_a_result_that_may_be_null() -> None:
    text = 'fn f(x: text) -> ("a" | "b")? { spec "x" option abstain = 0.5 }'
    assert neural(text).options == (("abstain", 0.5),)
