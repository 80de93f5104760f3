"""Rows of data files, each value with its place."""

from __future__ import annotations

import pytest

from pawc.base.diagnostics import PawError
from pawc.base.source import Source, Span
from pawc.lowering.datarows import Row, and_, json_rows, kind_of, object_values, table_rows


def whole(text: str) -> Span:
    return Span(Source("a.jsonl", text), 0, len(text))


def places(row: Row) -> dict[str, str]:
    """What stands at the place of each value."""
    return {name: span.source.text[span.start : span.end] for name, (_, span) in row.values.items()}


def test_the_values_of_an_object_are_found_with_their_places() -> None:
    found = object_values(whole('{ "a" : [1, {"b": "}"}] ,"c":"\\"x", "d":{}}'))
    assert {name: value for name, (value, _) in found.items()} == {"a": [1, {"b": "}"}], "c": '"x', "d": {}}
    assert places(Row(whole(""), found, parsed=True)) == {"a": '[1, {"b": "}"}]', "c": '"\\"x"', "d": "{}"}


def test_an_empty_object_has_no_values() -> None:
    assert object_values(whole("{ }")) == {}


def test_each_line_is_a_row_of_its_own_even_if_others_are_wrong() -> None:
    readers = list(json_rows(Source("a.jsonl", '{"input": 1, "output": 2}\n\nno\n{"input": 3, "output": 4}')))
    assert [readers[0]().values["input"][0], readers[2]().values["input"][0]] == [1, 3]
    with pytest.raises(PawError, match="P0424"):
        readers[1]()


def test_cells_are_found_with_their_quotes() -> None:
    (reader,) = table_rows(Source("a.csv", 'a,output,b\n"x, ""y""",z,\n'), ",", ["a", "b"])
    row = reader()
    assert {name: value for name, (value, _) in row.values.items()} == {"a": 'x, "y"', "output": "z", "b": ""}
    assert places(row) == {"a": '"x, ""y"""', "output": "z", "b": '"x, ""y""",z,'}


def test_names_are_listed_as_in_a_sentence() -> None:
    assert [and_(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "nothing",
        "`a`",
        "`a` and `b`",
        "`a`, `b` and `c`",
    ]


def test_kinds_of_json_values_have_names() -> None:
    assert [kind_of(value) for value in ("a", True, 1, 1.5, [], {}, None)] == [
        "a text",
        "a bool",
        "a number",
        "a number",
        "a list",
        "an object",
        "null",
    ]
