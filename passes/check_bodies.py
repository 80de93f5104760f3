"""Types of composed functions: a body with callees bound -> the same body, every operation with its type.

Types flow from operands to results, and what is wanted of a value decides what its literals are (`check_values`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from pawc.passes.check_patterns import check_patterns
from pawc.passes.check_values import NULL, Place, Values, certain, parts, places, type_of_literal

from pawc import std
from pawc.base import types
from pawc.base.diagnostics import Collector, nearest, note_at
from pawc.base.source import Span
from pawc.base.types import TEXT, Labels, List, Optional, Record, Type
from pawc.ir import nodes as ir
from pawc.ir.callgraph import is_std
from pawc.ir.nodes import Block, Call, ComposedFunction, Concat, Const, GetField, MakeList, MakeRecord, Map, Match
from pawc.ir.op_types import Signature

_JOINED = (types.Text, types.Int, types.Float, types.Bool, Labels, types.Matching)
_OR_ELSE = "with `import std.option`, `option.or_else(x, ...)` gives a value in place of null"


def check_body(function: ComposedFunction, signatures: Mapping[str, Signature], errors: Collector) -> ComposedFunction:
    """The function with its body typed; what is wrong with it goes to `errors`."""
    first = Collector()
    values = _judged(function, Values(function.params), signatures, first)
    if first:
        errors.extend(first.found)
    else:  # once more, now that it is known what every literal is taken as
        values = _judged(function, values.again(), signatures, errors)
    return replace(function, body=values.typed(function.body))


def _judged(
    function: ComposedFunction, values: Values, signatures: Mapping[str, Signature], errors: Collector
) -> Values:
    """What is known of the values of the function after all their uses."""
    body = _Body(values, signatures, errors)
    body.infer(function.body)
    body.expect(
        (function.body.result, function.body.result_span or function.span),
        function.result,
        "P0312",
        f"`{ir.base_name(function.symbol)}` must give a value of type `{function.result}`",
    )
    return values


class _Body:
    """One function: its values, and what is wrong with their uses."""

    def __init__(self, values: Values, signatures: Mapping[str, Signature], errors: Collector) -> None:
        self.signatures = signatures
        self.errors = errors
        self.values = values
        self.types = values.types

    # ---- from operands to results

    def infer(self, block: Block) -> None:
        """Give every value of a block its type."""
        for operation in block.operations:
            self.values.add(operation, self._result(operation))

    def _result(self, operation: ir.AnyOperation) -> Type | None:
        match operation:
            case Const(value=value):
                return type_of_literal(value)
            case Call() | Map():
                return self._call(operation)
            case Concat():
                return self._concat(operation)
            case MakeList():
                item = self._common(places(operation), "P0313", "the items of a list must be of one type")
                return None if item is None else List(item)
            case MakeRecord():
                return self._record(operation)
            case GetField():
                return self._field(operation)
            case Match():
                return self._match(operation)

    def _call(self, call: Call | Map) -> Type | None:
        name = _shown(call.callee)
        if is_std(call.callee):
            return self._standard_call(call, name)
        if (callee := self.signatures.get(call.callee)) is None:
            return None  # resolve has said why
        if len(call.args) != len(callee.params):
            wanted = ", ".join(f"{param.name}: {param.type}" for param in callee.params)
            self._wrong_count(call, f"{name}({wanted})", len(callee.params))
            return callee.result if isinstance(call, Call) else List(callee.result)
        for index, (place, param) in enumerate(zip(places(call), callee.params, strict=True)):
            wanted_type: Type = param.type
            if isinstance(call, Map) and index == call.over:
                if not self._is_list(place, name):
                    return None
                wanted_type = List(param.type)
            self.expect(place, wanted_type, "P0302", f"`{param.name}` of `{name}` must be of type `{wanted_type}`")
        return callee.result if isinstance(call, Call) else List(callee.result)

    def _standard_call(self, call: Call | Map, name: str) -> Type | None:
        if (builtin := std.lookup(call.callee)) is None:
            return None  # resolve has said why
        if len(call.args) != len(builtin.params):
            self._wrong_count(call, str(builtin), len(builtin.params))
            return None
        given: list[Type] = []
        for index, place in enumerate(places(call)):
            kind = self.types[place[0]]
            if isinstance(call, Map) and index == call.over:
                kind = kind.item if self._is_list(place, name) and isinstance(kind, List) else None
            if kind is None:
                return None
            given.append(kind)
        result = self._standard_result(call, builtin, given)
        return List(result) if result and isinstance(call, Map) else result

    def _standard_result(self, call: Call | Map, builtin: std.Builtin, given: Sequence[Type]) -> Type | None:
        """The result for arguments of these types; what literals leave open is what the others want of it."""
        fillers = (TEXT, *(part for kind in given for part in parts(kind) if part == certain(part)))
        for filler in fillers:
            with suppress(ValueError):
                filled = [certain(kind, filler) for kind in given]
                result = builtin.signature(filled)
                self._settle_arguments(call, filled)
                return result
        try:  # what one argument leaves open, the others may in part: `option.or_else(null, [])`
            params, result = builtin.instance(given)
            self._settle_arguments(call, [certain(param) for param in params])
            return certain(result)
        except ValueError as error:
            why = str(error)
        names = [param for param, _ in builtin.params]
        at = next((i for i, param in enumerate(names) if why.startswith(f"argument `{param}` ")), None)
        span = call.span if at is None else places(call)[at][1]
        help = _OR_ELSE if at is not None and isinstance(given[at], Optional) else ""
        self.errors.add("P0319", f"`{_shown(call.callee)}`: {why}", span, label=f"it is `{builtin}`", help=help)
        return None

    def _settle_arguments(self, call: Call | Map, kinds: Sequence[Type]) -> None:
        for index, (name, kind) in enumerate(zip(call.args, kinds, strict=True)):
            self.values.settle(name, List(kind) if isinstance(call, Map) and index == call.over else kind)

    def _wrong_count(self, call: Call | Map, signature: str, wanted: int) -> None:
        plural = "argument" if wanted == 1 else "arguments"
        message = f"`{_shown(call.callee)}` takes {wanted} {plural}, not {len(call.args)}"
        self.errors.add("P0301", message, call.span, label=f"it is `{signature}`")

    def _is_list(self, place: Place, callee: str) -> bool:
        kind = self.types[place[0]]
        if kind is None or isinstance(kind, List):
            return kind is not None
        help = f"without `map`, `{callee}` is applied to the value itself"
        if isinstance(kind, Optional) and isinstance(kind.item, List):
            help = _OR_ELSE
        self.errors.add("P0303", f"`map {callee}` needs a list", place[1], label=f"this is `{kind}`", help=help)
        return False

    def _concat(self, operation: Concat) -> Type:
        for name, span in places(operation):
            kind = self.types[name]
            if kind is None or isinstance(kind, _JOINED):
                continue
            help = "`++` joins text, numbers, bools and labels"
            if isinstance(kind, Optional) and isinstance(kind.item, _JOINED) and kind != NULL:
                self.errors.add(
                    "P0320", "`++` cannot join what may be null", span, label=f"this is `{kind}`", help=_OR_ELSE
                )
                continue
            if isinstance(kind, List):
                help = 'with `import std.text`, `text.join(items, ", ")` makes one text of a list'
            if isinstance(kind, Record):
                help = f"join one of its fields: {', '.join(field for field, _ in kind.fields)}"
            what = "null" if kind == NULL else f"a `{kind}`"
            self.errors.add("P0309", f"`++` cannot join {what}", span, label="not a text", help=help)
        return TEXT

    def _record(self, operation: MakeRecord) -> Type | None:
        kinds = [self.types[arg] for arg in operation.args]
        if None in kinds:
            return None
        return Record(tuple((name, kind) for name, kind in zip(operation.names, kinds, strict=True) if kind))

    def _field(self, operation: GetField) -> Type | None:
        kind = self.types[operation.arg]
        (_, place), name = places(operation)[0], operation.name
        at = operation.span and Span(operation.span.source, operation.span.end - len(name), operation.span.end)
        if isinstance(kind, Record):
            fields = dict(kind.fields)
            if name not in fields:
                help = nearest(name, fields) or f"it has {', '.join(fields)}"
                self.errors.add("P0310", f"there is no field `{name}` in `{kind}`", at, label="unknown", help=help)
            return fields.get(name)
        if isinstance(kind, Optional) and isinstance(kind.item, Record):
            message = f"a record that may be null has no field `{name}`"
            self.errors.add("P0320", message, place, label=f"this is `{kind}`", help=_OR_ELSE)
        elif kind is not None:
            self.errors.add("P0311", f"only records have fields, and this is `{kind}`", at, label="no such field")
        return None

    # ---- match

    def _match(self, operation: Match) -> Type | None:
        subject = self.types[operation.arg]
        if subject is not None:
            check_patterns(operation, subject, places(operation)[0][1], self.errors)
        for arm in operation.arms:
            self.infer(arm.block)
        yields = [(arm.block.result, arm.block.result_span or arm.span) for arm in operation.arms]
        return self._common(yields, "P0308", "the arms of a match must give values of one type")

    def _common(self, used: Sequence[Place], code: str, message: str) -> Type | None:
        """The type that several values have in common; an error at the first that has none with those before it."""
        kinds = [(kind, span) for name, span in used if (kind := self.types[name]) is not None]
        if len(kinds) < len(used):
            return None
        if (common := self.values.common(used)) is not None:
            return common
        joined, (_, first) = kinds[0][0], kinds[0]
        for kind, span in kinds[1:]:
            if (both := types.join(joined, kind)) is None:
                notes = note_at(first, f"this is `{joined}`")
                self.errors.add(code, message, span, label=f"this is `{kind}`", notes=notes)
                break
            joined = both
        else:  # their types join, but one of them was taken as something else before
            misfits = (self.values.misfit(name, joined, span) for name, span in used)
            for misfit in [found for found in misfits if found][:1]:
                self.errors.add(code, message, misfit.span, label=misfit.why, help=misfit.help)
        return None

    def expect(self, place: Place, wanted: Type, code: str, message: str) -> None:
        """Report a value that is not of the type wanted; settle its literals on that type if it is."""
        name, span = place
        kind = self.types[name]
        misfit = self.values.misfit(name, wanted, span)
        if misfit is None:
            self.values.settle(name, wanted)
            return
        nullable = isinstance(kind, Optional) and kind != NULL and types.assignable(kind.item, wanted)
        if nullable and misfit.span == span:
            self.errors.add("P0320", f"{message}, and this may be null", span, label=f"this is `{kind}`", help=_OR_ELSE)
        else:
            self.errors.add(code, message, misfit.span, label=misfit.why, help=misfit.help)


def _shown(symbol: str) -> str:
    """`short` of `lib/answers.short`, `text.strip` of `std.text.strip`."""
    return symbol.removeprefix("std.") if is_std(symbol) else ir.base_name(symbol)
