"""The values of one composed function: names -> types, where literals take the type that is wanted of them.

`"now"` is a label where a label is expected, `[]` a list of anything, a record's fields may stand in any
order. So each use of a value is first judged (`misfit`), then its literals are settled on what is wanted of
them (`settle`), and in the end the operations get the types that came out (`typed`). What is made of a literal
got its type before later uses settled the literal: `again` starts anew with what the literals were settled on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from pawc.base import types
from pawc.base.diagnostics import nearest
from pawc.base.source import Span
from pawc.base.types import BOOL, FLOAT, INT, NOTHING, TEXT, Frozen, FrozenRecord, Labels, List, Optional, Record, Type
from pawc.ir import nodes as ir
from pawc.ir.nodes import Block, Const, MakeList, MakeRecord, Match, Param

Place: TypeAlias = tuple[str, Span | None]
"""A value and where it is used."""


NULL = Optional(NOTHING)
"""The type of `null` when nothing is wanted of it."""


@dataclass(frozen=True)
class Misfit:
    """Why a value is not of the type wanted, and where."""

    why: str
    span: Span | None
    help: str = ""


def places(operation: ir.AnyOperation) -> list[Place]:
    """The operands of an operation and where they stand."""
    names = ir.operands(operation)
    spans = operation.operand_spans or (operation.span,) * len(names)
    return list(zip(names, spans, strict=True))


class Values:
    """What is known of the values of a function. One whose type is None was found wrong already."""

    def __init__(self, params: Sequence[Param], settled: Mapping[str, Type] | None = None) -> None:
        self._params = params
        self.types: dict[str, Type | None] = {param.name: param.type for param in params}
        self.made: dict[str, ir.AnyOperation] = {}
        self.settled: dict[str, Type] = dict(settled or {})

    def again(self) -> Values:
        """Nothing known of the same function but what its literals were settled on."""
        literals = {name: kind for name, kind in self.settled.items() if isinstance(self.made[name], Const)}
        return Values(self._params, literals)

    def add(self, operation: ir.AnyOperation, kind: Type | None) -> None:
        """Note what an operation gives; a literal that is settled already is of the type it was settled on."""
        self.made[operation.result] = operation
        self.types[operation.result] = self.settled.get(operation.result, kind)

    def misfit(self, name: str, wanted: Type, span: Span | None) -> Misfit | None:
        """What keeps the value used at `span` from being of the type wanted."""
        kind = self.types[name]
        bare = without_null(wanted)
        if kind is None:
            return None
        before = self.settled.get(name)
        if before is not None and types.join(without_null(before), bare) not in (without_null(before), bare):
            return Misfit(f"this was taken as `{before}` before", span, "write the literal again here")
        match self.made.get(name):
            case Const(value=value):
                if types.mismatch(wanted, types.thaw(value)) is None:
                    return None
                help = nearest(value, bare.names) if isinstance(value, str) and isinstance(bare, Labels) else ""
                return Misfit(f"this is {json.dumps(types.thaw(value), ensure_ascii=False)}", span, help)
            case MakeList() as made if isinstance(bare, List):
                found = (self.misfit(arg, bare.item, at) for arg, at in places(made))
                return next((misfit for misfit in found if misfit), None)
            case MakeRecord(names=names) as made if isinstance(bare, Record):
                fields = dict(bare.fields)
                for missing in (field for field in fields if field not in names):
                    help = f"write `{missing}: null`" if isinstance(fields[missing], Optional) else ""
                    return Misfit(f"the field `{missing}` is missing", span, help)
                for field, (arg, at) in zip(names, places(made), strict=True):
                    if field not in fields:
                        return Misfit(f"there is no field `{field}` in `{bare}`", at, nearest(field, fields))
                    if misfit := self.misfit(arg, fields[field], at):
                        return misfit
                return None
            case Match(arms=arms):
                results = (self.misfit(arm.block.result, wanted, arm.block.result_span or span) for arm in arms)
                return next((misfit for misfit in results if misfit), None)
        return None if types.assignable(kind, wanted) else Misfit(f"this is `{kind}`", span)

    def settle(self, name: str, wanted: Type) -> None:
        """Make `wanted` the type of a value that fits it, unless the value's own type already serves."""
        kind = self.types[name]
        made = self.made.get(name)
        bare = without_null(wanted)
        if kind is None:
            return
        match made:
            case MakeList(args=args) if isinstance(bare, List):
                for arg in args:
                    self.settle(arg, bare.item)
            case MakeRecord(names=names, args=args) if isinstance(bare, Record):
                for field, arg in zip(names, args, strict=True):
                    self.settle(arg, dict(bare.fields)[field])
            case Match(arms=arms):
                for arm in arms:
                    self.settle(arm.block.result, wanted)
        fresh = isinstance(made, Const) and name not in self.settled
        if fresh or (made is not None and not types.assignable(certain(kind), wanted)):
            is_null = isinstance(made, Match) or (isinstance(made, Const) and made.value is None)
            self.types[name] = self.settled[name] = wanted if is_null else bare

    def common(self, used: Sequence[Place]) -> Type | None:
        """The smallest type that all these values may stand for, if there is one; their literals are settled on it."""
        kinds = [kind for name, _ in used if (kind := self.types[name]) is not None]
        joined: Type | None = NOTHING
        for kind in kinds:
            joined = joined and types.join(joined, kind)
        for candidate in (joined, *kinds):  # literals may fit a type that their own do not join to
            if candidate is not None and not any(self.misfit(name, candidate, at) for name, at in used):
                for name, _ in used:
                    self.settle(name, candidate)
                return candidate
        return None

    def typed(self, block: Block) -> Block:
        """The block with the type of every operation filled in."""
        return replace(block, operations=tuple(self._typed(operation) for operation in block.operations))

    def _typed(self, operation: ir.AnyOperation) -> ir.AnyOperation:
        kind = self.types[operation.result]
        kind = None if kind is None else certain(kind)
        match operation:
            case Const(value=value) if kind is not None:
                return replace(operation, type=kind, value=types.freeze(types.conform(kind, types.thaw(value))))
            case MakeRecord(names=names, args=args) if isinstance(kind, Record):
                spans = operation.operand_spans or (None,) * len(args)
                given = {name: (arg, span) for name, arg, span in zip(names, args, spans, strict=True)}
                order = [name for name, _ in kind.fields]
                return replace(
                    operation,
                    type=kind,
                    names=tuple(order),
                    args=tuple(given[name][0] for name in order),
                    operand_spans=tuple(span for name in order if (span := given[name][1])),
                )
            case Match(arms=arms):
                arms = tuple(replace(arm, block=self.typed(arm.block)) for arm in arms)
                return replace(operation, type=kind, arms=arms)
        return replace(operation, type=kind)


