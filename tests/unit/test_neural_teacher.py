"""A teacher: what it is asked, and which examples of its answer are taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pawc.base.types import BOOL, INT, TEXT, Labels, List, Matching, Optional, Record, Type
from pawc.ir.nodes import Example, NeuralFunction, Param
from pawc.neural.teacher import (
    ANSWER,
    COUNT,
    FEW,
    LONGEST,
    Teacher,
    can_teach,
    has_few,
    program,
    question,
    with_examples,
)
from pawc.runtime.layout import Layout
from pawc.runtime.outcome import Answer, Failure, Outcome
from tests.tiny import tiny_info

OWN = Example(inputs=("the server is down",), output="yes")


def function(result: Type = TEXT, *examples: Example, spec: str = "Is it urgent?", params: int = 1) -> NeuralFunction:
    names = ("message", "sender")[:params]
    return NeuralFunction(
        symbol="m.f", params=tuple(Param(name=n, type=TEXT) for n in names), result=result, spec=spec, examples=examples
    )


def answer(*pairs: tuple[str, str]) -> str:
    """What a teacher writes."""
    more = [(f"filler {n}", "?") for n in range(COUNT)]
    return "\n\n".join(f"Input: {given}\nOutput: {wanted}" for given, wanted in (*pairs, *more))


def texts(made: NeuralFunction) -> list[tuple[object, object]]:
    return [(example.inputs[0], example.output) for example in made.examples]


def first(kind: Type, *pairs: tuple[str, str], spec: str = "Is it urgent?") -> list[tuple[object, object]]:
    """The examples of these pairs that are taken."""
    found = texts(with_examples(function(kind, spec=spec), answer(*pairs)))
    return [pair for pair in found if not str(pair[0]).startswith("filler")]


def test_a_function_with_few_examples_is_taught_unless_it_chooses_among_labels() -> None:
    assert can_teach(function())
    assert can_teach(function(INT))
    for kind in (BOOL, Labels(("now", "later")), Optional(Labels(("now", "later")))):
        assert has_few(function(kind)) and not can_teach(function(kind))
    assert can_teach(function(TEXT, *[OWN] * (FEW - 1)))
    assert not can_teach(function(TEXT, *[OWN] * FEW))
    assert can_teach(function(params=2))


def test_a_teacher_is_a_program_of_its_interpreter() -> None:
    info = tiny_info("qwen2")
    layout = Layout.of(info)
    made = program(info, layout)
    assert made.program is not None and made.program.interpreter == info.sha256
    assert list(made.program.tokens) == layout.head(made.spec)
    assert made.result == TEXT and len(made.params) == 1


def test_a_teacher_is_asked_with_all_that_is_known() -> None:
    asked = question(function(Labels(("now", "later")), OWN))
    assert "Is it urgent?\nAnswer with exactly one of: now, later." in asked
    assert "Input: the server is down\nOutput: yes" in asked
    assert "there are" not in question(function())


def test_examples_follow_those_that_are_there_and_no_input_comes_twice() -> None:
    made = with_examples(function(TEXT, OWN), answer(("the server is down", "no"), ("lunch?", "no"), ("lunch?", "yes")))
    assert texts(made)[:3] == [("the server is down", "yes"), ("lunch?", "no"), ("filler 0", "?")]
    assert len(made.examples) == COUNT
    assert replace(made, examples=(OWN,)) == function(TEXT, OWN)


def test_labels_count_however_they_are_capitalised_and_what_is_no_label_is_left_out() -> None:
    kind = Labels(("positive", "Negative"))
    found = texts(with_examples(function(kind), answer(("a", "Positive"), ("b", "negative"), ("c", "neutral"))))
    assert found == [("a", "positive"), ("b", "Negative")]
    assert first(BOOL, ("a", "True"), ("b", "false"), ("c", "yes")) == [("a", True), ("b", False)]


def test_values_are_of_the_functions_type() -> None:
    kind = Record((("item", TEXT), ("count", INT)))
    good, bad = '{"item": "egg", "count": 3}', '{"item": "egg", "count": "3"}'
    made = with_examples(function(kind), answer(("3 eggs", good), ("4 eggs", bad)))
    assert [example.inputs for example in made.examples] == [("3 eggs",)]
    assert first(INT, ("three", "3"), ("four", "4.5"), ("five", "five")) == [("three", 3)]


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        (INT, "a number"),
        (Matching("[A-Z]+"), "... (text matching /[A-Z]+/)"),
        (List(Labels(("food", "rent"))), '["food" or "rent", ...]'),
        (Optional(TEXT), "... or null"),
        (List(Record((("item", TEXT), ("count", INT)))), '[{"item": "...", "count": a number}, ...]'),
    ],
)
def test_the_form_of_an_answer_is_that_of_the_type(kind: Type, form: str) -> None:
    assert question(function(kind)).endswith(f"\nInput: ...\nOutput: {form}")


@pytest.mark.parametrize(
    ("kind", "outputs"),
    [
        (Labels(("now", "later")), ["now", "later"] * 3),
        (BOOL, ["true", "false"] * 3),
        (Labels(tuple("abcdefg")), list("abcdefg")),
        (Labels(tuple("abcdefghi")), ["..."]),  # too many to be set out
    ],
)
def test_labels_are_set_out_in_the_form_so_that_each_comes(kind: Type, outputs: list[str]) -> None:
    lines = question(function(kind)).splitlines()[-2 * len(outputs) :]
    assert [line.partition(": ")[2] for line in lines[1::2]] == outputs
    numbered = with_examples(function(kind), "Input 1: lunch?\nOutput 1: " + outputs[0].replace("...", "i"))
    assert texts(numbered)[0][0] == "lunch?"


def test_several_inputs_are_a_record() -> None:
    own = Example(inputs=("the server is down", "ops"), output="yes")
    mail = function(TEXT, own, params=2)
    asked = question(mail)
    assert 'Input: {"message": "...", "sender": "..."}\n' in asked
    assert 'Input: {"message": "the server is down", "sender": "ops"}\nOutput: yes' in asked
    made = with_examples(mail, answer(('{"sender": "Ann", "message": "lunch?"}', "no"), ('{"message": "x"}', "no")))
    assert made.examples == (own, Example(inputs=("lunch?", "Ann"), output="no"))


def test_quotes_around_a_text_go_unless_the_specification_speaks_of_quotes() -> None:
    pair = ('"lunch?"', '"no"')
    assert first(TEXT, pair) == [("lunch?", "no")]
    assert first(TEXT, pair, spec="Answer in double quotes.") == [pair]
    assert first(TEXT, ('"a" or "b"', '"')) == [('"a" or "b"', '"')]
    own = Example(inputs=('"lunch?"',), output="yes")
    assert with_examples(function(TEXT, own), answer(("lunch?", "no"))).examples[1].inputs == ("filler 0",)


def test_what_is_too_long_is_left_out() -> None:
    assert first(TEXT, ("1" * LONGEST, "1"), ("1" * (LONGEST - 1), "2")) == [("1" * (LONGEST - 1), "2")]


@pytest.mark.parametrize(
    "answer",
    [
        "I cannot do that.",
        "Output: b\nOutput: c\n",
        "Input: a\n\nOutput",
        "Input: a\nOutput:\n- one\n- two",
        "Input: a\nsecond line\nOutput: b",
        "Input: a\nOutput: b\nsecond line",
        "Input:\nOutput: b",
        "Input: ...\nOutput: ...",
        "",
    ],
)
def test_what_is_no_example_is_none(answer: str) -> None:
    assert with_examples(function(), answer) == function()


class Engine:
    """Answers with the question's first line, or fails; counts the calls."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def call(self, function: NeuralFunction, batch: Sequence[tuple[str]]) -> list[Outcome]:
        self.batches.append(len(batch))
        texts = [answer((asked.splitlines()[1], "yes")) for (asked,) in batch]
        return [Failure("P0802", "too long") if "long" in text else Answer(text, text) for text in texts]


