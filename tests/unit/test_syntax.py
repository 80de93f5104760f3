"""Syntax trees: what takes part in equality, and how to walk them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import cast

from pawc.base.source import Source, Span
from pawc.syntax import nodes as syntax


def test_places_and_quoting_take_no_part_in_equality() -> None:
    span = Span(Source("a.paw", '"a"'), 0, 3)
    assert syntax.Literal(kind="text", value="a", span=span) == syntax.Literal(kind="text", value="a", long=True)


def test_true_one_and_one_point_zero_are_different_literals() -> None:
    kinds = [("bool", True), ("int", 1), ("float", 1.0)]
    assert len({syntax.Literal(kind=kind, value=value) for kind, value in kinds}) == 3  # type: ignore[arg-type]


def test_children_are_the_nodes_directly_inside_in_order() -> None:
    callee, one, two = syntax.Word(text="f"), syntax.Name(name="a"), syntax.Placeholder()
    assert list(syntax.children(syntax.Call(callee=callee, args=(one, two)))) == [callee, one, two]
    assert list(syntax.children(one)) == []


def test_every_node_is_frozen_and_keeps_its_span_out_of_equality() -> None:
    nodes = [
        each for each in vars(syntax).values()
        if isinstance(each, type) and is_dataclass(each) and issubclass(cast(type, each), syntax.Node)
    ]  # fmt: skip
    assert len(nodes) > 30
    for node in nodes:
        assert node.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert not next(field for field in fields(node) if field.name == "span").compare
