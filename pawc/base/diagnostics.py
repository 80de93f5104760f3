"""Diagnostics: what the user is told when an input is wrong, and the two families of errors.

`PawError` is the user's: it carries one or more diagnostics with stable codes. `InternalError` is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn

from pawc.base.source import Span


@dataclass(frozen=True)
class Note:
    """A second place that explains the first: where the other definition stands."""

    span: Span
    label: str


@dataclass(frozen=True)
class Diagnostic:
    """One message. `where` names the place when there is no span: a file, a record, a flag."""

    code: str
    message: str
    span: Span | None = None
    label: str = ""
    help: str = ""
    where: str = ""
    severity: str = "error"
    notes: tuple[Note, ...] = ()

    def render(self) -> str:
        """The message as people read it: a header, the place, the line with a caret, the help."""
        lines = [f"{self.severity}[{self.code}]: {self.message}"]
        if self.span is not None:
            lines += _excerpt(self.span, self.label)
            for note in self.notes:
                lines += _excerpt(note.span, note.label, arrow=":::")
        elif self.where:
            lines.append(f" --> {self.where}")
        if self.help:
            lines.append(f"  = help: {self.help}")
        return "\n".join(lines)


def note_at(span: Span | None, label: str) -> tuple[Note, ...]:
    """One note, or none where the place is not known."""
    return (Note(span, label),) if span else ()


class PawError(Exception):
    """The user's input is wrong: source, data, file, model or flag."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("\n\n".join(d.render() for d in diagnostics))
        self.diagnostics = diagnostics


class InternalError(Exception):
    """A fault of ours: an invariant that pawc itself broke."""


def fail(
    code: str,
    message: str,
    span: Span | None = None,
    *,
    label: str = "",
    help: str = "",
    where: str = "",
    notes: tuple[Note, ...] = (),
) -> NoReturn:
    """Raise one diagnostic."""
    raise PawError(Diagnostic(code, message, span, label, help, where, notes=notes))


class Collector:
    """Gathers diagnostics, so that several independent errors are reported in one go."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []

    def add(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        *,
        label: str = "",
        help: str = "",
        where: str = "",
        notes: tuple[Note, ...] = (),
    ) -> None:
        self._found.append(Diagnostic(code, message, span, label, help, where, notes=notes))

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Gather what is raised inside instead of stopping there."""
        try:
            yield
        except PawError as error:
            self._found += error.diagnostics

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Gather what another collector did."""
        self._found += diagnostics

    @property
    def found(self) -> tuple[Diagnostic, ...]:
        """Everything gathered so far, in that order."""
        return tuple(self._found)

    def __bool__(self) -> bool:
        return bool(self._found)

    def raise_if_any(self) -> None:
        """Raise everything gathered, in source order, each message once."""
        if self._found:
            unique = dict.fromkeys(self._found)
            raise PawError(*sorted(unique, key=_place))


def nearest(name: str, known: Iterable[str]) -> str:
    """`did you mean `x`?` for the known name closest to a misspelt one, or nothing."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else ""


def _place(diagnostic: Diagnostic) -> tuple[str, int]:
    span = diagnostic.span
    return (span.source.name, span.start) if span else (diagnostic.where, 0)


def _excerpt(span: Span, label: str, arrow: str = "-->") -> list[str]:
    number, column = span.line, span.column
    line = span.source.line(number).expandtabs(1)
    width = max(1, min(span.end - span.start, len(line) - column + 1))
    gutter = " " * len(str(number))
    caret = " " * (column - 1) + "^" * width
    return [
        f"{gutter}{arrow} {span}",
        f"{gutter} |",
        f"{number} | {line}",
        f"{gutter} | {caret} {label}".rstrip(),
    ]
