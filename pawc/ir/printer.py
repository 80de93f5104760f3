"""IR -> text that people read and write, and that `ir_parser` reads back equal. `grammar/ir.lark` is its grammar.

    module "support" checked

    source "support.paw" sha256 "9f2c..."

    composed @support.triage(page: text) -> "immediate" | "wait" {
      %0: text = call @support.strip_html(%page)
      %1: "immediate" | "wait" = call @support.urgency(%0)
      yield %1
    }

What is printed is a module that keeps the rules of `verify`; of others, some things have no text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from pawc.base.types import Frozen, FrozenRecord, Labels, List, Matching, Optional, Record, Type
from pawc.ir.nodes import (
    AnyOperation,
    BlobRef,
    Block,
    Call,
    Concat,
    Const,
    Declaration,
    Example,
    Function,
    GetField,
    Import,
    MakeList,
    MakeRecord,
    Map,
    Match,
    Module,
    NeuralFunction,
    Prefix,
    Program,
    TestSuite,
    is_identifier,
)

_SYMBOL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
_PLAIN_PATTERN = re.compile(r"(?:[^/\\\x00-\x1f]|\\[^/\x00-\x1f])+")
_TOKENS_A_LINE = 20


def print_module(module: Module) -> str:
    """The text of a module."""
    facts = [
        *(f"import {_import(item)}" for item in module.imports),
        *(f"source {_string(path)} sha256 {_string(digest)}" for path, digest in module.sources),
        *([] if module.entry is None else [f"entry {_symbol(module.entry)}"]),
        *(f"export {_symbol(symbol)}" for symbol in module.exports),
        *(f"declare {_signature(declaration)}" for declaration in module.declarations),
    ]
    parts = [[f"module {_string(module.name)} {module.stage}"], facts]
    parts += [list(print_function(function)) for function in module.functions]
    parts += [list(_suite(suite)) for suite in module.tests]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def print_function(function: Function) -> Iterator[str]:
    """The lines of one function."""
    if isinstance(function, NeuralFunction):
        yield f"neural {_signature(function)} {{"
        yield from _indented(_neural(function))
    else:
        yield f"composed {_signature(function)} {{"
        yield from _indented(_block(function.body))
    yield "}"


def print_operation(op: AnyOperation) -> Iterator[str]:
    """The lines of one operation: `%1: text = call @a.f(%0)`."""
    kind = "" if op.type is None else f": {print_type(op.type)}"
    first, *others = _expression(op)
    yield f"{_value_name(op.result)}{kind} = {first}"
    yield from others


def print_type(kind: Type) -> str:
    """A type, in words of the language; a pattern that cannot stand between slashes is a string."""
    match kind:
        case Labels(names):
            return " | ".join(map(_string, names)) or "nothing"
        case Matching(pattern):
            return "text matching " + (f"/{pattern}/" if _PLAIN_PATTERN.fullmatch(pattern) else _string(pattern))
        case List(item):
            return f"list<{print_type(item)}>"
        case Record(fields):
            return "{" + ", ".join(f"{_name(name)}: {print_type(field)}" for name, field in fields) + "}"
        case Optional(item):
            return f"({print_type(item)})?" if isinstance(item, Labels) else f"{print_type(item)}?"
    return str(kind)


def print_value(value: Frozen) -> str:
    """A value of the language: JSON, but for field names, which stand bare."""
    if isinstance(value, tuple):
        return "[" + ", ".join(map(print_value, value)) + "]"
    if isinstance(value, FrozenRecord):
        return "{" + ", ".join(f"{_name(name)}: {print_value(item)}" for name, item in value.fields) + "}"
    return json.dumps(value, ensure_ascii=False)


def _expression(op: AnyOperation) -> Iterator[str]:
    match op:
        case Const(value=value):
            yield f"const {print_value(value)}"
        case Call(callee=callee, args=args):
            yield f"call {_symbol(callee)}({_values(args)})"
        case Map(callee=callee, args=args, over=over):
            yield f"map[{over}] {_symbol(callee)}({_values(args)})"
        case Concat(args=args):
            yield f"concat({_values(args)})"
        case MakeList(args=args):
            yield f"list({_values(args)})"
        case MakeRecord(names=names, args=args):
            pairs = zip(names, args, strict=True)
            yield "record(" + ", ".join(f"{_name(name)}: {_value_name(arg)}" for name, arg in pairs) + ")"
        case GetField(arg=arg, name=name):
            yield f"field {_value_name(arg)} . {_name(name)}"
        case Match(arg=arg, arms=arms):
            yield f"match {_value_name(arg)} {{"
            for arm in arms:
                yield "  default {" if arm.is_default else f"  case {print_value(arm.pattern)} {{"
                yield from _indented(_indented(_block(arm.block)))
                yield "  }"
            yield "}"


def _block(block: Block) -> Iterator[str]:
    for op in block.operations:
        yield from print_operation(op)
    yield f"yield {_value_name(block.result)}"


def _neural(function: NeuralFunction) -> Iterator[str]:
    first, *others = function.spec.splitlines(keepends=True) or [""]
    yield f"spec {_string(first)}"
    yield from (f"     {_string(line)}" for line in others)
    yield from (f"option {_name(name)} = {print_value(value)}" for name, value in function.options)
    yield from (f"example {_example(example)}" for example in function.examples)
    if function.program is not None:
        yield from _program(function.program)


def _program(program: Program) -> Iterator[str]:
    compiler = f" compiler {_string(program.compiler)}" if program.compiler else ""
    yield f"program level {program.level} interpreter {_string(program.interpreter)}{compiler} {{"
    for start in range(0, len(program.tokens), _TOKENS_A_LINE):
        yield "  tokens " + " ".join(map(str, program.tokens[start : start + _TOKENS_A_LINE]))
    if program.prefix is not None:
        yield from _indented(_prefix(program.prefix))
    if (fitted := program.calibration) is not None:
        bias = print_value(fitted.bias)
        yield f"  calibration temperature {print_value(fitted.temperature)} bias {bias} examples {fitted.examples}"
    yield from (f"  report {_name(name)} = {print_value(value)}" for name, value in program.report)
    yield "}"


def _prefix(prefix: Prefix) -> Iterator[str]:
    yield f"prefix length {prefix.length} bits {prefix.bits} group {prefix.group} {{"
    yield f"  data {_blob(prefix.data)}"
    if prefix.scales is not None:
        yield f"  scales {_blob(prefix.scales)}"
    yield "}"


def _suite(suite: TestSuite) -> Iterator[str]:
    rate = "" if suite.at_least is None else f" at least {print_value(suite.at_least)}"
    yield f"test {_symbol(suite.function)}{rate} {{"
    yield from (f"  case {_example(case)}" for case in suite.cases)
    yield "}"


def _import(item: Import) -> str:
    alias = "" if item.alias is None else f" as {_name(item.alias)}"
    names = ", ".join(_name(there) + (f" as {_name(here)}" if here != there else "") for there, here in item.names)
    return _string(item.path) + alias + (f" using {names}" if names else "")


def _signature(function: Function | Declaration) -> str:
    params = ", ".join(f"{_name(param.name)}: {print_type(param.type)}" for param in function.params)
    return f"{_symbol(function.symbol)}({params}) -> {print_type(function.result)}"


def _example(example: Example) -> str:
    return f"({', '.join(map(print_value, example.inputs))}) -> {print_value(example.output)}"


def _blob(blob: BlobRef) -> str:
    return f"{_string(blob.sha256)} {blob.dtype}[{', '.join(map(str, blob.shape))}]"


def _values(names: Iterable[str]) -> str:
    return ", ".join(map(_value_name, names))


def _value_name(name: str) -> str:
    return f"%{name if _SYMBOL.fullmatch(name) else _string(name)}"


def _symbol(symbol: str) -> str:
    return f"@{symbol if _SYMBOL.fullmatch(symbol) else _string(symbol)}"


def _name(name: str) -> str:
    return name if is_identifier(name) else _string(name)


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
