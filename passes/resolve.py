"""Bind the names of callees: a lowered module -> a resolved one, whose callees are symbols, each declared."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar, NoReturn

from pawc import std
from pawc.base.diagnostics import Collector, Diagnostic, Note, fail, nearest, note_at
from pawc.base.graphs import find_cycle
from pawc.base.source import Span
from pawc.ir import nodes as ir
from pawc.ir.nodes import Block, Call, ComposedFunction, Declaration, Function, Map, Match, Module
from pawc.pass_base import Context, Pass


@dataclass(frozen=True, kw_only=True)
class Resolve(Pass):
    """Make every callee a symbol, and declare the functions of other files that are called.

    | written      | means                                                                |
    |--------------|----------------------------------------------------------------------|
    | `urgency`    | a function of this file, else one that a `from` import names         |
    | `ans.short`  | a function of the file or standard module imported as `ans`          |

    Needs: a lowered module, and the signatures of the files it imports. Leaves: a resolved one, without
    recursion. Unused imports are warned about.
    """

    name: ClassVar[str] = "resolve"
    stages: ClassVar[tuple[str, ...]] = ("lowered", "resolved", "checked")

    def run(self, module: Module, ctx: Context) -> Module:
        if module.stage != "lowered":
            return module
        resolved, errors, warnings = bind(module, ctx)
        for warning in warnings:
            ctx.log(warning.render())
        errors.raise_if_any()
        return resolved


def bind(module: Module, ctx: Context, unreadable: Collection[str] = ()) -> tuple[Module, Collector, list[Diagnostic]]:
    """The module with every name bound that can be, the errors, and the warnings.

    Of `unreadable` modules nothing is known but that errors in them have been reported: nothing is said of their names.
    """
    binder = _Binder(module, ctx, unreadable)
    functions = tuple(binder.function(function) for function in module.functions)
    declared = sorted(binder.used.values(), key=lambda declaration: declaration.symbol)
    resolved = replace(module, stage="resolved", functions=functions, declarations=tuple(declared))
    _report_recursion(resolved, binder.errors)
    return resolved, binder.errors, list(binder.unused_imports())


class _Binder:
    """The names one file may use, and which of them it did."""

    def __init__(self, module: Module, ctx: Context, unreadable: Collection[str]) -> None:
        self.module = module
        self.unreadable = set(unreadable)
        self.ctx = ctx
        self.errors = Collector()
        self.names: dict[str, str] = {}  # what can be called by its name alone -> its symbol
        self.places: dict[str, Span | None] = {}  # where those names are introduced
        self.origin: dict[str, int] = {}  # the import, by its number, that those names come from, if any
        self.modules: dict[str, int] = {}  # aliases -> the import, by its number
        self.used: dict[str, Declaration] = {}
        self.used_imports: set[int] = set()
        self.values: frozenset[str] = frozenset()  # parameters and values of the function at hand
        for function in module.functions:
            self._introduce(ir.base_name(function.symbol), function.symbol, function.span)
        for index, item in enumerate(module.imports):
            self._import(index, item)

    def _introduce(self, name: str, symbol: str, span: Span | None) -> None:
        if name in self.names:
            first = self.places[name]
            notes = note_at(first, "first here")
            self.errors.add("P0206", f"`{name}` is defined twice", span, label="again here", notes=notes)
            return
        self.names[name] = symbol
        self.places[name] = span

    def _import(self, index: int, item: ir.Import) -> None:
        if _is_standard(item.path) and item.path not in std.modules():
            known = nearest(item.path, std.modules()) or f"there are {', '.join(std.modules())}"
            label = "not in the standard library"
            self.errors.add("P0213", f"there is no standard module `{item.path}`", item.span, label=label, help=known)
            self.unreadable.add(item.path)
        if item.alias is not None:
            if item.alias in self.modules:
                first = self.module.imports[self.modules[item.alias]].span
                notes = note_at(first, "first here")
                message, help = f"two imports are called `{item.alias}`", "rename one of them with `as`"
                self.errors.add("P0206", message, item.span, label="again here", help=help, notes=notes)
                return
            self.modules[item.alias] = index
        for number, (there, here) in enumerate(item.names):
            span = item.name_spans[number] if item.name_spans else item.span
            with self.errors.guard():
                self._member(item.path, there, span)
            self._introduce(here, f"{item.path}.{there}", span)  # known even if it is wrong: it has been reported
            self.origin.setdefault(here, index)

    def function(self, function: Function) -> Function:
        """The function with its callees bound."""
        names: dict[str, Span | None] = {}
        for param in function.params:
            if param.name in names:
                first = names[param.name]
                notes = note_at(first, "first here")
                self.errors.add(
                    "P0207", f"two parameters are named `{param.name}`", param.span, label="again here", notes=notes
                )
            names.setdefault(param.name, param.span)
        if not isinstance(function, ComposedFunction):
            return function
        self.values = frozenset(names) | {operation.result for operation in ir.walk(function.body)}
        return replace(function, body=self._block(function.body))

    def _block(self, block: Block) -> Block:
        return replace(block, operations=tuple(self._operation(operation) for operation in block.operations))

    def _operation(self, operation: ir.AnyOperation) -> ir.AnyOperation:
        match operation:
            case Call() | Map():
                return self._bound(operation)
            case Match(arms=arms):
                return replace(operation, arms=tuple(replace(arm, block=self._block(arm.block)) for arm in arms))
        return operation

    def _bound(self, call: Call | Map) -> Call | Map:
        with self.errors.guard():
            return replace(call, callee=self._symbol(call.callee, call.callee_span or call.span))
        return call

    def _symbol(self, name: str, span: Span | None) -> str:
        alias, dot, member = name.rpartition(".")
        if dot:
            return self._qualified(alias, member, span)
        if (symbol := self.names.get(name)) is None:
            self._unknown(name, span)
        if name in self.origin:
            self._use(symbol, self.origin[name])
        return symbol

    def _qualified(self, alias: str, name: str, span: Span | None) -> str:
        if (index := self.modules.get(alias)) is None:
            if f"std.{alias}" in std.modules():
                help = f"add `import std.{alias}`"
            else:
                help = nearest(alias, self.modules) or f"import the file that has `{name}` first"
            label = "not imported here"
            if alias in self.values:
                label, help = "a value, not an imported file", "a value is followed by a field, which is not called"
            fail("P0212", f"there is no import called `{alias}`", span, label=label, help=help)
        symbol = self._member(self.module.imports[index].path, name, span)
        self._use(symbol, index)
        return symbol

    def _member(self, path: str, name: str, span: Span | None) -> str:
        """The symbol of a public function of another file or standard module."""
        symbol = f"{path}.{name}"
        if path in self.unreadable:
            return symbol
        if _is_standard(path):
            known = [ir.base_name(function.symbol) for function in std.functions(path)]
            where = f"`{path}`"
        else:
            symbols = [declaration.symbol for declaration in self.ctx.signatures(path)]
            if symbol in symbols and not ir.is_public(symbol):
                label = "a leading `_` keeps it to its file"
                fail("P0205", f"`{name}` is private to `{path}.paw`", span, label=label)
            known = [ir.base_name(s) for s in symbols if ir.is_public(s)]
            where = f"`{path}.paw`"
        if name not in known:
            help = nearest(name, known) or (f"it has {', '.join(known)}" if 0 < len(known) < 9 else "")
            if _is_standard(path) and (home := _standard_home(name)):
                help = f"it is in `{home}`"
            if name[:1].isupper():
                help = "only functions are imported; a type is written again where it is needed"
            fail("P0204", f"{where} has no function `{name}`", span, label="not found there", help=help)
        return symbol

    def _unknown(self, name: str, span: Span | None) -> NoReturn:
        if name in self.values:
            fail("P0211", f"`{name}` is a value, not a function", span, label="cannot be called")
        if name[:1].isupper():
            help = "types stand after `:` and `->`"
            fail("P0211", f"`{name}` is a type, not a function", span, label="cannot be called", help=help)
        imports = ((alias, self.module.imports[index]) for alias, index in self.modules.items())
        elsewhere = next((alias for alias, item in imports if name in self._public(item)), None)
        help = f"did you mean `{elsewhere}.{name}`?" if elsewhere else nearest(name, self.names)
        if not help and (home := _standard_home(name)):
            help = f"`import {home}`, then call `{home.removeprefix('std.')}.{name}`"
        fail("P0201", f"unknown function `{name}`", span, label="not defined here or imported", help=help)

    def _public(self, item: ir.Import) -> list[str]:
        if item.path in self.unreadable:
            return []
        if _is_standard(item.path):
            return [ir.base_name(function.symbol) for function in std.functions(item.path)]
        return [ir.base_name(d.symbol) for d in self.ctx.signatures(item.path) if ir.is_public(d.symbol)]

    def _use(self, symbol: str, index: int) -> None:
        self.used_imports.add(index)
        path = self.module.imports[index].path
        if not _is_standard(path) and path not in self.unreadable:
            self.used |= {d.symbol: d for d in self.ctx.signatures(path) if d.symbol == symbol}

    def unused_imports(self) -> Iterator[Diagnostic]:
        """A warning for every import no function of which is called."""
        for index, item in enumerate(self.module.imports):
            if index not in self.used_imports:
                yield Diagnostic(
                    "P0214", f"nothing of `{item.path}` is used", item.span, "unused import", severity="warning"
                )


def _is_standard(path: str) -> bool:
    return path.startswith("std.")


def _standard_home(name: str) -> str | None:
    """The standard module that has a function of this name."""
    return next((module for module in std.modules() if std.lookup(f"{module}.{name}")), None)


def _report_recursion(module: Module, errors: Collector) -> None:
    """Refuse functions that call themselves, in whatever way: evaluating them would never end."""
    calls = {function.symbol: dict(_calls(function)) for function in module.functions}
    while cycle := find_cycle({symbol: tuple(to) for symbol, to in calls.items()}):
        names = [f"`{ir.base_name(symbol)}`" for symbol in cycle]
        places = [
            (calls[caller][called], f"{one} calls {other}")
            for (caller, called), (one, other) in zip(pairwise(cycle), pairwise(names), strict=True)
        ]
        (span, label), *others = places
        notes = tuple(Note(place, text) for place, text in others if place)
        chain = " -> ".join(ir.base_name(symbol) for symbol in cycle)
        errors.add("P0210", f"{names[0]} calls itself: {chain}", span, label=label, notes=notes)
        for symbol in cycle[1:]:
            del calls[symbol]


def _calls(function: Function) -> Iterator[tuple[str, Span | None]]:
    if isinstance(function, ComposedFunction):
        for operation in ir.walk(function.body):
            if isinstance(operation, Call | Map):
                yield operation.callee, operation.callee_span or operation.span
