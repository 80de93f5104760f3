"""The expression of a composed function -> a block of operations, each with a name for its result.

Pipes become calls, `_` the value that came in, `++` chains one concat, blocks the operations of their lets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pawc.base.diagnostics import Collector, nearest, note_at
from pawc.base.source import Span
from pawc.base.types import Frozen
from pawc.ir import nodes as ir
from pawc.syntax import nodes as syntax


@dataclass(frozen=True)
class _Scope:
    """What names stand for here: the values in sight, where they were introduced, and what `_` is."""

    values: Mapping[str, str]
    places: Mapping[str, Span | None]
    placeholder: str | None = None


class BodyLowering:
    """Lowers one function. `functions` are the names of the file's functions, for the help of messages."""

    def __init__(self, params: Iterable[ir.Param], functions: Iterable[str], errors: Collector) -> None:
        self._errors = errors
        self._functions = frozenset(functions)
        self._scope = _Scope({p.name: p.name for p in params}, {p.name: p.span for p in params})
        self._used = set(self._scope.values)
        self._count = 0
        self._operations: list[ir.AnyOperation] = []

    def lower(self, body: syntax.Expression) -> ir.Block:
        return self._block(body, self._scope)

    def _block(self, body: syntax.Expression, scope: _Scope) -> ir.Block:
        outer, self._operations = self._operations, []
        result = self._value(body, scope)
        block = ir.Block(operations=tuple(self._operations), result=result, result_span=_result_span(body))
        self._operations = outer
        return block

    # ---- names of values

    def _fresh(self) -> str:
        self._count += 1
        return str(self._count - 1)

    def _unique(self, name: str) -> str:
        """The name of a `let` for its value: sibling blocks may use a name twice, values may not."""
        found, number = name, 2
        while found in self._used:
            found, number = f"{name}_{number}", number + 1
        self._used.add(found)
        return found

    def _emit(self, operation: ir.AnyOperation) -> str:
        self._operations.append(operation)
        return operation.result

    # ---- expressions

    def _value(self, node: syntax.Expression, scope: _Scope, into: str | None = None) -> str:
        """Lower an expression; the name of its value, which is `into` if an operation had to be made for it."""
        match node:
            case syntax.Name(name=name):
                return self._name(name, node.span, scope)
            case syntax.Placeholder():
                if scope.placeholder is not None:
                    return scope.placeholder
                help = "`_` is the value from the left of `|>`; what is left over in a `match` is `_ => ...`"
                self._errors.add(
                    "P0156", "there is nothing for `_` to stand for", node.span, label="outside a pipe", help=help
                )
                return self._constant(None, node.span, into)
            case syntax.Literal(value=value):
                return self._constant(value, node.span, into)
            case syntax.Pipe():
                return self._pipe(node, scope, into)
            case syntax.Block(lets=lets, result=result):
                return self._value(result, self._lets(lets, scope), into)
        return self._operation(node, scope, into)

    def _operation(self, node: syntax.Expression, scope: _Scope, into: str | None) -> str:
        match node:
            case syntax.Call(callee=callee, args=args):
                names = self._values(args, scope)
                return self._call(callee, names, node.span, into, _spans(args))
            case syntax.Concat():
                names = self._values(_flattened(node), scope)
                return self._emit(
                    ir.Concat(
                        result=into or self._fresh(), args=names, span=node.span, operand_spans=_spans(_flattened(node))
                    )
                )
            case syntax.ListOf(items=items):
                names = self._values(items, scope)
                return self._emit(
                    ir.MakeList(result=into or self._fresh(), args=names, span=node.span, operand_spans=_spans(items))
                )
            case syntax.RecordOf(entries=entries):
                return self._record(entries, node.span, scope, into)
            case syntax.Field(value=value, name=name):
                arg = self._value(value, scope)
                return self._emit(
                    ir.GetField(
                        result=into or self._fresh(),
                        arg=arg,
                        name=name.text,
                        span=node.span,
                        operand_spans=_spans([value]),
                    )
                )
            case syntax.Match():
                return self._match(node, scope, into)
        raise TypeError(f"no expression: {type(node).__name__}")

    def _values(self, nodes: Iterable[syntax.Expression], scope: _Scope) -> tuple[str, ...]:
        return tuple([self._value(node, scope) for node in nodes])

    def _constant(self, value: Frozen, span: Span | None, into: str | None) -> str:
        return self._emit(ir.Const(result=into or self._fresh(), value=value, span=span))

    def _call(
        self,
        callee: syntax.Word,
        args: tuple[str, ...],
        span: Span | None,
        into: str | None,
        operand_spans: tuple[Span, ...],
    ) -> str:
        return self._emit(
            ir.Call(
                result=into or self._fresh(),
                callee=callee.text,
                args=args,
                span=span,
                callee_span=callee.span,
                operand_spans=operand_spans,
            )
        )

    def _name(self, name: str, span: Span | None, scope: _Scope) -> str:
        if name in scope.values:
            return scope.values[name]
        help = nearest(name, scope.values)
        label = "no parameter and no `let`"
        if name in self._functions:
            label, help = "a function, not a value", f"call it: `{name}(...)`"
        elif name in _MEANT:
            help = f"write `{_MEANT[name]}`"
        self._errors.add("P0155", f"`{name}` has no value here", span, label=label, help=help)
        return self._constant(None, span, None)

    def _record(self, entries: tuple[syntax.Entry, ...], span: Span | None, scope: _Scope, into: str | None) -> str:
        if not entries:
            self._errors.add("P0153", "a record has at least one field", span, label="no fields")
            return self._constant(None, span, into)
        report_repeated(entries, self._errors)
        args = self._values((entry.value for entry in entries), scope)
        names = tuple(entry.name.text for entry in entries)
        spans = _spans([entry.value for entry in entries])
        return self._emit(
            ir.MakeRecord(result=into or self._fresh(), names=names, args=args, span=span, operand_spans=spans)
        )

    def _lets(self, lets: tuple[syntax.Let, ...], scope: _Scope) -> _Scope:
        for let in lets:
            name = let.name.text
            if name in scope.values:
                first = scope.places.get(name)
                self._errors.add(
                    "P0154",
                    f"`{name}` has a value already",
                    let.name.span,
                    label="again here",
                    help="a name keeps its value: choose another one",
                    notes=note_at(first, "first here"),
                )
            value = self._value(let.value, scope, self._unique(name))
            scope = replace(scope, values={**scope.values, name: value}, places={**scope.places, name: let.name.span})
        return scope

    def _match(self, node: syntax.Match, scope: _Scope, into: str | None) -> str:
        arg = self._value(node.subject, scope)
        arms: list[ir.Arm] = []
        default: syntax.Arm | None = None
        for arm in node.arms:
            if default is not None:
                notes = note_at(default.span, "this arm takes everything")
                self._errors.add("P0305", "this arm is never reached", arm.span, label="after `_`", notes=notes)
                continue
            if arm.pattern is None:
                default = arm
            elif arm.pattern.kind == "float":
                help = "floats are rarely equal; compare with `std.math`, and match the answer"
                self._errors.add("P0166", "a float is no pattern", arm.pattern.span, label="not exact", help=help)
            arms.append(
                ir.Arm(
                    pattern=None if arm.pattern is None else arm.pattern.value,
                    is_default=arm.pattern is None,
                    block=self._block(arm.value, scope),
                    span=arm.span if arm.pattern is None else arm.pattern.span,
                )
            )
        return self._emit(
            ir.Match(
                result=into or self._fresh(),
                arg=arg,
                arms=tuple(arms),
                span=node.span,
                operand_spans=_spans([node.subject]),
            )
        )

    # ---- pipes

    def _pipe(self, node: syntax.Pipe, scope: _Scope, into: str | None) -> str:
        value, left = self._value(node.first, scope), _spans([node.first])
        for number, stage in enumerate(node.stages, start=1):
            name = into if number == len(node.stages) else None
            value = self._stage(stage, replace(scope, placeholder=value), value, left, name)
            left = _spans([stage])
        return value

    def _stage(
        self,
        stage: syntax.Expression | syntax.MapOver,
        scope: _Scope,
        value: str,
        left: tuple[Span, ...],
        into: str | None,
    ) -> str:
        """Lower what stands to the right of `|>`; `left` is where the value from the left stands."""
        if isinstance(stage, syntax.MapOver):
            return self._map(stage, scope, value, left, into)
        if (function := _function_name(stage)) is not None:
            return self._call(function, (value,), stage.span, into, left)
        if _mentions_placeholder(stage):
            return self._value(stage, scope, into)
        if isinstance(stage, syntax.Call):
            others = "".join(", ..." for _ in stage.args[:1])
            label, help = "no `_` in it", f"say where the value goes: `{stage.callee.text}(_{others})`"
        else:
            label, help = "not a function, and no `_` in it", "`a |> f` is `f(a)`"
        message = "the value from the left of `|>` goes nowhere"
        self._errors.add("P0157", message, stage.span, label=label, help=help)
        return value

    def _map(self, stage: syntax.MapOver, scope: _Scope, value: str, left: tuple[Span, ...], into: str | None) -> str:
        args: tuple[str, ...] = (value,)
        spans = left
        over = 0
        if stage.args is not None:
            places = [index for index, arg in enumerate(stage.args) if isinstance(arg, syntax.Placeholder)]
            others = [arg for arg in stage.args if not isinstance(arg, syntax.Placeholder)]
            if len(places) != 1 or any(_mentions_placeholder(arg) for arg in others):
                message = f"`map {stage.callee.text}(...)` needs one argument that is `_`, for the item"
                help = f"write `map {stage.callee.text}(_, ...)`; what more is done to an item goes in a function"
                self._errors.add("P0158", message, stage.span, label="one `_`, standing alone", help=help)
                return value
            over = places[0]
            args, spans = self._values(stage.args, scope), _spans(stage.args)
        return self._emit(
            ir.Map(
                result=into or self._fresh(),
                callee=stage.callee.text,
                args=args,
                over=over,
                span=stage.span,
                callee_span=stage.callee.span,
                operand_spans=spans,
            )
        )


