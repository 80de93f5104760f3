"""Who calls whom: a module -> its call graph, and what can be reached in it (`graphs` finds cycles and orders)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pawc.ir.nodes import Call, ComposedFunction, Function, Map, Module, walk


def is_std(symbol: str) -> bool:
    """Whether a symbol is in the standard library: `std.text.strip`."""
    return symbol.startswith("std.") and symbol.count(".") >= 2


def call_graph(module: Module) -> dict[str, tuple[str, ...]]:
    """Every function's callees among the functions of the module, in order of their first call."""
    defined = {function.symbol for function in module.functions}
    return {
        function.symbol: tuple(dict.fromkeys(op.callee for op in _calls(function) if op.callee in defined))
        for function in module.functions
    }


def reachable(graph: Mapping[str, Iterable[str]], roots: Iterable[str]) -> set[str]:
    """Everything that the roots reach, themselves included."""
    found: set[str] = set()
    work = list(roots)
    while work:
        if (symbol := work.pop()) not in found:
            found.add(symbol)
            work += graph[symbol]
    return found


def _calls(function: Function) -> Iterator[Call | Map]:
    if isinstance(function, ComposedFunction):
        yield from (op for op in walk(function.body) if isinstance(op, Call | Map))
