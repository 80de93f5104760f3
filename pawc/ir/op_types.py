"""Types of operations: an operation and the types of the values it reads -> what disagrees, or nothing."""

from __future__ import annotations

from collections.abc import Mapping

from pawc.base.types import (
    TEXT,
    Bool,
    Float,
    Frozen,
    Int,
    Labels,
    List,
    Matching,
    Optional,
    Record,
    Text,
    Type,
    assignable,
    mismatch,
    thaw,
)
from pawc.ir.callgraph import is_std
from pawc.ir.nodes import (
    AnyOperation,
    Call,
    Concat,
    Const,
    Declaration,
    Function,
    GetField,
    MakeList,
    MakeRecord,
    Map,
    Match,
    Module,
)

Signature = Function | Declaration
_JOINED = (Text, Matching, Labels, Int, Float, Bool)


def signatures(module: Module) -> dict[str, Signature]:
    """Every function a module defines or declares, by symbol."""
    return {function.symbol: function for function in (*module.declarations, *module.functions)}


def type_error(op: AnyOperation, types: Mapping[str, Type], known: Mapping[str, Signature]) -> str | None:
    """Why an operation does not fit the types of its operands and its own; None if it does."""
    assert op.type is not None
    match op:
        case Const(value=value):
            return mismatch(op.type, thaw(value))
        case Call() | Map():
            return None if is_std(op.callee) else _call_error(op, types, known[op.callee])
        case Concat(args=args):
            odd = next((arg for arg in args if not isinstance(types[arg], _JOINED)), None)
            return f"joins %{odd}, of type `{types[odd]}`" if odd is not None else _gives(TEXT, op.type)
        case MakeList(args=args):
            if not isinstance(op.type, List):
                return f"a list is not of type `{op.type}`"
            return next((why for arg in args if (why := _gives(types[arg], op.type.item))), None)
        case MakeRecord(names=names, args=args):
            return _gives(Record(tuple((n, types[arg]) for n, arg in zip(names, args, strict=True))), op.type)
        case GetField(arg=arg, name=name):
            record = types[arg]
            if not isinstance(record, Record) or name not in dict(record.fields):
                return f"%{arg}, of type `{record}`, has no field `{name}`"
            return _gives(dict(record.fields)[name], op.type)
        case Match(arg=arg, arms=arms):
            odd_pattern = next((a for a in arms if not a.is_default and not _may_be(types[arg], a.pattern)), None)
            if odd_pattern is not None:
                return f"%{arg}, of type `{types[arg]}`, is never {odd_pattern.pattern!r}"
            return next((why for arm in arms if (why := _gives(types[arm.block.result], op.type))), None)


def _call_error(op: Call | Map, types: Mapping[str, Type], callee: Signature) -> str | None:
    if len(op.args) != len(callee.params):
        return f"{len(op.args)} arguments for the {len(callee.params)} parameters of @{op.callee}"
    assert op.type is not None
    result: Type = callee.result
    for index, (arg, param) in enumerate(zip(op.args, callee.params, strict=True)):
        given = types[arg]
        if isinstance(op, Map) and index == op.over:
            if not isinstance(given, List):
                return f"maps over %{arg}, of type `{given}`"
            given = given.item
        if not assignable(given, param.type):
            return f"%{arg} is of type `{given}`, @{op.callee} wants `{param.type}`"
    if isinstance(op, Map):
        result = List(result)
    return _gives(result, op.type)


def _gives(source: Type, target: Type) -> str | None:
    return None if assignable(source, target) else f"type `{source}` does not fit `{target}`"


def _may_be(kind: Type, pattern: Frozen) -> bool:
    """Whether a value of a type could equal a pattern, as far as its kind goes: passes may narrow unions."""
    if isinstance(kind, Optional):
        return pattern is None or _may_be(kind.item, pattern)
    if isinstance(kind, Bool):
        return isinstance(pattern, bool)
    if isinstance(kind, Int | Float):
        return isinstance(pattern, int | float) and not isinstance(pattern, bool)
    return isinstance(kind, Text | Matching | Labels) and isinstance(pattern, str)
