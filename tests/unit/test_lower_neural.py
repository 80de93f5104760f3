"""The braces of a neural function -> specification, examples, tests, options."""

from __future__ import annotations

from pathlib import Path

import pytest

from pawc.base.diagnostics import PawError
from pawc.base.source import Source
from pawc.base.types import FrozenRecord
from pawc.ir.nodes import Module, NeuralFunction
from pawc.lowering.modules import lower
from pawc.syntax.parser import parse


def module(text: str, root: Path = Path()) -> Module:
    return lower(parse(Source("m.paw", text)), "m", root)


def neural(text: str) -> NeuralFunction:
    function = module(text).functions[0]
    assert isinstance(function, NeuralFunction)
    return function


def codes(text: str) -> list[str]:
    with pytest.raises(PawError) as caught:
        module(text)
    return [found.code for found in caught.value.diagnostics]


def test_examples_and_tests_are_kept_apart() -> None:
    found = module('fn f(x: text) -> text { spec "s" example "a" -> "b" test "c" -> "d" }')
    function = found.functions[0]
    assert isinstance(function, NeuralFunction)
    assert [(e.inputs, e.output) for e in function.examples] == [(("a",), "b")]
    assert [(s.function, s.at_least, [(t.inputs, t.output) for t in s.cases]) for s in found.tests] == [
        ("m.f", None, [(("c",), "d")])
    ]


def test_inputs_by_name_are_put_in_the_order_of_the_parameters() -> None:
    function = neural('fn f(a: text, b: int) -> bool { spec "s" example (b: 2, a: "x") -> true }')
    assert function.examples[0].inputs == ("x", 2)


def test_a_single_input_may_be_named() -> None:
    assert neural('fn f(a: text) -> bool { spec "s" example (a: "x") -> true }').examples[0].inputs == ("x",)


def test_values_of_examples_are_frozen_as_they_are_written() -> None:
    text = 'fn f(x: text) -> {a: int, b: list<int?>} { spec "s" example "e" -> {b: [1, null], a: -2} }'
    assert neural(text).examples[0].output == FrozenRecord((("b", (1, None)), ("a", -2)))


def test_literals_of_examples_know_their_places() -> None:
    example = neural('fn f(x: text) -> text { spec "s" example "in" -> "out" }').examples[0]
    assert example.span
    assert example.output_span
    text = example.span.source.text
    assert [text[s.start : s.end] for s in (*example.input_spans, example.output_span)] == ['"in"', '"out"']


def test_options_keep_their_order() -> None:
    text = 'fn f(x: text) -> text { spec "s" option steps = 3 option abstain = 0.5 }'
    assert neural(text).options == (("steps", 3), ("abstain", 0.5))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fn f(x: text) -> text {}", ["P0160"]),
        ('fn f(x: text) -> text { spec "\\n " }', ["P0160"]),
        ('fn f(x: text) -> text { spec "a" spec "b" }', ["P0160"]),
        ('fn f(x: text, y: text) -> text { spec "s" example "a" -> "b" }', ["P0161"]),
        ('fn f(x: text, y: text) -> text { spec "s" test (x: "a") -> "b" }', ["P0161"]),
        ('fn f(x: text) -> text { spec "s" example (y: "a", z: "c") -> "b" }', ["P0161", "P0161"]),
        ('fn f(x: text) -> text { spec "s" example (x: "a", x: "c") -> "b" }', ["P0167"]),
        ('fn f(x: text) -> text { spec "s" example {a: 1, a: 2} -> "b" }', ["P0167"]),
        ('fn f(x: text) -> text { spec "s" option a = 1 option a = 2 }', ["P0162"]),
    ],
)
def test_what_does_not_belong_in_a_function_is_refused(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(("rate", "help"), [("90", "write `0.9`"), ("-1", ""), ("1.5", "")])
def test_a_pass_rate_is_between_nothing_and_all(rate: str, help: str, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("input,output\na,b\n")
    with pytest.raises(PawError) as caught:
        module(f'fn f(x: text) -> text {{ spec "s" tests from "r.csv" at least {rate} }}', tmp_path)
    assert [(found.code, found.help) for found in caught.value.diagnostics] == [("P0163", help)]
