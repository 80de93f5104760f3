"""pawc: a compiler for fuzzy functions - a specification and examples - that run locally.

    import pawc

    program = pawc.compile("Classify the review.", examples=[...], output=["positive", "negative"])
    program("Best noodles in town")

`compile` makes a program, `load` opens one, `function` gives what one calls. docs/language.md is the reference of the
language, `pawc --help` that of the command line. Importing this package imports nothing else until it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __version__: str
    from pawc.api import compile, function, load
    from pawc.base.diagnostics import PawError
    from pawc.driver.build import Options
    from pawc.driver.program import Function, Program
    from pawc.runtime.outcome import Failure

__all__ = ["Failure", "Function", "Options", "PawError", "Program", "compile", "function", "load"]

_HOMES = {
    "compile": "pawc.api",
    "function": "pawc.api",
    "load": "pawc.api",
    "Failure": "pawc.runtime.outcome",
    "Function": "pawc.driver.program",
    "Options": "pawc.driver.build",
    "PawError": "pawc.base.diagnostics",
    "Program": "pawc.driver.program",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return _version()
    if name not in _HOMES:
        raise AttributeError(f"module `pawc` has no attribute `{name}`")
    return getattr(import_module(_HOMES[name]), name)


def _version() -> str:
    """The version of what is installed, which takes a while to look up: not before somebody asks."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("pawc")
    except PackageNotFoundError:  # the distribution that runs programs only
        return version("pawc-runtime")


def __dir__() -> list[str]:
    return sorted(__all__)
