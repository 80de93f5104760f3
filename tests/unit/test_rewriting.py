from __future__ import annotations

from ir_texts import CHECKED, module

from pawc.base.types import FLOAT, INT, TEXT, Labels, List, Optional, Record
from pawc.ir.nodes import Call, ComposedFunction, Match, walk
from pawc.ir.rewriting import block_from, converts, fresh_copy, read_from, rewrite_bodies, value_types


def route() -> ComposedFunction:
    function = module(CHECKED).functions[2]
    assert isinstance(function, ComposedFunction)
    return function


def test_rewriting_nothing_gives_the_same_module() -> None:
    before = module(CHECKED)
    assert rewrite_bodies(before, lambda function: function) is before


def test_values_are_renamed_where_they_are_read_in_nested_blocks_too() -> None:
    body = block_from(route().body, {"message": "page"})
    first, match = body.operations[:2]
    assert isinstance(first, Call) and first.args == ("page",)
    assert isinstance(match, Match)
    assert any("page" in getattr(op, "args", ()) for arm in match.arms for op in arm.block.operations)
    assert [op.result for op in walk(body)] == [op.result for op in walk(route().body)]


def test_renaming_nothing_gives_the_same_operation() -> None:
    first = route().body.operations[0]
    assert read_from(first, {}) is first


def test_a_copy_assigns_new_names_where_names_are_taken() -> None:
    taken = {"message", "0", "0.1", "3"}
    copy = fresh_copy(route().body, {"message": "page", "mails": "all"}, taken)
    results = [op.result for op in walk(copy)]
    assert len(set(results)) == len(results)
    assert "0.2" in results and "3.1" in results and "1" in results
    assert not {"message", "0", "0.1", "3"} & set(results)
    assert set(results) <= taken
    assert [type(op) for op in walk(copy)] == [type(op) for op in walk(route().body)]


def test_types_of_values_include_parameters_and_nested_blocks() -> None:
    types = value_types(route())
    assert types["message"] == TEXT and types["4"] == TEXT
    assert types["5"] == List(Labels(("now", "later")))


def test_only_floats_and_records_are_written_anew_at_another_type() -> None:
    assert converts(INT, FLOAT) and converts(List(INT), List(FLOAT)) and converts(INT, Optional(FLOAT))
    assert converts(Record((("a", INT),)), Record((("a", Optional(INT)),)))
    assert not converts(FLOAT, FLOAT) and not converts(Labels(("a",)), TEXT) and not converts(INT, Optional(INT))
    assert converts(None, TEXT)
