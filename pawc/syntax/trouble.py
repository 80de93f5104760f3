"""One syntax error of lark's, with what its explanation asks about it: the words and brackets before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pawc.base.diagnostics import Diagnostic
from pawc.base.source import Source, Span
from pawc.syntax.terminals import CLOSER, TOKEN

if TYPE_CHECKING:
    from lark.exceptions import UnexpectedInput


@dataclass(frozen=True)
class Trouble:
    """An error, and what the rules ask about it. `kind` is the terminal found, `word` its text."""

    source: Source
    place: int
    item: int
    kind: str
    word: str
    expected: frozenset[str]

    @property
    def span(self) -> Span:
        length = 1 if self.kind in ("", "$END") else len(self.word)
        return self.at(self.place, self.place + length)

    def at(self, start: int, end: int) -> Span:
        return Span(self.source, start, end)

    @property
    def gap(self) -> Span:
        """Where something is missing: the end of the line before, if what was found begins a line."""
        end = len(self.source.text[: self.place].rstrip())
        line = self.source.text[self.source.text.rfind("\n", 0, end) + 1 : end]
        return self.at(end, end + 1) if "\n" in self.source.text[end : self.place] and "#" not in line else self.span

    @cached_property
    def before(self) -> str:
        """The word right before the error, if there is one."""
        found = re.search(r"([A-Za-z_][A-Za-z0-9_]*)\s*\Z", self.source.text[self.item : self.place])
        return found[1] if found else ""

    @cached_property
    def rest_of_line(self) -> str:
        end = self.source.text.find("\n", self.place)
        return self.source.text[self.place : len(self.source.text) if end < 0 else end].rstrip()

    @cached_property
    def open_brackets(self) -> list[int]:
        """Offsets of the brackets opened since `item` and not closed before the error."""
        stack: list[int] = []
        for token in TOKEN.finditer(self.source.text, self.item, self.place):
            if token.lastgroup == "bracket":
                if token[0] in CLOSER:
                    stack.append(token.start())
                elif stack:
                    stack.pop()
        return stack

    def says(self, code: str, message: str, label: str = "", help: str = "", span: Span | None = None) -> Diagnostic:
        return Diagnostic(code, message, span or self.span, label, help)


def found_type(error: UnexpectedInput) -> str:
    """The terminal that lark met, `$END` at the end of the text, nothing for a character it cannot read."""
    token = getattr(error, "token", None)
    return "" if token is None else str(token.type)