def type_of_literal(value: Frozen) -> Type:
    """The type of a literal when nothing is wanted of it."""
    match value:
        case None:
            return NULL
        case bool():
            return BOOL
        case int():
            return INT
        case float():
            return FLOAT
        case str():
            return TEXT
        case FrozenRecord(fields):
            return Record(tuple((name, type_of_literal(item)) for name, item in fields))
        case tuple():
            kind: Type = NOTHING
            for item in value:
                kind = types.join(kind, type_of_literal(item)) or kind
            return List(kind)


def without_null(kind: Type) -> Type:
    """The type of a value once it is known not to be null."""
    return kind.item if isinstance(kind, Optional) else kind


def certain(kind: Type, filler: Type = TEXT) -> Type:
    """A type without gaps: where a literal left it open (`[]`), any will do, so it is the `filler`."""
    match kind:
        case Labels(()):
            return filler
        case List(item):
            return List(certain(item, filler))
        case Optional(item):
            return Optional(certain(item, filler))
        case Record(fields):
            return Record(tuple((name, certain(item, filler)) for name, item in fields))
    return kind


def parts(kind: Type) -> Iterator[Type]:
    """A type and the types inside it."""
    yield kind
    match kind:
        case List(item) | Optional(item):
            yield from parts(item)
        case Record(fields):
            for _, item in fields:
                yield from parts(item)
