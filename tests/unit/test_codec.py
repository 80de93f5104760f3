from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import Any

import pytest

from pawc.base import types
from pawc.base.diagnostics import InternalError, PawError
from pawc.base.source import Source, Span
from pawc.base.types import TEXT, FrozenRecord
from pawc.ir import codec
from pawc.ir import nodes as ir
from pawc.ir.nodes import Block, Call, ComposedFunction, Const, Module, Param

FUNCTION = ComposedFunction(
    symbol="m.f",
    params=(Param(name="x", type=types.Optional(types.Labels(("a", "b")))),),
    result=TEXT,
    body=Block(
        operations=(Const(result="0", value=(1, 1.0, True, FrozenRecord((("b", None), ("a", "x"))))),), result="x"
    ),
)
MODULE = Module(name="m", stage="lowered", functions=(FUNCTION,))


def test_a_node_is_an_object_of_its_class_and_fields() -> None:
    assert codec.encode(Param(name="x", type=TEXT)) == {"is": "Param", "name": "x", "type": {"is": "Text"}}


def test_decoding_undoes_encoding() -> None:
    assert codec.decode(Module, codec.encode(MODULE)) == MODULE


def test_places_in_the_source_take_no_part() -> None:
    span = Span(Source("m.paw", "text"), 0, 4)
    placed = replace(MODULE, functions=(replace(FUNCTION, span=span),))
    assert codec.canonical_json(placed) == codec.canonical_json(MODULE)
    assert ir.content_key(placed) == ir.content_key(MODULE)


def test_content_keys_differ_by_content_and_by_salt() -> None:
    renamed = replace(FUNCTION, symbol="m.g")
    keys = {
        ir.content_key(FUNCTION),
        ir.content_key(renamed),
        ir.content_key(FUNCTION, "a"),
        ir.content_key(FUNCTION, "b"),
    }
    assert len(keys) == 4


def test_numbers_of_different_kinds_have_different_text() -> None:
    texts = {codec.canonical_json(Const(result="0", value=value)) for value in (1, 1.0, True)}
    assert len(texts) == 3


def test_every_field_of_every_node_has_a_way_to_be_decoded() -> None:
    for cls in codec._CLASSES.values():
        for annotation in codec._annotations(cls).values():
            assert callable(codec._decoder(annotation))


def test_every_node_class_of_the_ir_is_known_to_the_codec() -> None:
    nodes = {
        name
        for module in (ir, types)
        for name, cls in vars(module).items()
        if isinstance(cls, type) and dataclasses.is_dataclass(cls) and cls.__module__ == module.__name__
    }
    assert nodes - {"Operation"} == codec._CLASSES.keys()


BAD: list[tuple[str, Any]] = [
    ("an object that is no node", {}),
    ("a node of another class", {"is": "Text"}),
    ("a class that is no name", {"is": ["Module"]}),
    ("an array", []),
    ("a missing field", {"is": "Module", "name": "m"}),
    ("an unknown field", {**codec.encode(MODULE), "more": 1}),
    ("text for a tuple", {**codec.encode(MODULE), "functions": "x"}),
    ("a number for text", {**codec.encode(MODULE), "name": 1}),
    ("null for text", {**codec.encode(MODULE), "name": None}),
    ("a pair of one", {**codec.encode(MODULE), "sources": [["a"]]}),
    ("a pair without a name", {**codec.encode(MODULE), "sources": [[1, "a"]]}),
]


@pytest.mark.parametrize(("what", "value"), BAD)
def test_what_is_not_the_node_is_refused(what: str, value: Any) -> None:
    with pytest.raises(PawError, match="P0518"):
        codec.decode(Module, value)


@pytest.mark.parametrize(("field", "value"), [("over", True), ("over", 1.0), ("args", ["a", 1]), ("callee", [])])
def test_fields_are_of_their_kind_exactly(field: str, value: Any) -> None:
    encoded = codec.encode(ir.Map(result="0", callee="f", args=("a",)))
    with pytest.raises(PawError, match="P0518"):
        codec.decode(ir.Map, {**encoded, field: value})


@pytest.mark.parametrize("rate", [True, "x", float("nan"), [0.5]])
def test_a_rate_is_a_number(rate: Any) -> None:
    encoded = codec.encode(ir.TestSuite(function="m.f", cases=()))
    with pytest.raises(PawError, match="P0518"):
        codec.decode(ir.TestSuite, {**encoded, "at_least": rate})


def test_an_error_names_the_place_in_the_value() -> None:
    encoded = codec.encode(MODULE)
    encoded["functions"][0]["body"]["operations"][0]["result"] = 5
    with pytest.raises(PawError, match=r"functions\[0\].body.operations\[0\].result: expected text, found 5"):
        codec.decode(Module, encoded, "m.pawo")


def test_deep_nesting_is_refused_without_exhausting_the_stack() -> None:
    kind: dict[str, Any] = {"is": "Text"}
    for _ in range(codec.MAX_DEPTH * 3):
        kind = {"is": "List", "item": kind}
    with pytest.raises(PawError, match="P0519"):
        codec.decode(Param, {"is": "Param", "name": "x", "type": kind})
    value: Any = 1
    for _ in range(codec.MAX_DEPTH * 3):
        value = [value]
    with pytest.raises(PawError, match="P0519"):
        codec.decode(Const, {"is": "Const", "result": "0", "type": None, "value": value})


def test_what_is_no_part_of_the_ir_is_our_fault() -> None:
    with pytest.raises(InternalError):
        codec.encode(Call(result="0", callee="f", args=["a"]))  # type: ignore[arg-type]
