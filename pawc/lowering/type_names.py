"""Type expressions of one file -> types: names are replaced by what they stand for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from pawc.base.diagnostics import Collector, PawError, fail, nearest, note_at
from pawc.base.source import Span
from pawc.base.types import BOOL, FLOAT, INT, TEXT, Labels, List, Matching, Optional, Record, Type
from pawc.lowering import type_rules
from pawc.syntax import nodes as syntax

_BUILT_IN: dict[str, Type] = {"text": TEXT, "int": INT, "float": FLOAT, "bool": BOOL}
_ELSEWHERE = {
    "string": "text",
    "str": "text",
    "char": "text",
    "integer": "int",
    "number": "float",
    "double": "float",
    "boolean": "bool",
}

MAX_DEPTH = 30
MAX_SIZE = 1000
"""How deep a type may nest and how many parts it may have, once every name in it is replaced."""


class TypeTable:
    """The types that a file names. What is wrong with them is reported to `errors` once."""

    def __init__(self, definitions: Iterable[syntax.TypeDefinition], errors: Collector) -> None:
        self._errors = errors
        self._definitions: dict[str, syntax.TypeDefinition] = {}
        self._known: dict[str, Type | None] = {}
        self._open: list[str] = []  # the names being replaced, outermost first
        for each in definitions:
            first = self._definitions.setdefault(each.name.text, each)
            if first is not each:
                errors.add(
                    "P0150",
                    f"type `{each.name.text}` is defined twice",
                    each.name.span,
                    label="again here",
                    notes=note_at(first.name.span, "first here"),
                )
        for name in self._definitions:
            with errors.guard():
                self._named(name, None)

    def type(self, expression: syntax.TypeExpression) -> Type | None:
        """The type that is written, or None if it is wrong (and reported)."""
        with self._errors.guard():
            kind = self._type(expression)
            if kind is not None:
                _check_size(kind, expression.span)
            return kind
        return None

    def _type(self, expression: syntax.TypeExpression) -> Type | None:
        match expression:
            case syntax.NamedType(name=name):
                return _BUILT_IN.get(name) or self._named(name, expression.span)
            case syntax.OptionalType(item=item):
                kind = self._type(item)
                if kind is None or isinstance(kind, Optional):
                    return kind
                return self._sound(Optional(kind), expression.span) if isinstance(kind, Labels) else Optional(kind)
            case syntax.ListType(item=item):
                kind = self._type(item)
                return None if kind is None else List(kind)
            case syntax.LabelsType(labels=labels):
                return self._sound(Labels(tuple(str(label.value) for label in labels)), expression.span)
            case syntax.MatchingType(pattern=pattern):
                return self._sound(Matching(pattern), expression.span)
            case syntax.RecordType(fields=fields):
                return self._record(fields, expression.span)

    def _record(self, fields: tuple[syntax.FieldType, ...], span: Span | None) -> Type | None:
        if not fields:
            fail("P0153", "a record has at least one field", span, label="no fields")
        kinds = [(field.name.text, self.type(field.type)) for field in fields]
        # The types of the fields have been looked at; what is left are the rules for their names.
        named = self._sound(Record(tuple((name, TEXT) for name, _ in kinds)), span)
        found = tuple((name, kind) for name, kind in kinds if kind is not None)
        return Record(found) if named is not None and len(found) == len(kinds) else None

    def _sound(self, kind: Type, span: Span | None) -> Type | None:
        found = tuple(type_rules.problems(kind, span))
        if found:
            raise PawError(*found)
        return kind

    def _named(self, name: str, span: Span | None) -> Type | None:
        if name in self._known:
            return self._known[name]
        if (definition := self._definitions.get(name)) is None:
            _unknown(name, span, self._definitions)
        if name in self._open:
            self._cycle(name, span)
        if len(self._open) > MAX_DEPTH:
            _too_deep(span)
        self._open.append(name)
        try:
            kind = self._type(definition.type)
            if kind is not None:
                _check_size(kind, definition.type.span)
        except PawError:
            self._known[name] = None
            raise
        finally:
            self._open.remove(name)
        self._known[name] = kind
        return kind

    def _cycle(self, name: str, span: Span | None) -> NoReturn:
        path = [*self._open[self._open.index(name) :], name]
        shown = " -> ".join(f"`{each}`" for each in path)
        fail(
            "P0152",
            f"type `{name}` contains itself",
            span,
            label="here again",
            help=f"{shown}: a value of it could never end",
            notes=note_at(self._definitions[name].name.span, "defined here"),
        )


def _unknown(name: str, span: Span | None, defined: Iterable[str]) -> NoReturn:
    if name == "list":
        fail("P0151", "`list` needs the type of its items", span, label="a list of what?", help="write `list<text>`")
    meant = _ELSEWHERE.get(name.lower()) or (name.lower() if name.lower() in _BUILT_IN else "")
    help = f"write `{meant}`" if meant else nearest(name, [*defined, *_BUILT_IN])
    if not help and name[:1].isupper():
        help = "types are not imported: write it in this file as well"
    fail("P0151", f"unknown type `{name}`", span, label="not defined in this file", help=help)


def _check_size(kind: Type, span: Span | None) -> None:
    """Refuse a type that names blew up: without recursion, and stopping as soon as it is too large."""
    waiting: list[tuple[Type, int]] = [(kind, 1)]
    size = 0
    while waiting:
        each, depth = waiting.pop()
        size += 1
        if depth > MAX_DEPTH or size > MAX_SIZE:
            _too_deep(span)
        if isinstance(each, List | Optional):
            waiting.append((each.item, depth + 1))
        elif isinstance(each, Record):
            waiting += [(field, depth + 1) for _, field in each.fields]


def _too_deep(span: Span | None) -> NoReturn:
    fail(
        "P0110",
        "this type is nested too deeply or too large",
        span,
        label=f"more than {MAX_DEPTH} levels or {MAX_SIZE} parts",
    )
