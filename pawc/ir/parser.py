"""Text -> IR: what `printer` writes is read back equal, and people may write it by hand (`grammar/ir.lark`)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from lark import Lark, Tree, UnexpectedCharacters, UnexpectedToken
from lark.exceptions import VisitError

from pawc.base.diagnostics import PawError, fail
from pawc.base.source import Source, Span
from pawc.ir.nodes import Module
from pawc.ir.tree_builder import TreeBuilder

_SHOWN = {
    "STRING": "a string",
    "INT": "a whole number",
    "FLOAT": "a number",
    "NAME": "a name",
    "SYMBOL": "`@symbol`",
    "VALUE": "`%value`",
    "STAGE": "a stage",
    "DTYPE": "a dtype",
    "PATTERN": "`/pattern/`",
    "$END": "the end",
}


def parse_module(source: Source) -> Module:
    """The module that a text stands for; a coded error with its place where it is none."""
    try:
        tree = _grammar().parse(source.text)
        module: Module = TreeBuilder(source).transform(tree)
        return module
    except UnexpectedToken as error:
        found = "the end" if error.token.type == "$END" else f"`{error.token}`"
        start = len(source.text) if error.token.type == "$END" else error.token.start_pos or 0
        expected = ", ".join(sorted(map(_shown, error.accepts or error.expected)))
        length = 0 if error.token.type == "$END" else len(error.token)
        span = Span(source, start, start + length)
        fail("P0530", f"IR text: unexpected {found}", span, label=f"expected {expected}")
    except UnexpectedCharacters as error:
        start = error.pos_in_stream or 0
        expected = ", ".join(sorted(map(_shown, error.allowed)))
        message = f"IR text: nothing begins with `{source.text[start]}` here"
        fail("P0530", message, Span(source, start, start + 1), label=f"expected {expected}")
    except VisitError as error:
        if isinstance(error.orig_exc, PawError):
            raise error.orig_exc from None
        if isinstance(error.orig_exc, ValueError):  # an escape that is none, a number beyond what Python converts
            meta = error.obj.meta if isinstance(error.obj, Tree) else None
            place = None if meta is None or meta.empty else Span(source, meta.start_pos, meta.end_pos)
            fail("P0530", f"IR text: {error.orig_exc}", place, where=source.name)
        raise
    except RecursionError:
        fail("P0519", "the IR text is nested too deeply", where=source.name)


@cache
def _grammar() -> Lark:
    text = (files("pawc.grammar") / "ir.lark").read_text(encoding="utf-8")
    return Lark(text, start="module", parser="lalr", propagate_positions=True, maybe_placeholders=True)


def _shown(terminal: str) -> str:
    if terminal in _SHOWN:
        return _SHOWN[terminal]
    defined = next((t for t in _grammar().terminals if t.name == terminal), None)
    return f"`{defined.pattern.value}`" if defined is not None else terminal
