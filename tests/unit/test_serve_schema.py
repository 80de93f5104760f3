"""Types as JSON Schema: a value is of the type where it is valid by the schema, and only there."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pawc.base import types
from pawc.serve.schema import by_name, schema

KINDS = (
    types.TEXT,
    types.INT,
    types.FLOAT,
    types.BOOL,
    types.Matching("[a-z]+[0-9]?"),
    types.Labels(("a", "b")),
    types.NOTHING,
    types.List(types.INT),
    types.Optional(types.Labels(("a", "b"))),
    types.Record((("name", types.TEXT), ("level", types.Optional(types.INT)))),
    types.List(types.Record((("tags", types.List(types.Labels(("a",)))),))),
)
VALUES: tuple[Any, ...] = (
    "",
    "a",
    "c",
    "ab7",
    "ab77",
    0,
    -3,
    1.5,
    True,
    None,
    [],
    [1, 2],
    [1, "a"],
    {},
    {"name": "x"},
    {"name": "x", "level": 3},
    {"name": "x", "level": "high"},
    {"name": "x", "other": 1},
    [{"tags": ["a"]}],
    [{"tags": ["b"]}],
)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_the_schema_is_valid_and_takes_the_values_of_the_type_alone(kind: types.Type) -> None:
    Draft202012Validator.check_schema(schema(kind))
    validator = Draft202012Validator(schema(kind))
    for value in VALUES:
        assert validator.is_valid(value) == (types.mismatch(kind, value) is None), value


def test_every_kind_of_value_is_of_some_type_and_not_of_another() -> None:
    taken = [types.mismatch(kind, value) is None for kind, value in product(KINDS, VALUES)]
    assert True in taken and False in taken
    assert [str(kind) for kind in KINDS if all(types.mismatch(kind, value) for value in VALUES)] == ["nothing"]


def test_labels_are_an_enum_and_optional_fields_are_not_required() -> None:
    assert schema(types.Labels(("b", "a"))) == {"type": "string", "enum": ["b", "a"]}
    found = by_name((("x", types.TEXT), ("y", types.Optional(types.TEXT))))
    assert found["required"] == ["x"]
    assert "required" not in by_name(())