def report_repeated(entries: Iterable[syntax.Entry], errors: Collector) -> None:
    """Report every field of a record, or input of an example, that is given twice."""
    seen: dict[str, Span | None] = {}
    for entry in entries:
        name = entry.name.text
        if name in seen:
            first = seen[name]
            notes = note_at(first, "first here")
            errors.add("P0167", f"`{name}` is given twice", entry.name.span, label="again here", notes=notes)
        seen.setdefault(name, entry.name.span)


_MEANT = {"True": "true", "False": "false", "None": "null", "nil": "null", "undefined": "null"}


def _spans(nodes: Iterable[syntax.Node]) -> tuple[Span, ...]:
    """Where the nodes stand: all of them, or nothing."""
    found = [node.span for node in nodes]
    return tuple([span for span in found if span]) if all(found) else ()


def _function_name(stage: syntax.Expression) -> syntax.Word | None:
    """The function a stage names: `urgency` or `text.strip`."""
    match stage:
        case syntax.Name(name=name):
            return syntax.Word(text=name, span=stage.span)
        case syntax.Field(value=syntax.Name(name=module), name=name):
            return syntax.Word(text=f"{module}.{name.text}", span=stage.span)
    return None


def _mentions_placeholder(node: syntax.Node) -> bool:
    """Whether a `_` in the node stands for what came in here, not for what an inner pipe brings."""
    if isinstance(node, syntax.Pipe):
        return _mentions_placeholder(node.first)
    return isinstance(node, syntax.Placeholder) or any(map(_mentions_placeholder, syntax.children(node)))


def _flattened(node: syntax.Concat) -> list[syntax.Expression]:
    parts: list[syntax.Expression] = []
    for part in node.parts:
        parts += _flattened(part) if isinstance(part, syntax.Concat) else [part]
    return parts


def _result_span(body: syntax.Expression) -> Span | None:
    while isinstance(body, syntax.Block):
        body = body.result
    return body.span
