"""The OpenAPI document: valid, and as exact as the types of the program."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from serving import Lengths, program

from pawc.serve.catalog import Catalog
from pawc.serve.openapi import describe, document


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return document(Catalog({"m": program(Lengths())}), "0.1")


def validator(found: dict[str, Any], path: str, *place: str) -> Draft202012Validator:
    """What checks values against a schema of the document."""
    part = found["paths"][path]["post"]
    for step in (*place, "content", "application/json", "schema"):
        part = part[step]
    return Draft202012Validator({**part, "components": found["components"]})


def test_it_is_valid(found: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(found).validate()
    OpenAPIV31SpecValidator(document(Catalog({"a": program(Lengths()), "b": program(Lengths())}), "0.1")).validate()


def test_every_function_has_its_path_and_the_entry_has_one_more(found: dict[str, Any]) -> None:
    posts = [path for path, item in found["paths"].items() if "post" in item]
    assert posts == ["/v1/run", *(f"/v1/functions/{name}" for name in ("size", "twice", "echo", "note"))]
    without = document(Catalog({"m": program(Lengths(), entry=None)}), "0.1")
    assert "/v1/run" not in without["paths"]


@pytest.mark.parametrize(
    ("body", "valid"),
    [
        ({"input": "hi"}, True),
        ({"input": {"x": "hi"}}, True),
        ({"inputs": ["hi", {"x": "hi"}]}, True),
        ({"x": "hi"}, True),
        ({"input": 3}, False),
        ({"y": "hi"}, False),
        (["hi"], False),
    ],
)
def test_bodies_are_described_as_they_are_taken(found: dict[str, Any], body: Any, valid: bool) -> None:
    assert validator(found, "/v1/functions/size", "requestBody").is_valid(body) == valid


@pytest.mark.parametrize(
    ("answer", "valid"),
    [
        ({"output": "long"}, True),
        ({"output": "long", "scores": {"long": 1.0, "short": 0.0}}, True),
        ({"results": [{"output": "short"}, {"error": {"code": "P0802", "message": "no", "record": 2}}]}, True),
        ({"output": "medium"}, False),
        ({"results": [{"output": "medium"}]}, False),
    ],
)
def test_answers_are_described_by_the_result_type(found: dict[str, Any], answer: Any, valid: bool) -> None:
    assert validator(found, "/v1/run", "responses", "200").is_valid(answer) == valid


def test_records_are_objects_and_only_scored_functions_have_scores(found: dict[str, Any]) -> None:
    note = found["paths"]["/v1/functions/note"]["post"]
    assert note["parameters"] == []
    assert [option["name"] for option in found["paths"]["/v1/run"]["post"]["parameters"]] == ["scores"]
    good = {"note": {"title": "t", "tags": []}, "y": None}
    assert validator(found, "/v1/functions/note", "requestBody").is_valid(good)
    assert not validator(found, "/v1/functions/note", "requestBody").is_valid({"note": {"title": "t"}})


def test_a_function_is_described_by_its_types() -> None:
    (size, *_, note) = Catalog({"m": program(Lengths())}).services
    assert describe(size)["scores"] is True
    assert [param["name"] for param in describe(note)["parameters"]] == ["note", "y"]
    assert describe(note)["spec"] == ""
