"""Deduplicate calls: the same call on the same values, twice -> one evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from pawc.ir.codec import canonical_json
from pawc.ir.nodes import AnyOperation, Block, ComposedFunction, Match, Module
from pawc.ir.rewriting import read_from, rewrite_bodies
from pawc.pass_base import Context, Pass


@dataclass(frozen=True, kw_only=True)
class DeduplicateCalls(Pass):
    """Give later operations that compute what an earlier one has computed the earlier one's value.

    Rules: functions are functions (the same arguments give the same answer), so equal operations on equal values
    are one, calls and constants alike. A value serves where it is visible: behind it in its block, and in blocks
    nested there. What two arms of a match compute stays in both.

    Needs: a checked module, or a later one.
    """

    name: ClassVar[str] = "deduplicate-calls"
    stages: ClassVar[tuple[str, ...]] = ("checked", "compiled", "linked")

    def run(self, module: Module, ctx: Context) -> Module:
        return rewrite_bodies(module, _rewrite)


def _rewrite(function: ComposedFunction) -> ComposedFunction:
    return replace(function, body=_block(function.body, {}, {}))


def _block(block: Block, computed: Mapping[str, str], names: Mapping[str, str]) -> Block:
    """`computed`: operations (without their result) seen so far -> their value; `names`: values that became others."""
    computed, names = dict(computed), dict(names)
    operations: list[AnyOperation] = []
    for op in block.operations:
        if isinstance(op, Match):
            arms = tuple(replace(arm, block=_block(arm.block, computed, names)) for arm in op.arms)
            op = replace(op, arms=arms, arg=names.get(op.arg, op.arg))
        else:
            op = read_from(op, names)
        key = canonical_json(replace(op, result=""))
        if key in computed:
            names[op.result] = computed[key]
        else:
            computed[key] = op.result
            operations.append(op)
    return Block(operations=tuple(operations), result=names.get(block.result, block.result))
