"""Text -> syntax tree. Everything that is wrong with the text is reported in one go.

lark does the parsing (`grammar/paw.lark`), `tree_builder` makes our tree of lark's, `recovery` finds every
error of a text that does not parse.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pawc.base.diagnostics import PawError, fail
from pawc.base.source import Source, Span
from pawc.syntax import nodes as syntax
from pawc.syntax import recovery
from pawc.syntax.terminals import TOKEN
from pawc.syntax.tree_builder import TreeBuilder

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

MAX_DEPTH = 30
"""How deep a program may nest: no later stage can run out of stack, and no file format of room."""

_NESTING = frozenset(
    {
        "access",
        "block",
        "concat",
        "generic",
        "list_of",
        "match",
        "optional",
        "pipe",
        "record_of",
        "record_type",
        "value_list",
        "value_record",
    }
)


def parse(source: Source) -> syntax.File:
    """The tree of a source text; PawError with every syntax error in it."""
    from lark.exceptions import UnexpectedInput

    try:
        tree = grammar().parse(source.text, start="file")
    except UnexpectedInput as error:
        raise PawError(*recovery.syntax_errors(source, grammar(), error)) from None
    _check_depth(tree, source)
    builder = TreeBuilder(source)
    file = syntax.File(
        source=source, items=builder.parts(tree), comments=_comments(source), span=Span(source, 0, len(source.text))
    )
    builder.found.raise_if_any()
    return file


@cache
def grammar() -> Lark:
    """The parser's tables, built at the first call (lark itself is imported no earlier)."""
    from lark import Lark

    text = (files("pawc.grammar") / "paw.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", start=["file", "rest_of_body"], propagate_positions=True)


def _comments(source: Source) -> tuple[syntax.Comment, ...]:
    return tuple(
        syntax.Comment(text=found[0].rstrip(), span=Span(source, *found.span()))
        for found in TOKEN.finditer(source.text)
        if found.lastgroup == "comment"
    )


def _check_depth(tree: Tree[Token], source: Source) -> None:
    """Refuse what nests too deeply, without recursing into it."""
    from lark import Tree

    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if node.data in _NESTING:  # `a.b.c` is flat here, and nests in our tree
            depth += len(node.children) - 1 if node.data == "access" else 1
        if depth > MAX_DEPTH:
            place = Span(source, node.meta.start_pos, node.meta.start_pos + 1)
            fail("P0110", "this is nested too deeply", place, label=f"more than {MAX_DEPTH} levels", help=_TOO_DEEP)
        waiting += [(child, depth) for child in node.children if isinstance(child, Tree)]


_TOO_DEEP = "name the parts: `let` in a block, a function of its own, or a `type`"
