"""Eliminate dead code: what nobody can call or see -> nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from pawc.ir.callgraph import call_graph, reachable
from pawc.ir.nodes import AnyOperation, Block, Match, Module, operands
from pawc.ir.rewriting import rewrite_bodies
from pawc.pass_base import Context, Pass


@dataclass(frozen=True, kw_only=True)
class EliminateDead(Pass):
    """Remove operations whose value nobody reads, then functions that neither the entry nor an export reaches.

    Rules: operations have no effects, so an unread one may go, calls included (were it to fail, the program
    would now succeed). With `keep=entry` the exports go too: what is left can only be run from its entry.

    Needs: a linked module.
    """

    name: ClassVar[str] = "eliminate-dead"
    stages: ClassVar[tuple[str, ...]] = ("linked",)
    keep: str = "exports"

    def __post_init__(self) -> None:
        if self.keep not in ("exports", "entry"):
            raise ValueError(f"keep is `exports` or `entry`, not `{self.keep}`")

    def run(self, module: Module, ctx: Context) -> Module:
        lean = rewrite_bodies(module, lambda function: replace(function, body=_block(function.body)))
        exports = module.exports
        if self.keep == "entry" and module.entry is not None:
            exports = (module.entry,) if module.entry in exports else ()
        roots = [*exports, *([] if module.entry is None else [module.entry])]
        alive = reachable(call_graph(lean), roots)
        functions = tuple(function for function in lean.functions if function.symbol in alive)
        if functions == module.functions and exports == module.exports:
            return module
        return replace(lean, functions=functions, exports=exports)


def _block(block: Block) -> Block:
    """The block without operations that neither its result nor a live operation needs."""
    read = {block.result}
    kept: list[AnyOperation] = []
    for op in reversed(block.operations):
        if op.result not in read:
            continue
        if isinstance(op, Match):
            op = replace(op, arms=tuple(replace(arm, block=_block(arm.block)) for arm in op.arms))
        read |= _reads(op)
        kept.append(op)
    return Block(operations=tuple(reversed(kept)), result=block.result)


def _reads(op: AnyOperation) -> set[str]:
    """Every value an operation needs, those that its nested blocks read included."""
    found = set(operands(op))
    if isinstance(op, Match):
        for arm in op.arms:
            found |= {arm.block.result}.union(*map(_reads, arm.block.operations))
    return found
