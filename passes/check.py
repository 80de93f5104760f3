"""Check types: a resolved module -> a checked one, in which every operation has its type and all values theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from pawc.passes.check_bodies import check_body
from pawc.passes.check_cases import check_agreement, check_neural, check_tests

from pawc.base.diagnostics import Collector
from pawc.ir.nodes import Function, Module, NeuralFunction
from pawc.ir.op_types import Signature, signatures
from pawc.pass_base import Context, Pass


@dataclass(frozen=True, kw_only=True)
class Check(Pass):
    """Fill in the type of every operation, and refuse what does not agree.

    - composed functions: calls, `map`, `match`, `++`, fields, literals, results (`check_bodies`)
    - neural functions: options and examples; tests of all functions (`check_cases`)

    Needs: a resolved module. Leaves: a checked one. Everything that is wrong is reported in one go.
    """

    name: ClassVar[str] = "check"
    stages: ClassVar[tuple[str, ...]] = ("resolved", "checked")

    def run(self, module: Module, ctx: Context) -> Module:
        if module.stage == "checked":
            return module
        errors = Collector()
        checked = judge(module, errors)
        errors.raise_if_any()
        return checked


def judge(module: Module, errors: Collector) -> Module:
    """The module with its types; what is wrong with it goes to `errors`.

    Callees that are not declared are let alone: `resolve` has reported them.
    """
    known = signatures(module)
    functions = tuple(_judge(function, known, errors) for function in module.functions)
    by_symbol = {function.symbol: function for function in functions}
    tests = tuple(check_tests(suite, by_symbol[suite.function], errors) for suite in module.tests)
    for function in functions:
        check_agreement([suite for suite in tests if suite.function == function.symbol], function, errors)
    return replace(module, stage="checked", functions=functions, tests=tests)


def _judge(function: Function, known: Mapping[str, Signature], errors: Collector) -> Function:
    if isinstance(function, NeuralFunction):
        return check_neural(function, errors)
    return check_body(function, known, errors)
