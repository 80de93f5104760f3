"""IR nodes <-> plain values, and their canonical JSON.

A node is an object of `is`, the name of its class, and all its fields but those that take no part in equality
(places in the source). Scalars stand for themselves, tuples are arrays, a frozen record is the node
`FrozenRecord`. What a field may hold is read off the annotations in `ir` and `types`, so a new field needs no
line here.

Decoding trusts nothing: every field is there and of its kind, no field is unknown, nesting is bounded. What
it gives is a well-formed tree, not yet a valid module; that is for `verify` to say.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias, TypeVar, get_args

from pawc.base import canonical, types
from pawc.base.diagnostics import InternalError, fail
from pawc.ir import nodes as ir

MAX_DEPTH = 128
"""Nodes inside nodes that are decoded: forty matches inside each other, or a list of lists as deep as this."""

N = TypeVar("N")


def encode(node: Any) -> Any:
    """A node (or a tuple or scalar that a node holds) as a plain value."""
    if node is None or isinstance(node, str | int | float | bool):
        return node
    if isinstance(node, tuple):
        return [encode(item) for item in node]
    if type(node).__name__ in _CLASSES:
        fields = {name: encode(getattr(node, name)) for name in _annotations(_CLASSES[type(node).__name__])}
        return {"is": type(node).__name__, **fields}
    raise InternalError(f"not a part of the IR: {type(node).__name__}")


def canonical_json(node: Any) -> str:
    """The canonical text of a node: equal for equal nodes; spans take no part."""
    return canonical.dumps(encode(node))


def decode(kind: type[N], value: Any, where: str = "") -> N:
    """The node of class `kind` that a plain value stands for; `where` names its origin in errors."""
    node: N = _node((kind,))(value, _Place(where, ()))
    return node


@dataclasses.dataclass(frozen=True)
class _Place:
    """Where in the value decoding stands: `module.functions[3].body`."""

    where: str
    path: tuple[str, ...]
    depth: int = 0

    def at(self, part: str) -> _Place:
        return _Place(self.where, (*self.path, part), self.depth)

    def deeper(self) -> _Place:
        if self.depth == MAX_DEPTH:
            fail("P0519", f"nodes are nested more than {MAX_DEPTH} deep", where=self.where)
        return _Place(self.where, self.path, self.depth + 1)

    def refuse(self, expected: str, value: Any) -> Any:
        found = {dict: "an object", list: "an array", str: "text", type(None): "null"}.get(
            type(value), repr(value)[:40]
        )
        path = "".join(self.path).lstrip(".") or "the value"
        fail("P0518", f"{path}: expected {expected}, found {found}", where=self.where)


_Decoder: TypeAlias = Callable[[Any, _Place], Any]

_CLASSES: dict[str, type] = {
    cls.__name__: cls
    for cls in (
        *(ir.Param, *get_args(ir.AnyOperation), ir.Arm, ir.Block, ir.BlobRef, ir.Prefix, ir.Calibration, ir.Program),
        *(ir.Example, *get_args(ir.Function), ir.Declaration, ir.TestSuite, ir.Import, ir.Module),
        *(*get_args(types.Type), types.FrozenRecord),
    )
}
_UNIONS = {"AnyOperation": ir.AnyOperation, "Function": ir.Function, "Type": types.Type}


@cache
def _annotations(cls: type) -> dict[str, str]:
    """The fields of a node class that are written, with their annotations as text."""
    return {f.name: str(f.type) for f in dataclasses.fields(cls) if f.compare}


@cache
def _decoder(annotation: str) -> _Decoder:
    """What decodes a field with this annotation: `int`, `Type | None`, `tuple[Arm, ...]`, `tuple[str, Frozen]`."""
    if annotation.endswith(" | None"):
        return _optional(_decoder(annotation.removesuffix(" | None")))
    if annotation.startswith("tuple[") and annotation.endswith(", ...]"):
        return _many(_decoder(annotation.removeprefix("tuple[").removesuffix(", ...]")))
    if annotation.startswith("tuple[str, ") and annotation.endswith("]"):
        return _pair(_decoder(annotation.removeprefix("tuple[str, ").removesuffix("]")))
    if annotation in _UNIONS:
        return _node(get_args(_UNIONS[annotation]))
    if annotation in _CLASSES:
        return _node((_CLASSES[annotation],))
    try:
        return _SCALARS[annotation]
    except KeyError:
        raise InternalError(f"no way to decode a field of type `{annotation}`") from None


def _node(classes: tuple[type, ...]) -> _Decoder:
    known = {cls.__name__: cls for cls in classes}
    expected = "a " + (next(iter(known)) if len(known) == 1 else "node, one of " + ", ".join(known))

    def decode_node(value: Any, place: _Place) -> Any:
        name = value.get("is") if isinstance(value, dict) else None
        cls = known.get(name) if isinstance(name, str) else None
        if cls is None:
            return place.refuse(expected, value)
        place = place.deeper()
        fields = _annotations(cls)
        if unknown := sorted(value.keys() - fields.keys() - {"is"}):
            return place.at("." + unknown[0]).refuse(f"no such field in a {name}", value[unknown[0]])
        if missing := [field for field in fields if field not in value]:
            return place.refuse(f"a {name} with a field `{missing[0]}`", value)
        built = {field: _decoder(kind)(value[field], place.at("." + field)) for field, kind in fields.items()}
        return cls(**built)

    return decode_node


def _optional(inner: _Decoder) -> _Decoder:
    return lambda value, place: None if value is None else inner(value, place)


def _many(inner: _Decoder) -> _Decoder:
    def decode_many(value: Any, place: _Place) -> Any:
        if not isinstance(value, list):
            return place.refuse("an array", value)
        return tuple([inner(item, place.at(f"[{index}]")) for index, item in enumerate(value)])

    return decode_many


def _pair(inner: _Decoder) -> _Decoder:
    def decode_pair(value: Any, place: _Place) -> Any:
        if not (isinstance(value, list) and len(value) == 2 and isinstance(value[0], str)):
            return place.refuse("an array of a name and what belongs to it", value)
        return value[0], inner(value[1], place.at(f"[{value[0]!r}]"))

    return decode_pair


def _scalar(expected: str, accepts: Callable[[Any], bool]) -> _Decoder:
    return lambda value, place: value if accepts(value) else place.refuse(expected, value)


def _frozen(value: Any, place: _Place) -> Any:
    if isinstance(value, list):
        inner = place.deeper()
        return tuple([_frozen(item, inner.at(f"[{index}]")) for index, item in enumerate(value)])
    if isinstance(value, dict):
        return _node((types.FrozenRecord,))(value, place)
    return value


def _is_number(value: Any) -> bool:
    return type(value) is int or (isinstance(value, float) and math.isfinite(value))


_SCALARS: dict[str, _Decoder] = {
    "str": _scalar("text", lambda value: isinstance(value, str)),
    "int": _scalar("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "float": _scalar("a number", _is_number),
    "bool": _scalar("true or false", lambda value: isinstance(value, bool)),
    "Frozen": _frozen,
}
