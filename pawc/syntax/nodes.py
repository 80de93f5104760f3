"""The syntax tree: what one `.paw` file says, with the place of every part.

Frozen, keyword-only dataclasses with tuples. Spans and the way a text was quoted take no part in
equality, so a formatted file has the same tree as the file it was made from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Literal as OneOf
from typing import TypeAlias

from pawc.base.source import Source, Span


@dataclass(frozen=True, kw_only=True)
class Node:
    """What every part of a tree has: its place in the source."""

    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Word(Node):
    """An identifier, or several joined by dots where a function of another file is called: `ans.short`."""

    text: str


# Expressions. Those built of `Literal`, `ListOf` and `RecordOf` alone are also the values of examples.


@dataclass(frozen=True, kw_only=True)
class Literal(Node):
    """`"a"`, `-3`, `0.5`, `true`, `null`. `long` texts are written between triple quotes."""

    kind: OneOf["text", "int", "float", "bool", "null"]
    value: str | int | float | bool | None
    long: bool = field(default=False, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class ListOf(Node):
    """`[a, b]`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, kw_only=True)
class Entry(Node):
    """`name: value` in a record, or among the inputs of an example."""

    name: Word
    value: Expression


@dataclass(frozen=True, kw_only=True)
class RecordOf(Node):
    """`{name: x, due: null}`."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class Name(Node):
    """A parameter or a `let`; as a stage of a pipe, a function."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Placeholder(Node):
    """`_` to the right of `|>`: the value that came in from the left."""


@dataclass(frozen=True, kw_only=True)
class Field(Node):
    """`ticket.level`; as a stage of a pipe it may be a function of another file."""

    value: Expression
    name: Word


@dataclass(frozen=True, kw_only=True)
class Call(Node):
    """`ans.short(message)`."""

    callee: Word
    args: tuple[Expression, ...]


@dataclass(frozen=True, kw_only=True)
class MapOver(Node):
    """`map urgency`, or `map reply(_, style)` with `_` for each item. Only as a stage of a pipe."""

    callee: Word
    args: tuple[Expression, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Pipe(Node):
    """`first |> stage |> stage`."""

    first: Expression
    stages: tuple[Expression | MapOver, ...]


@dataclass(frozen=True, kw_only=True)
class Concat(Node):
    """`a ++ b ++ c`, two parts or more."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, kw_only=True)
class Arm(Node):
    """`"immediate" => value`. No pattern stands for `_`."""

    pattern: Literal | None
    value: Expression


@dataclass(frozen=True, kw_only=True)
class Match(Node):
    """`match subject { pattern => value, ... }`."""

    subject: Expression
    arms: tuple[Arm, ...]


@dataclass(frozen=True, kw_only=True)
class Let(Node):
    """`let name = value`."""

    name: Word
    value: Expression


@dataclass(frozen=True, kw_only=True)
class Block(Node):
    """`{ let a = ... a }`, one `let` or more (without any it is the expression itself)."""

    lets: tuple[Let, ...]
    result: Expression


Expression: TypeAlias = Literal | ListOf | RecordOf | Name | Placeholder | Field | Call | Pipe | Concat | Match | Block


# Types.


@dataclass(frozen=True, kw_only=True)
class NamedType(Node):
    """`text`, `int`, `Urgency`."""

    name: str


@dataclass(frozen=True, kw_only=True)
class MatchingType(Node):
    """`text matching /PATTERN/`."""

    pattern: str


@dataclass(frozen=True, kw_only=True)
class LabelsType(Node):
    """`"a" | "b"`."""

    labels: tuple[Literal, ...]


@dataclass(frozen=True, kw_only=True)
class ListType(Node):
    """`list<T>`."""

    item: TypeExpression


@dataclass(frozen=True, kw_only=True)
class FieldType(Node):
    """`name: T` in a record type or among parameters."""

    name: Word
    type: TypeExpression


@dataclass(frozen=True, kw_only=True)
class RecordType(Node):
    """`{name: text, due: text?}`."""

    fields: tuple[FieldType, ...]


@dataclass(frozen=True, kw_only=True)
class OptionalType(Node):
    """`T?`."""

    item: TypeExpression


TypeExpression: TypeAlias = NamedType | MatchingType | LabelsType | ListType | RecordType | OptionalType


# What the braces of a neural function hold.


@dataclass(frozen=True, kw_only=True)
class Spec(Node):
    """`spec "..."`."""

    text: Literal


@dataclass(frozen=True, kw_only=True)
class Case(Node):
    """`example INPUT -> OUTPUT` or `test INPUT -> OUTPUT`.

    `inputs` is one value, or an entry per parameter: `(subject: "a", body: "b")`.
    """

    is_test: bool
    inputs: Expression | tuple[Entry, ...]
    output: Expression


@dataclass(frozen=True, kw_only=True)
class CasesFrom(Node):
    """`examples from "FILE"` or `tests from "FILE" at least 0.9`."""

    is_test: bool
    path: Literal
    at_least: Literal | None = None


@dataclass(frozen=True, kw_only=True)
class Option(Node):
    """`option name = value`."""

    name: Word
    value: Expression


BodyItem: TypeAlias = Spec | Case | CasesFrom | Option


# Top-level items.


@dataclass(frozen=True, kw_only=True)
class Target(Node):
    """What an import names: a file (`./dates.paw`) or a standard module (`std.text`)."""

    path: str
    is_standard: bool


@dataclass(frozen=True, kw_only=True)
class Import(Node):
    """`import TARGET as alias`."""

    target: Target
    alias: Word | None = None


@dataclass(frozen=True, kw_only=True)
class ImportedName(Node):
    """`name as alias` in a `from` import."""

    name: Word
    alias: Word | None = None


@dataclass(frozen=True, kw_only=True)
class FromImport(Node):
    """`from TARGET import name, name`."""

    target: Target
    names: tuple[ImportedName, ...]


@dataclass(frozen=True, kw_only=True)
class TypeDefinition(Node):
    """`type Name = T`."""

    name: Word
    type: TypeExpression


@dataclass(frozen=True, kw_only=True)
class Function(Node):
    """`fn name(params) -> T`: neural with a tuple of body items, composed with an expression."""

    name: Word
    params: tuple[FieldType, ...]
    result: TypeExpression
    body: tuple[BodyItem, ...] | Expression


Item: TypeAlias = Import | FromImport | TypeDefinition | Function


@dataclass(frozen=True, kw_only=True)
class Comment(Node):
    """`# ...`, to the end of its line."""

    text: str


@dataclass(frozen=True, kw_only=True)
class File(Node):
    """A whole source file. Comments stand apart, in order; the formatter puts them back by their places."""

    source: Source = field(compare=False, repr=False)
    items: tuple[Item, ...]
    comments: tuple[Comment, ...] = field(default=(), compare=False, repr=False)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly inside a node, in order of their fields."""
    for each in fields(node):
        value = getattr(node, each.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Node):
                yield part
