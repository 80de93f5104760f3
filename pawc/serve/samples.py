"""Parameters -> a call with the plainest values of their types, to warm an engine up with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pawc.base import types
from pawc.ir.nodes import Param


def sample_call(params: Sequence[Param]) -> tuple[Any, ...] | None:
    """Arguments that fit the parameters; None where a type has no value that is known without searching."""
    try:
        return tuple(sample(param.type) for param in params)
    except ValueError:
        return None


def sample(kind: types.Type) -> Any:
    """A value of a type. ValueError: none is known."""
    match kind:
        case types.Text():
            return "text"
        case types.Int():
            return 0
        case types.Float():
            return 0.0
        case types.Bool():
            return False
        case types.Labels((first, *_)):
            return first
        case types.Optional() | types.List():
            return None if isinstance(kind, types.Optional) else []
        case types.Record(fields):
            return {name: sample(field) for name, field in fields}
    raise ValueError(f"no value of `{kind}` is known")
