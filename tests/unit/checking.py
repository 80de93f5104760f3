"""Source text -> a checked module, for tests of `resolve` and `check`."""

from __future__ import annotations

from pathlib import Path

from pawc.passes.check import Check
from pawc.passes.resolve import Resolve

from pawc.base.diagnostics import Diagnostic, PawError
from pawc.base.source import Source
from pawc.base.types import Type
from pawc.driver.project import declarations
from pawc.ir.nodes import AnyOperation, Block, ComposedFunction, Module, walk
from pawc.ir.verify import problems
from pawc.lowering.modules import lower
from pawc.pass_base import Context
from pawc.syntax.parser import parse


def lowered(text: str, name: str = "main") -> Module:
    """The module of a text without errors of syntax."""
    return lower(parse(Source(f"{name}.paw", text)), name, Path())


def context(*others: Module) -> tuple[Context, list[str]]:
    """What `resolve` may see of other modules, and what it says."""
    said: list[str] = []
    known = {module.name: declarations(module) for module in others}
    return Context(signatures=known.__getitem__, log=said.append), said


def checked(text: str, *others: Module) -> Module:
    """The module after `resolve` and `check`; both leave what the rules of the IR allow."""
    ctx, _ = context(*others)
    module = Check().run(Resolve().run(lowered(text), ctx), ctx)
    assert problems(module) == []
    return module


def refused(text: str, *others: Module) -> list[Diagnostic]:
    """What is wrong with a text."""
    try:
        checked(text, *others)
    except PawError as error:
        return list(error.diagnostics)
    raise AssertionError("accepted")


def marked(diagnostic: Diagnostic) -> str:
    """The text under the caret."""
    assert diagnostic.span is not None
    return diagnostic.span.source.text[diagnostic.span.start : diagnostic.span.end]


def body(module: Module, name: str = "main") -> Block:
    """The body of a composed function."""
    function = module.function(f"{module.name}.{name}")
    assert isinstance(function, ComposedFunction)
    return function.body


def operations(module: Module, kind: type[AnyOperation], name: str = "main") -> list[AnyOperation]:
    """The operations of one kind in a composed function."""
    return [operation for operation in walk(body(module, name)) if isinstance(operation, kind)]


def types_of(module: Module, kind: type[AnyOperation], name: str = "main") -> list[Type | None]:
    """Their types."""
    return [operation.type for operation in operations(module, kind, name)]
