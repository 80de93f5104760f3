"""Type expressions -> types: names replaced, everything wrong reported once."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from pawc.base.diagnostics import Collector
from pawc.base.source import Source
from pawc.base.types import INT, TEXT, Labels, List, Matching, Optional, Record, Type
from pawc.lowering.type_names import MAX_DEPTH, TypeTable
from pawc.syntax import nodes as syntax
from pawc.syntax.parser import parse


def table(text: str) -> tuple[TypeTable, Collector, syntax.File]:
    file = parse(Source("test.paw", text))
    errors = Collector()
    definitions = [item for item in file.items if isinstance(item, syntax.TypeDefinition)]
    return TypeTable(definitions, errors), errors, file


def kind(written: str, definitions: str = "") -> Type | None:
    """The type of the last definition."""
    types, errors, file = table(f"{definitions}\ntype Last = {written}")
    last = file.items[-1]
    assert isinstance(last, syntax.TypeDefinition)
    errors.raise_if_any()
    return types.type(last.type)


def codes(text: str) -> list[str]:
    return [found.code for found in table(text)[1].found]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("text", TEXT),
        ("list<int?>", List(Optional(INT))),
        ('"a" | "b"', Labels(("a", "b"))),
        (r"text matching /\d+/", Matching(r"\d+")),
        ("{b: int, a: text}", Record((("b", INT), ("a", TEXT)))),
        ("Mood", Labels(("good", "bad"))),
        ("list<Mood?>", List(Optional(Labels(("good", "bad"))))),
    ],
)
def test_a_type_expression_becomes_its_type(written: str, expected: Type) -> None:
    assert kind(written, 'type Mood = "good" | "bad"') == expected


def test_a_type_may_be_used_before_it_is_defined() -> None:
    types, errors, file = table("type A = list<B>\ntype B = int")
    first = file.items[0]
    assert isinstance(first, syntax.TypeDefinition)
    assert types.type(first.type) == List(INT)
    assert not errors


def test_optional_of_optional_is_optional() -> None:
    assert kind("A??", "type A = int?") == Optional(INT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("type A = int type A = text", ["P0150"]),
        ("type A = B", ["P0151"]),
        ("type A = {x: B, y: C}", ["P0151", "P0151"]),
        ("type A = list", ["P0151"]),
        ("type A = A?", ["P0152"]),
        ("type A = list<B> type B = {c: C} type C = A", ["P0152"]),
        ("type A = {}", ["P0153"]),
        ('type A = "a" | "a"', ["P0316"]),
        ("type A = {x: int, x: text}", ["P0321"]),
        ("type A = text matching /(/", ["P0317"]),
    ],
)
def test_what_is_wrong_is_reported_where_it_is_defined(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_a_wrong_type_is_reported_once_however_often_it_is_used() -> None:
    types, errors, _ = table("type A = Missing\ntype B = {a: A, b: A}\ntype C = list<B>")
    assert [found.code for found in errors.found] == ["P0151"]
    assert types.type(syntax.NamedType(name="C")) is None
    assert len(errors.found) == 1


def test_a_chain_of_names_is_refused_before_it_gets_too_deep() -> None:
    names = [f"A{number}" for number in range(3000)]
    forward = "".join(f"type {a} = list<{b}>\n" for a, b in pairwise(names))
    assert "P0110" in codes(forward + f"type {names[-1]} = int")
    backward = "".join(f"type {b} = list<{a}>\n" for a, b in pairwise(names))
    assert codes(f"type {names[0]} = int\n" + backward) == ["P0110"]


def test_a_type_that_doubles_at_every_name_is_refused_at_once() -> None:
    doubling = "".join(f"type A{n + 1} = {{a: A{n}, b: A{n}}}\n" for n in range(MAX_DEPTH * 2))
    start = time.process_time()
    assert codes("type A0 = {a: int, b: int}\n" + doubling) == ["P0110"]
    assert time.process_time() - start < 5
