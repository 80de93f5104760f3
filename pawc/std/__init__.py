"""The standard library: a symbol (`std.text.strip`) -> the exact, total, typed Python function behind it.

One file per module; its public functions are the module's functions. A module is imported when asked for.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from inspect import isfunction

from pawc.std.builtin import Builtin, Error, builtin

__all__ = ["Builtin", "Error", "functions", "lookup", "modules"]

_MODULES = ("json", "list", "math", "option", "re", "text", "time")


def modules() -> tuple[str, ...]:
    """The names of the modules, as a program imports them: `std.text`."""
    return tuple(f"std.{name}" for name in _MODULES)


def functions(module: str) -> tuple[Builtin, ...]:
    """The functions of a module (`std.text`), by name; none if there is no such module."""
    return tuple(_table(module).values())


def lookup(symbol: str) -> Builtin | None:
    """The function a symbol names, or None."""
    module, _, _ = symbol.rpartition(".")
    return _table(module).get(symbol)


@cache
def _table(module: str) -> dict[str, Builtin]:
    if module not in modules():
        return {}
    implementation = import_module(f"pawc.{module}")
    found = {
        f"{module}.{name}": function
        for name, function in vars(implementation).items()
        if isfunction(function) and function.__module__ == implementation.__name__ and not name.startswith("_")
    }
    return {symbol: builtin(symbol, found[symbol]) for symbol in sorted(found)}
