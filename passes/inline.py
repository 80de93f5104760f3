"""Inline: calls of composed functions -> their bodies, so that later passes see across them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from pawc.base.graphs import in_order
from pawc.ir.callgraph import call_graph
from pawc.ir.nodes import AnyOperation, Block, Call, ComposedFunction, Match, Module, walk
from pawc.ir.rewriting import block_from, converts, fresh_copy, value_types
from pawc.pass_base import Context, Pass


@dataclass(frozen=True, kw_only=True)
class Inline(Pass):
    """Replace each call of a composed function by the function's body.

    Rules: callees are done before their callers; a call stays where the body would make its function longer than
    `limit` operations, and where it converts a value on its way in or out (an int that becomes a float).
    `map` of a composed function stays. The functions themselves stay too; `eliminate-dead` removes those not needed.

    Needs: a linked module.
    """

    name: ClassVar[str] = "inline"
    stages: ClassVar[tuple[str, ...]] = ("linked",)
    limit: int = 500

    def run(self, module: Module, ctx: Context) -> Module:
        done = {function.symbol: function for function in module.functions}
        for symbol in in_order(call_graph(module)):
            function = done[symbol]
            if isinstance(function, ComposedFunction):
                bodies = {s: f for s, f in done.items() if isinstance(f, ComposedFunction)}
                done[symbol] = _Inliner(function, bodies, self.limit).function()
        functions = tuple(done[function.symbol] for function in module.functions)
        return module if functions == module.functions else replace(module, functions=functions)


class _Inliner:
    """One function, whose calls are replaced while there is room."""

    def __init__(self, function: ComposedFunction, bodies: dict[str, ComposedFunction], limit: int) -> None:
        self._function = function
        self._bodies = bodies
        self._limit = limit
        self._length = sum(1 for _ in walk(function.body))
        self._taken = {param.name for param in function.params} | {op.result for op in walk(function.body)}
        self._types = value_types(function)

    def function(self) -> ComposedFunction:
        return replace(self._function, body=self._block(self._function.body))

    def _block(self, block: Block) -> Block:
        operations: list[AnyOperation] = []
        for index, op in enumerate(block.operations):
            if isinstance(op, Call) and (callee := self._bodies.get(op.callee)) and self._may_inline(op, callee):
                arguments = {param.name: arg for param, arg in zip(callee.params, op.args, strict=True)}
                body = fresh_copy(callee.body, arguments, self._taken)
                self._length += sum(1 for _ in walk(body)) - 1
                self._types |= {inner.result: inner.type for inner in walk(body)}
                self._types[op.result] = self._types[body.result]
                rest = Block(operations=block.operations[index + 1 :], result=block.result)
                tail = self._block(block_from(rest, {op.result: body.result}))
                return Block(operations=(*operations, *body.operations, *tail.operations), result=tail.result)
            if isinstance(op, Match):
                op = replace(op, arms=tuple(replace(arm, block=self._block(arm.block)) for arm in op.arms))
            operations.append(op)
        return Block(operations=tuple(operations), result=block.result)

    def _may_inline(self, call: Call, callee: ComposedFunction) -> bool:
        if self._length + sum(1 for _ in walk(callee.body)) > self._limit:
            return False
        passed = [(self._types[arg], param.type) for arg, param in zip(call.args, callee.params, strict=True)]
        returned = [(value_types(callee)[callee.body.result], callee.result), (callee.result, call.type)]
        return not any(converts(source, target) for source, target in [*passed, *returned])
