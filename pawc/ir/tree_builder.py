"""lark's tree of an IR text -> the module that it stands for.

Functions and operations know their place in the text, so that what `verify` finds can be pointed at.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from lark import Token, Transformer, v_args
from lark.tree import Meta

from pawc.base import types
from pawc.base.diagnostics import fail
from pawc.base.source import Source, Span
from pawc.base.types import Frozen, FrozenRecord
from pawc.ir.nodes import (
    Arm,
    BlobRef,
    Block,
    Calibration,
    Call,
    ComposedFunction,
    Concat,
    Const,
    Declaration,
    Example,
    GetField,
    Import,
    MakeList,
    MakeRecord,
    Map,
    Match,
    Module,
    NeuralFunction,
    Param,
    Prefix,
    Program,
    TestSuite,
)


def _text(token: Token) -> str:
    return str(json.loads(token, strict=False))


def _whole(token: Token) -> int:
    return int(token)


def _parts(items: tuple[Any, ...], kind: type[Any]) -> tuple[Any, ...]:
    return tuple(item for item in items if isinstance(item, kind))


class _Facts:
    """A line of a module that is no node of its own."""

    def __init__(self, kind: str, *values: Any) -> None:
        self.kind = kind
        self.values = values


@v_args(inline=True)
class TreeBuilder(Transformer[Token, Module]):
    """Bottom up: each method is named after its rule, and gives the node of what the rule matched."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source

    def _span(self, meta: Meta) -> Span:
        return Span(self._source, meta.start_pos, meta.end_pos)

    # --- the module

    def module(self, name: Token, stage: Token, *items: Any) -> Module:
        facts = {kind: [f.values for f in _parts(items, _Facts) if f.kind == kind] for kind in ("source", "entry")}
        if len(facts["entry"]) > 1:
            fail("P0530", "IR text: a module has one entry", where=self._source.name)
        exports = tuple(f.values[0] for f in _parts(items, _Facts) if f.kind == "export")
        return Module(
            name=_text(name),
            stage=str(stage),
            imports=_parts(items, Import),
            declarations=_parts(items, Declaration),
            functions=tuple(item for item in items if isinstance(item, NeuralFunction | ComposedFunction)),
            tests=_parts(items, TestSuite),
            entry=facts["entry"][0][0] if facts["entry"] else None,
            exports=exports,
            sources=tuple(facts["source"]),
        )

    @v_args(inline=True, meta=True)
    def import_item(self, meta: Meta, path: Token, alias: str | None, *names: tuple[str, str]) -> Import:
        return Import(path=_text(path), alias=alias, names=names, span=self._span(meta))

    def imported(self, there: str, here: str | None) -> tuple[str, str]:
        return there, here if here is not None else there

    def source(self, path: Token, digest: Token) -> _Facts:
        return _Facts("source", _text(path), _text(digest))

    def entry(self, symbol: str) -> _Facts:
        return _Facts("entry", symbol)

    def export(self, symbol: str) -> _Facts:
        return _Facts("export", symbol)

    @v_args(inline=True, meta=True)
    def declare(self, meta: Meta, signature: dict[str, Any]) -> Declaration:
        return Declaration(**signature, span=self._span(meta))

    def signature(self, symbol: str, *rest: Any) -> dict[str, Any]:
        return {"symbol": symbol, "params": _parts(rest[:-1], Param), "result": rest[-1]}

    @v_args(inline=True, meta=True)
    def param(self, meta: Meta, name: str, kind: types.Type) -> Param:
        return Param(name=name, type=kind, span=self._span(meta))

    @v_args(inline=True, meta=True)
    def suite(self, meta: Meta, symbol: str, rate: Any, *cases: Example) -> TestSuite:
        return TestSuite(function=symbol, at_least=rate, cases=cases, span=self._span(meta))

    # --- neural functions

    @v_args(inline=True, meta=True)
    def neural(self, meta: Meta, signature: dict[str, Any], spec: str, *items: Any) -> NeuralFunction:
        return NeuralFunction(
            **signature,
            spec=spec,
            options=tuple(item.values for item in items if isinstance(item, _Facts)),
            examples=_parts(items, Example),
            program=items[-1],
            span=self._span(meta),
        )

    def spec(self, *lines: Token) -> str:
        return "".join(map(_text, lines))

    def option(self, name: str, value: Frozen) -> _Facts:
        return _Facts("option", name, value)

    def example(self, example: Example) -> Example:
        return example

    case = example

    @v_args(inline=True, meta=True)
    def pair(self, meta: Meta, *values: Any) -> Example:
        *inputs, output = values
        return Example(inputs=tuple(inputs), output=output, span=self._span(meta))

    def program(self, level: Token, interpreter: Token, compiler: Token | None, *items: Any) -> Program:
        tokens = [
            token for item in items if isinstance(item, _Facts) and item.kind == "tokens" for token in item.values
        ]
        return Program(
            level=_whole(level),
            interpreter=_text(interpreter),
            compiler="" if compiler is None else _text(compiler),
            tokens=tuple(tokens),
            prefix=next(iter(_parts(items, Prefix)), None),
            calibration=next(iter(_parts(items, Calibration)), None),
            report=tuple(item.values for item in items if isinstance(item, _Facts) and item.kind == "report"),
        )

    def tokens(self, *tokens: Token) -> _Facts:
        return _Facts("tokens", *(_whole(token) for token in tokens))

    def calibration(self, temperature: Frozen, bias: Frozen, examples: Token) -> Calibration:
        return Calibration(temperature=temperature, bias=bias, examples=_whole(examples))  # type: ignore[arg-type]

    def report(self, name: str, value: Frozen) -> _Facts:
        return _Facts("report", name, value)

    def prefix(self, length: Token, bits: Token, group: Token, data: BlobRef, scales: BlobRef | None) -> Prefix:
        return Prefix(length=_whole(length), bits=_whole(bits), group=_whole(group), data=data, scales=scales)

    def blob(self, digest: Token, dtype: Token, *shape: Token) -> BlobRef:
        return BlobRef(sha256=_text(digest), dtype=str(dtype), shape=tuple(map(_whole, shape)))

    # --- composed functions

    @v_args(inline=True, meta=True)
    def composed(self, meta: Meta, signature: dict[str, Any], body: Block) -> ComposedFunction:
        return ComposedFunction(**signature, body=body, span=self._span(meta))

    def block(self, *items: Any) -> Block:
        return Block(operations=items[:-1], result=items[-1])

    @v_args(inline=True, meta=True)
    def operation(self, meta: Meta, result: str, kind: types.Type | None, make: Callable[..., Any]) -> Any:
        return make(result=result, type=kind, span=self._span(meta))

    def const(self, value: Frozen) -> Any:
        return partial(Const, value=value)

    def call(self, callee: str, args: tuple[str, ...]) -> Any:
        return partial(Call, callee=callee, args=args)

    def map(self, over: Token, callee: str, args: tuple[str, ...]) -> Any:
        return partial(Map, callee=callee, args=args, over=_whole(over))

    def concat(self, args: tuple[str, ...]) -> Any:
        return partial(Concat, args=args)

    def make_list(self, args: tuple[str, ...]) -> Any:
        return partial(MakeList, args=args)

    def make_record(self, *fields: tuple[str, str]) -> Any:
        return partial(MakeRecord, names=tuple(name for name, _ in fields), args=tuple(arg for _, arg in fields))

    def field_value(self, name: str, arg: str) -> tuple[str, str]:
        return name, arg

    def get_field(self, arg: str, name: str) -> Any:
        return partial(GetField, arg=arg, name=name)

    def match(self, arg: str, *arms: Arm) -> Any:
        return partial(Match, arg=arg, arms=arms)

    @v_args(inline=True, meta=True)
    def arm(self, meta: Meta, pattern: Frozen, block: Block) -> Arm:
        return Arm(pattern=pattern, block=block, span=self._span(meta))

    @v_args(inline=True, meta=True)
    def default(self, meta: Meta, block: Block) -> Arm:
        return Arm(pattern=None, is_default=True, block=block, span=self._span(meta))

    def value_names(self, *names: str) -> tuple[str, ...]:
        return names

    # --- types

    def labels(self, *names: Token) -> types.Labels:
        return types.Labels(tuple(map(_text, names)))

    def text(self) -> types.Text:
        return types.TEXT

    def int(self) -> types.Int:
        return types.INT

    def float(self) -> types.Float:
        return types.FLOAT

    def bool(self) -> types.Bool:
        return types.BOOL

    def matching(self, pattern: Token) -> types.Matching:
        return types.Matching(pattern[1:-1] if pattern.type == "PATTERN" else _text(pattern))

    def list_type(self, item: types.Type) -> types.List:
        return types.List(item)

    def record_type(self, *fields: tuple[str, types.Type]) -> types.Record:
        return types.Record(fields)

    def record_field(self, name: str, kind: types.Type) -> tuple[str, types.Type]:
        return name, kind

    def optional(self, item: types.Type) -> types.Optional:
        return types.Optional(item)

    # --- values

    def string(self, token: Token) -> str:
        return _text(token)

    def number(self, token: Token) -> Frozen:
        value: Frozen = json.loads(token)
        return value

    def true(self) -> Frozen:
        return True

    def false(self) -> Frozen:
        return False

    def null(self) -> Frozen:
        return None

    def array(self, *items: Frozen) -> Frozen:
        return items

    def record(self, *fields: tuple[str, Frozen]) -> Frozen:
        return FrozenRecord(fields)

    def field(self, name: str, value: Frozen) -> tuple[str, Frozen]:
        return name, value

    # --- names

    def symbol(self, token: Token) -> str:
        return str(token[1:])

    value_name = symbol

    def name(self, token: Token) -> str:
        return str(token)

    def quoted(self, token: Token) -> str:
        return _text(token)
