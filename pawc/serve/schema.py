"""Types -> JSON Schema (2020-12, as OpenAPI 3.1 has it)."""

from __future__ import annotations

from typing import Any

from pawc.base import types


def schema(kind: types.Type) -> dict[str, Any]:
    """The schema of the values of a type."""
    match kind:
        case types.Text():
            return {"type": "string"}
        case types.Int():
            return {"type": "integer"}
        case types.Float():
            return {"type": "number"}
        case types.Bool():
            return {"type": "boolean"}
        case types.Matching(pattern):
            return {"type": "string", "pattern": f"^(?:{pattern})$"}
        case types.Labels(()):
            return {"not": {}}
        case types.Labels(names):
            return {"type": "string", "enum": list(names)}
        case types.List(item):
            return {"type": "array", "items": schema(item)}
        case types.Optional(item):
            return {"anyOf": [schema(item), {"type": "null"}]}
        case types.Record(fields):
            return by_name(fields)


def by_name(fields: tuple[tuple[str, types.Type], ...]) -> dict[str, Any]:
    """The schema of an object with these fields; optional ones may be left out."""
    required = [name for name, kind in fields if not isinstance(kind, types.Optional)]
    return {
        "type": "object",
        "properties": {name: schema(kind) for name, kind in fields},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }
