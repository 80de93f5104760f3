"""The standard library -> its reference page, docs/std.md: `python -m pawc.std.docs > docs/std.md`."""

from __future__ import annotations

import re
from importlib import import_module
from inspect import getdoc

from pawc.std import Builtin, functions, modules

_HEAD = """\
# The standard library

Exact functions: they run as written, without a model, and give the same answer every time. `import std.text`
makes `text.strip` and the others usable. A function marked *may fail* gives an error with a message for some
arguments; the record at hand then has that error instead of an answer, and the others go on.

This page is made from the docstrings in `pawc/std/`: `python -m pawc.std.docs > docs/std.md`.
"""


def markdown() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(_section(module) for module in modules())])


def examples(doc: str) -> list[tuple[str, str, str]]:
    """The examples in a docstring: function, arguments, what comes out (`error` for an error)."""
    return re.findall(r"^\w+\.(\w+)\((.*)\) -> (.*)$", doc, re.MULTILINE)


def _section(module: str) -> str:
    about = (getdoc(import_module(f"pawc.{module}")) or "").partition(": ")[2]
    return "\n".join([f"## {module}\n", about[:1].upper() + about[1:] + "\n", *map(_entry, functions(module))])


def _entry(function: Builtin) -> str:
    text, _, shown = function.doc.partition("\n\n")
    may_fail = " *May fail.*" if function.fallible else ""
    return f"### `{function}`\n\n{text}{may_fail}\n\n```\n{shown}\n```\n"


if __name__ == "__main__":
    print(markdown(), end="")
