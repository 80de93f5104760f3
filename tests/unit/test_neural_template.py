"""The `-O0` compiler: a specification and examples as a conversation."""

from __future__ import annotations

from pawc.base.types import INT, TEXT, Labels, Optional
from pawc.ir.nodes import Example, NeuralFunction, Param
from pawc.neural.template import Shot, instruction, shots, template
from tests.tiny import tiny_interpreter

LAYOUT = tiny_interpreter().layout
SHOTS = (Shot("one", "1"), Shot("two" * 40, "2"), Shot("three", "3"))


def function(result=TEXT, spec="Say it.", params=("text",)) -> NeuralFunction:
    return NeuralFunction(
        symbol="m.f",
        params=tuple(Param(name=name, type=TEXT) for name in params),
        result=result,
        spec=spec,
    )


def test_a_template_is_the_head_of_the_conversation() -> None:
    wanted = LAYOUT.head("Say it.", [(shot.input, shot.output) for shot in SHOTS])
    assert list(template("Say it.", SHOTS, LAYOUT).tokens) == wanted


def test_segments_are_where_the_examples_lie() -> None:
    made = template("Say it.", SHOTS, LAYOUT, show=(2, 0))
    bare = len(LAYOUT.head("Say it."))
    start, end = made.segments[2]
    assert start == bare
    assert list(made.tokens[start:end]) == LAYOUT.head("Say it.", [("three", "3")])[bare:]
    assert made.segments[0] == (end, len(made.tokens))


def test_an_example_that_does_not_fit_is_left_out_and_later_ones_still_shown() -> None:
    room = len(LAYOUT.head("Say it.", [("one", "1"), ("three", "3")]))
    assert set(template("Say it.", SHOTS, LAYOUT, budget=room).segments) == {0, 2}


def test_the_specification_is_never_cut() -> None:
    assert list(template("Say it.", SHOTS, LAYOUT, budget=0).tokens) == LAYOUT.head("Say it.")


def test_labels_that_the_specification_does_not_name_are_added() -> None:
    result = Labels(("now", "later"))
    assert instruction(function(result, "Is it urgent?")) == "Is it urgent?\nAnswer with exactly one of: now, later."
    assert instruction(function(result, "Say now or later.")) == "Say now or later."
    assert instruction(function(Optional(result), "?")).endswith("now, later, null.")


def test_shots_are_laid_out_as_calls_and_answers_are() -> None:
    example = Example(inputs=("Hi", "there"), output=3)
    made = NeuralFunction(
        symbol="m.f",
        params=(Param(name="subject", type=TEXT), Param(name="body", type=TEXT)),
        result=INT,
        spec="Count.",
        examples=(example,),
    )
    assert shots(made) == (Shot("subject: Hi\nbody: there", "3"),)
