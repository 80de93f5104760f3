"""Share programs: neural functions that cannot be told apart -> one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from pawc.ir.codec import canonical_json
from pawc.ir.nodes import Block, Call, ComposedFunction, Map, Match, Module, NeuralFunction
from pawc.ir.rewriting import rewrite_bodies
from pawc.pass_base import Context, Pass


@dataclass(frozen=True, kw_only=True)
class SharePrograms(Pass):
    """Call one of several identical neural functions wherever any of them is called.

    Rules: two are identical when parameters, result, options and program agree (how the program was made, and
    what it was specified by, does not matter); the first one stands for all. The others stay until
    `eliminate-dead`, which keeps those that may be called from outside. Their tensors are stored once anyway.

    Needs: a compiled module, or a linked one.
    """

    name: ClassVar[str] = "share-programs"
    stages: ClassVar[tuple[str, ...]] = ("compiled", "linked")

    def run(self, module: Module, ctx: Context) -> Module:
        first: dict[str, str] = {}
        stands_for = {f.symbol: first.setdefault(_identity(f), f.symbol) for f in module.neural}
        if all(symbol == other for symbol, other in stands_for.items()):
            return module

        def rewrite(function: ComposedFunction) -> ComposedFunction:
            return replace(function, body=_block(function.body, stands_for))

        return rewrite_bodies(module, rewrite)


def _identity(function: NeuralFunction) -> str:
    """The text of what decides a function's answers."""
    program = function.program
    assert program is not None
    bare = replace(program, level=0, compiler="", report=())  # all else that a program has decides, calibration too
    return canonical_json(replace(function, symbol="", spec="", examples=(), program=bare))


def _block(block: Block, stands_for: dict[str, str]) -> Block:
    operations = []
    for op in block.operations:
        if isinstance(op, Call | Map):
            op = replace(op, callee=stands_for.get(op.callee, op.callee))
        elif isinstance(op, Match):
            op = replace(op, arms=tuple(replace(arm, block=_block(arm.block, stands_for)) for arm in op.arms))
        operations.append(op)
    return replace(block, operations=tuple(operations))
