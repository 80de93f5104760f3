"""What the rules of `verify` look at: the operations, values, types and texts of a module, each one's own faults."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import TypeAlias

from pawc.base.pattern import Unsupported, translate
from pawc.base.source import Span
from pawc.base.types import Frozen, FrozenRecord, Labels, List, Matching, Optional, Record, Type, choices
from pawc.ir import tensors
from pawc.ir.nodes import (
    AnyOperation,
    BlobRef,
    Block,
    Calibration,
    ComposedFunction,
    Const,
    Example,
    Function,
    MakeRecord,
    Map,
    Match,
    Module,
    operands,
    walk,
)

Problem: TypeAlias = tuple[str, Span | None]

_TOO_DEEP = "a type is nested too deeply"
_MAX_TYPE_DEPTH = 32


def composed(module: Module) -> Iterator[ComposedFunction]:
    return (function for function in module.functions if isinstance(function, ComposedFunction))


def operations(module: Module) -> Iterator[tuple[ComposedFunction, AnyOperation]]:
    return ((function, op) for function in composed(module) for op in walk(function.body))


def examples(module: Module) -> Iterator[tuple[Function, Example]]:
    for function in module.neural:
        yield from ((function, example) for example in function.examples)
    for suite in module.tests:
        if (tested := module.function(suite.function)) is not None:
            yield from ((tested, case) for case in suite.cases)


def types(module: Module) -> Iterator[tuple[Type, Span | None]]:
    for function in (*module.functions, *module.declarations):
        yield from ((param.type, param.span) for param in function.params)
        yield function.result, function.span
    yield from ((op.type, op.span) for _, op in operations(module) if op.type is not None)


def signature_types(module: Module) -> Iterator[tuple[Type, Span | None]]:
    """The types whose values are written and read as text, and the types inside them."""
    for function in (*module.functions, *module.declarations):
        waiting = [(param.type, param.span) for param in function.params] + [(function.result, function.span)]
        while waiting:
            kind, span = waiting.pop()
            yield kind, span
            if isinstance(kind, List | Optional):
                waiting.append((kind.item, span))
            elif isinstance(kind, Record):
                waiting += [(field, span) for _, field in kind.fields]


def calibration_problem(fitted: Calibration, result: Type) -> str:
    """Why a calibration cannot be one of a function with this result; nothing if it can."""
    numbers = (fitted.temperature, *fitted.bias) if isinstance(fitted.bias, tuple) else (None,)
    if any(isinstance(number, bool) or not isinstance(number, int | float) for number in numbers):
        return "its calibration is not made of numbers"
    if not all(map(math.isfinite, numbers)) or fitted.temperature <= 0 or fitted.examples < 0:
        return "the numbers of its calibration are not possible ones"
    if len(fitted.bias) != len(choices(result) or ()):
        return (
            f"its calibration has a bias for {len(fitted.bias)} answers, and its type has {len(choices(result) or ())}"
        )
    return ""


def values(module: Module) -> Iterator[tuple[Frozen, Span | None]]:
    for _, op in operations(module):
        if isinstance(op, Const):
            yield op.value, op.span
        if isinstance(op, Match):
            yield from ((arm.pattern, arm.span) for arm in op.arms)
    for function in module.neural:
        report = function.program.report if function.program else ()
        yield from ((value, function.span) for _, value in (*function.options, *report))
    examples = [e for f in module.neural for e in f.examples] + [e for suite in module.tests for e in suite.cases]
    for example in examples:
        yield from ((value, example.span) for value in (*example.inputs, example.output))


def texts(node: object) -> Iterator[str]:
    """Every text in a node; places in the source hold none that is written."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from texts(item)
    elif is_dataclass(node):
        for field in fields(node):
            if field.compare:
                yield from texts(getattr(node, field.name))


def repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def is_hash(text: str) -> bool:
    return re.fullmatch("[0-9a-f]{64}", text) is not None


def depth(block: Block) -> int:
    inner = (arm.block for op in block.operations if isinstance(op, Match) for arm in op.arms)
    return max((1 + depth(block) for block in inner), default=0)


def type_problem(kind: Type, depth: int = 0) -> str | None:
    if depth > _MAX_TYPE_DEPTH:
        return _TOO_DEEP
    match kind:
        case Labels(names):
            return "a union has labels, each once" if len(names) < 2 or repeated(names) else None
        case List(item) | Optional(item):
            return type_problem(item, depth + 1)
        case Record(fields=inside):
            if not inside or repeated(name for name, _ in inside):
                return "a record has fields, each once"
            return next((why for _, field in inside if (why := type_problem(field, depth + 1))), None)
        case Matching(pattern):
            try:
                translate(pattern)
            except Unsupported as error:
                return f"a pattern that no decoder can enforce: {error}"
    return None


def value_problem(value: Frozen, depth: int = 0) -> str | None:
    if depth > _MAX_TYPE_DEPTH:
        return "a value is nested too deeply"
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value} is not a value of the language"
    if isinstance(value, FrozenRecord):
        value = tuple(item for _, item in value.fields)
    if isinstance(value, tuple):
        return next((why for item in value if (why := value_problem(item, depth + 1))), None)
    return None


def shape_problem(op: AnyOperation) -> str | None:
    match op:
        case Map(args=args, over=over) if not 0 <= over < len(args):
            return f"maps over argument {over} of {len(args)}"
        case MakeRecord(names=names, args=args) if len(names) != len(args) or not names or repeated(names):
            return "a record has fields, each once, and a value for each"
        case Match(arms=arms):
            defaults = [index for index, arm in enumerate(arms) if arm.is_default]
            if not arms or defaults not in ([], [len(arms) - 1]):
                return "a match has arms, and at most one default, its last"
            if any(
                (arm.pattern is not None) if arm.is_default else isinstance(arm.pattern, tuple | FrozenRecord)
                for arm in arms
            ):
                return "patterns are labels, numbers or booleans; a default has none"
    return None


def blob_problem(blob: BlobRef) -> str | None:
    if not is_hash(blob.sha256) or blob.dtype not in tensors.DTYPES:
        return "a tensor without sha256 or dtype"
    if not blob.shape or not all(1 <= dimension <= 1 << 40 for dimension in blob.shape):
        return f"a tensor of shape {list(blob.shape)}"
    return None


def scope_problems(block: Block, outer: frozenset[str], function: ComposedFunction) -> Iterator[Problem]:
    seen = set(outer)
    for op in block.operations:
        for name in operands(op):
            if name not in seen:
                yield f"%{op.result} in @{function.symbol} uses %{name}, which has no value there", op.span
        if isinstance(op, Match):
            for arm in op.arms:
                yield from scope_problems(arm.block, frozenset(seen), function)
        seen.add(op.result)
    if block.result not in seen:
        yield f"@{function.symbol} yields %{block.result}, which has no value there", function.span
