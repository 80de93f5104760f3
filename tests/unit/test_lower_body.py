"""Expressions -> operations: pipes, placeholders, map, blocks and matches without their sugar."""

from __future__ import annotations

from pathlib import Path

import pytest

from pawc.base.diagnostics import PawError
from pawc.base.source import Source
from pawc.ir.nodes import Arm, Block, Call, ComposedFunction, Concat, Const, GetField, MakeList, MakeRecord, Map, Match
from pawc.lowering.modules import lower
from pawc.syntax.parser import parse


def body(text: str, params: str = "x: text, y: text") -> Block:
    file = parse(Source("m.paw", f"fn f({params}) -> text = {text}\nfn g(x: text) -> text = x"))
    function = lower(file, "m", Path()).functions[0]
    assert isinstance(function, ComposedFunction)
    return function.body


def codes(text: str) -> list[str]:
    with pytest.raises(PawError) as caught:
        body(text)
    return [found.code for found in caught.value.diagnostics]


def test_a_parameter_is_its_own_value() -> None:
    assert body("x") == Block(operations=(), result="x")


def test_a_pipe_is_calls_one_after_the_other() -> None:
    calls = (Call(result="0", callee="g", args=("x",)), Call(result="1", callee="t.strip", args=("0",)))
    assert body("x |> g |> t.strip") == Block(operations=calls, result="1")


def test_a_placeholder_is_the_value_from_the_left() -> None:
    assert body("g(x) |> h(y, _, _)") == Block(
        operations=(Call(result="0", callee="g", args=("x",)), Call(result="1", callee="h", args=("y", "0", "0"))),
        result="1",
    )


def test_a_placeholder_may_stand_anywhere_to_the_right() -> None:
    assert body("x |> g(h(_)) ++ _") == Block(
        operations=(
            Call(result="0", callee="h", args=("x",)),
            Call(result="1", callee="g", args=("0",)),
            Concat(result="2", args=("1", "x")),
        ),
        result="2",
    )


def test_an_inner_pipe_has_its_own_placeholder() -> None:
    assert body("x |> h(_, y |> g(_))") == body("h(x, g(y))")


def test_map_goes_over_the_argument_that_is_the_placeholder() -> None:
    assert body("x |> map g").operations == (Map(result="0", callee="g", args=("x",)),)
    assert body("x |> map m.h(y, _)").operations == (Map(result="0", callee="m.h", args=("y", "x"), over=1),)


def test_a_chain_of_joins_is_one_concat() -> None:
    assert body('x ++ ("-" ++ y) ++ 1').operations == (
        Const(result="0", value="-"),
        Const(result="1", value=1),
        Concat(result="2", args=("x", "0", "y", "1")),
    )


def test_lists_records_and_fields_are_operations() -> None:
    assert body("[{a: x}.a, [], null]").operations == (
        MakeRecord(result="0", names=("a",), args=("x",)),
        GetField(result="1", arg="0", name="a"),
        MakeList(result="2", args=()),
        Const(result="3", value=None),
        MakeList(result="4", args=("1", "2", "3")),
    )


def test_a_let_names_the_value_of_its_expression() -> None:
    assert body("{ let a = g(x) let b = a let c = 1 h(b, c) }") == Block(
        operations=(
            Call(result="a", callee="g", args=("x",)),
            Const(result="c", value=1),
            Call(result="0", callee="h", args=("a", "c")),
        ),
        result="0",
    )


def test_blocks_beside_each_other_may_use_the_same_names() -> None:
    assert body("h({ let a = g(x) a }, { let a = g(y) a })") == Block(
        operations=(
            Call(result="a", callee="g", args=("x",)),
            Call(result="a_2", callee="g", args=("y",)),
            Call(result="0", callee="h", args=("a", "a_2")),
        ),
        result="0",
    )


def test_the_arms_of_a_match_are_blocks_of_their_own() -> None:
    assert body('match g(x) { "a" => { let b = g(y) b }, null => x, _ => h(x) }') == Block(
        operations=(
            Call(result="0", callee="g", args=("x",)),
            Match(
                result="2",
                arg="0",
                arms=(
                    Arm(
                        pattern="a",
                        block=Block(operations=(Call(result="b", callee="g", args=("y",)),), result="b"),
                    ),
                    Arm(pattern=None, block=Block(operations=(), result="x")),
                    Arm(
                        pattern=None,
                        is_default=True,
                        block=Block(operations=(Call(result="1", callee="h", args=("x",)),), result="1"),
                    ),
                ),
            ),
        ),
        result="2",
    )


def test_values_of_one_arm_are_not_seen_in_another() -> None:
    assert codes('match x { "a" => { let z = y z }, _ => z }') == ["P0155"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("z", ["P0155"]),
        ("z ++ g", ["P0155", "P0155"]),
        ("_", ["P0156"]),
        ("x |> g(y)", ["P0157"]),
        ('x |> "a"', ["P0157"]),
        ("x |> (y |> g)", ["P0157"]),
        ("x |> map h(y)", ["P0158"]),
        ("x |> map h(_, _)", ["P0158"]),
        ("x |> map h(_, g(_))", ["P0158"]),
        ("{ let x = y x }", ["P0154"]),
        ("{ let z = y { let z = x z } }", ["P0154"]),
        ("{}", ["P0153"]),
        ("{a: x, a: y}", ["P0167"]),
        ("match x { 0.5 => y, _ => x }", ["P0166"]),
        ('match x { _ => y, "a" => x }', ["P0305"]),
    ],
)
def test_what_means_nothing_is_refused(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_operations_know_where_they_were_written() -> None:
    (call,) = body("x |> g(_)").operations
    assert isinstance(call, Call)
    assert call.span
    assert call.callee_span
    assert call.span.source.text[call.span.start : call.span.end] == "g(_)"
    assert call.callee_span.source.text[call.callee_span.start : call.callee_span.end] == "g"
