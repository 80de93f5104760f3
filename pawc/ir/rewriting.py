"""What passes over composed functions share: all functions rewritten, values renamed, bodies copied, types of values.

Values are visible in the blocks nested in theirs and their names differ within a function, so a renaming
never captures anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count

from pawc.base.types import Float, List, Optional, Record, Type
from pawc.ir.nodes import (
    AnyOperation,
    Block,
    Call,
    ComposedFunction,
    Concat,
    Function,
    GetField,
    MakeList,
    MakeRecord,
    Map,
    Match,
    Module,
    walk,
)


def rewrite_bodies(module: Module, rewrite: Callable[[ComposedFunction], ComposedFunction]) -> Module:
    """The module with every composed function rewritten; the same module when none changed."""
    functions: tuple[Function, ...] = tuple(
        rewrite(function) if isinstance(function, ComposedFunction) else function for function in module.functions
    )
    return module if functions == module.functions else replace(module, functions=functions)


def value_types(function: ComposedFunction) -> dict[str, Type | None]:
    """The type of every value of a function, parameters included."""
    types: dict[str, Type | None] = {param.name: param.type for param in function.params}
    return types | {op.result: op.type for op in walk(function.body)}


def converts(source: Type | None, target: Type | None) -> bool:
    """Whether a value may be written differently where a `target` is expected: an int as a float, fields in order."""
    return source is None or target is None or (source != target and _may_conform(target))


def read_from(op: AnyOperation, names: Mapping[str, str]) -> AnyOperation:
    """The operation with the values it reads renamed, in its nested blocks too."""
    if not names:
        return op

    def new(name: str) -> str:
        return names.get(name, name)

    match op:
        case Call() | Map() | Concat() | MakeList() | MakeRecord():
            return replace(op, args=tuple(map(new, op.args)))
        case GetField():
            return replace(op, arg=new(op.arg))
        case Match():
            arms = tuple(replace(arm, block=block_from(arm.block, names)) for arm in op.arms)
            return replace(op, arg=new(op.arg), arms=arms)
    return op


def block_from(block: Block, names: Mapping[str, str]) -> Block:
    """The block with the values it reads renamed."""
    operations = tuple(read_from(op, names) for op in block.operations)
    return Block(operations=operations, result=names.get(block.result, block.result))


def fresh_copy(block: Block, arguments: Mapping[str, str], taken: set[str]) -> Block:
    """A copy of a function's body with its parameters replaced, and every value it assigns under a new name.

    `taken` are the names in use where the copy goes; the new ones join them.
    """
    names = dict(arguments)
    for op in walk(block):
        names[op.result] = _fresh(op.result, taken)
    return _renamed(block, names)


def _may_conform(kind: Type) -> bool:
    """Whether `types.conform` may change a value of the type."""
    match kind:
        case List(item) | Optional(item):
            return _may_conform(item)
    return isinstance(kind, Float | Record)


def _renamed(block: Block, names: Mapping[str, str]) -> Block:
    operations = []
    for op in block.operations:
        if isinstance(op, Match):
            arms = tuple(replace(arm, block=_renamed(arm.block, names)) for arm in op.arms)
            op = replace(op, arms=arms, arg=names.get(op.arg, op.arg))
        else:
            op = read_from(op, names)
        operations.append(replace(op, result=names[op.result]))
    return Block(operations=tuple(operations), result=names.get(block.result, block.result))


def _fresh(name: str, taken: set[str]) -> str:
    base = name.partition(".")[0]
    found = name if name not in taken else next(new for i in count(1) if (new := f"{base}.{i}") not in taken)
    taken.add(found)
    return found
