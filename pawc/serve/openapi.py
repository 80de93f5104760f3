"""A catalog -> the OpenAPI document of its server: every function with its own types."""

from __future__ import annotations

from typing import Any

from pawc.serve.catalog import Catalog, Service
from pawc.serve.messages import STATUS
from pawc.serve.schema import by_name, schema

REFUSALS = {
    400: "The body is not UTF-8, not JSON, or not an object",
    404: "There is no such function",
    408: "The body did not come in time",
    413: "The body is too large, or holds too many inputs",
    415: "The body is not declared as JSON",
    421: "The server is not called what the request calls it",
    422: "The input does not fit the function's parameters, or has no answer",
    500: "A fault of the server",
    503: "The queue is full, or the server is shutting down",
    504: "Not answered in time",
}

ERROR = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "string", "pattern": "^P[0-9]{4}$", "description": "`pawc explain CODE` explains it"},
                "message": {"type": "string"},
                "help": {"type": "string"},
                "record": {"type": "integer", "description": "which of `inputs`, from 1"},
            },
            "required": ["code", "message"],
        }
    },
    "required": ["error"],
}


def document(catalog: Catalog, version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    assert set(STATUS.values()) <= set(REFUSALS)
    paths: dict[str, Any] = {
        f"/v1/functions/{service.name}": {"post": _operation(service, f"function_{number}")}
        for number, service in enumerate(catalog.services, 1)
    }
    if catalog.entry is not None:
        paths = {"/v1/run": {"post": _operation(catalog.entry, "run")}} | paths
    return {
        "openapi": "3.1.0",
        "info": {"title": " and ".join(catalog.programs), "version": version, "description": "Served by `pawc serve`."},
        "paths": paths
        | {
            "/v1/functions": _get("The functions, their signatures and types", "application/json", "list_functions"),
            "/healthz": _get("200 when calls are answered, else 503", "application/json", "ready", "503"),
            "/healthz/live": _get("200 as long as the process works", "application/json", "live"),
            "/metrics": _get("Prometheus metrics", "text/plain", "metrics"),
        },
        "components": {"schemas": {"Error": ERROR}},
    }


def describe(service: Service) -> dict[str, Any]:
    """A function as `/v1/functions` shows it."""
    definition = service.function.definition
    return {
        "name": service.name,
        "program": service.program,
        "signature": service.function.signature,
        "spec": service.spec,
        "parameters": [{"name": param.name, "schema": schema(param.type)} for param in definition.params],
        "result": schema(definition.result),
        "scores": service.function.has_scores,
    }


def _operation(service: Service, operation: str) -> dict[str, Any]:
    definition = service.function.definition
    named = by_name(tuple((param.name, param.type) for param in definition.params))
    single = [schema(definition.params[0].type)] if len(definition.params) == 1 else []
    value = {"anyOf": [*single, named]}
    one: dict[str, Any] = {
        "type": "object",
        "properties": {"output": schema(definition.result)},
        "required": ["output"],
    }
    options = []
    if service.function.has_scores:
        one["properties"]["scores"] = {"type": "object", "additionalProperties": {"type": "number"}}
        about = "add the probability of each label"
        options = [{"name": "scores", "in": "query", "description": about, "schema": {"type": "boolean"}}]
    item = {"anyOf": [one, {"$ref": "#/components/schemas/Error"}]}
    many = _object("results", {"type": "array", "items": item})
    asked = {"anyOf": [_object("input", value), _object("inputs", {"type": "array", "items": value}), named]}
    return {
        "operationId": operation,
        "summary": f"{service.name}{service.function.signature}",
        "description": service.spec,
        "parameters": options,
        "requestBody": {"required": True, "content": {"application/json": {"schema": asked}}},
        "responses": {"200": _response("The answer, or those of all inputs in order", {"anyOf": [one, many]})}
        | {str(status): _response(why, {"$ref": "#/components/schemas/Error"}) for status, why in REFUSALS.items()},
    }


def _object(name: str, of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {name: of}, "required": [name], "additionalProperties": False}


def _response(why: str, of: dict[str, Any]) -> dict[str, Any]:
    return {"description": why, "content": {"application/json": {"schema": of}}}


def _get(summary: str, content: str, operation: str, *others: str) -> dict[str, Any]:
    kind = {"type": "string"} if content == "text/plain" else {"type": "object"}
    response = {"description": summary, "content": {content: {"schema": kind}}}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "responses": dict.fromkeys(("200", *others), response),
        }
    }
