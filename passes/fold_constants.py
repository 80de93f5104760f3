"""Fold constants: operations on constants -> constants."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from pawc import std
from pawc.base.types import conform, freeze, mismatch, thaw
from pawc.ir.nodes import (
    AnyOperation,
    Block,
    Call,
    ComposedFunction,
    Concat,
    Const,
    GetField,
    MakeList,
    MakeRecord,
    Map,
    Match,
    Module,
    operands,
)
from pawc.ir.rewriting import converts, read_from, rewrite_bodies, value_types
from pawc.pass_base import Context, Pass


@dataclass(frozen=True, kw_only=True)
class FoldConstants(Pass):
    """Compute at link time what does not depend on the program's input.

    Rules: on constants, `concat`, `list`, `record`, `field` and functions of `std` become their value, also mapped;
    a `field` of a `record` becomes the value that went in, unless the record has other fields that may fail, as what
    reads it fails with them; a `match` on a constant becomes the arm it takes.
    What would fail stays, to fail when it is run; so does a value longer than `limit` characters as JSON.

    Needs: a checked module, or a later one.
    """

    name: ClassVar[str] = "fold-constants"
    stages: ClassVar[tuple[str, ...]] = ("checked", "compiled", "linked")
    limit: int = 10_000

    def run(self, module: Module, ctx: Context) -> Module:
        return rewrite_bodies(module, lambda function: _Folder(function, self.limit).function())


class _Folder:
    """One function: what is known of its values so far."""

    def __init__(self, function: ComposedFunction, limit: int) -> None:
        self._function = function
        self._limit = limit
        self._types = value_types(function)
        self._constants: dict[str, Any] = {}
        self._records: dict[str, MakeRecord] = {}
        self._names: dict[str, str] = {}
        self._sure = {param.name for param in function.params}  # the values that cannot fail

    def function(self) -> ComposedFunction:
        return replace(self._function, body=self._block(self._function.body))

    def _block(self, block: Block) -> Block:
        operations: list[AnyOperation] = []
        for op in block.operations:
            operations += self._operation(op)
        return Block(operations=tuple(operations), result=self._names.get(block.result, block.result))

    def _operation(self, op: AnyOperation) -> list[AnyOperation]:
        """What stands for the operation: itself, a constant, the operations of an arm, or nothing."""
        if isinstance(op, Match):
            return self._match(op)
        op = read_from(op, self._names)
        if self._cannot_fail(op):
            self._sure.add(op.result)
        if isinstance(op, Const):
            self._constants[op.result] = thaw(op.value) if op.type is None else conform(op.type, thaw(op.value))
        elif isinstance(op, MakeRecord):
            self._records[op.result] = op
        if isinstance(op, GetField) and (value := self._field(op)) is not None:
            self._names[op.result] = value
            return []
        if (constant := self._computed(op)) is not None:
            self._sure.add(op.result)
            self._constants[op.result] = thaw(constant.value)
            return [constant]
        return [op]

    def _match(self, op: Match) -> list[AnyOperation]:
        subject = self._names.get(op.arg, op.arg)
        if subject in self._constants:
            value = freeze(self._constants[subject])
            arm = next((arm for arm in op.arms if arm.is_default or arm.pattern == value), None)
            if arm is not None and not converts(self._types[arm.block.result], op.type):
                block = self._block(arm.block)
                self._names[op.result] = block.result
                return list(block.operations)
        return [replace(op, arg=subject, arms=tuple(replace(arm, block=self._block(arm.block)) for arm in op.arms))]

    def _field(self, op: GetField) -> str | None:
        """The value that went into a record under the name that is taken out of it."""
        if (record := self._records.get(op.arg)) is None or op.name not in record.names:
            return None
        value = record.args[record.names.index(op.name)]
        if not self._sure.issuperset({*record.args} - {value}):
            return None
        return None if converts(self._types[value], op.type) else value

    def _cannot_fail(self, op: AnyOperation) -> bool:
        """Whether an operation gives a value whatever it reads: calls may fail, and a text may become too long."""
        if isinstance(op, Call):
            builtin = std.lookup(op.callee)
            total = builtin is not None and not builtin.fallible
        else:
            total = isinstance(op, Const | MakeList | MakeRecord | GetField)
        return total and self._sure.issuperset(operands(op))

    def _computed(self, op: AnyOperation) -> Const | None:
        if isinstance(op, Const) or op.type is None or not all(name in self._constants for name in operands(op)):
            return None
        value = _evaluate(op, [self._constants[name] for name in operands(op)])
        if value is _UNKNOWN or mismatch(op.type, value):
            return None
        value = conform(op.type, value)
        if len(json.dumps(value)) > self._limit:
            return None
        return Const(result=op.result, type=op.type, value=freeze(value), span=op.span)


_UNKNOWN = object()


def _evaluate(op: AnyOperation, values: list[Any]) -> Any:
    """The value of an operation on these values, or `_UNKNOWN`: it fails, or only a model knows."""
    match op:
        case Concat():
            return "".join(value if isinstance(value, str) else json.dumps(value) for value in values)
        case MakeList():
            return values
        case MakeRecord(names=names):
            return dict(zip(names, values, strict=True))
        case GetField(name=name):
            return values[0].get(name)
        case Call(callee=callee):
            return _std(callee, values)
        case Map(callee=callee, over=over):
            items = [_std(callee, [*values[:over], item, *values[over + 1 :]]) for item in values[over]]
            return _UNKNOWN if any(item is _UNKNOWN for item in items) else items
    return _UNKNOWN


def _std(callee: str, values: list[Any]) -> Any:
    if (builtin := std.lookup(callee)) is None:
        return _UNKNOWN
    value = builtin.call(*values)
    return _UNKNOWN if isinstance(value, std.Error) else value