def test_the_first_line_of_an_input_that_is_there_is_no_new_one() -> None:
    own = Example(inputs=("hi\nyou",), output="x")
    assert with_examples(function(TEXT, own), "Input: hi\nOutput: y").examples == (own,)


def test_what_no_source_can_spell_is_left_out() -> None:
    assert first(INT, ("many", str(1 << 64)), ("some", "3")) == [("some", 3)]
    assert first(List(TEXT), ("a", r'["\ud800"]'), ("b", '["b"]')) == [("b", ("b",))]


def test_functions_are_asked_about_together_and_once() -> None:
    engine = Engine()
    teacher = Teacher(tiny_info("qwen2"), engine)
    one, other, same = (function(spec=spec) for spec in ("One.", "Other.", "One."))
    teacher.ask([one, other, same])
    assert texts(teacher.taught(one))[0] == ("One.", "yes")
    assert texts(teacher.taught(other))[0] == ("Other.", "yes")
    assert [size for size in engine.batches if size] == [2]


def test_an_answer_that_was_cut_loses_the_line_it_was_cut_in() -> None:
    class Endless(Engine):
        def call(self, function: NeuralFunction, batch: Sequence[tuple[str]]) -> list[Outcome]:
            text = "Input: a\nOutput: b\nInput: c\nOutput: " + "d" * ANSWER  # a token each, here
            return [Answer(text, text) for _ in batch]

    assert texts(Teacher(tiny_info("qwen2"), Endless()).taught(function())) == [("a", "b")]


def test_a_function_that_is_too_long_for_the_teacher_stays_as_it_is() -> None:
    teacher, long = Teacher(tiny_info("qwen2"), Engine()), function(spec="long")
    assert teacher.taught(long) == long
    assert (teacher.failure(long), teacher.failure(function())) == ("too long", "")
