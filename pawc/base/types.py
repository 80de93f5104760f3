"""The types of the language, and the values they admit.

A type is a contract: whatever a model says, what a call returns is a value of its type.
Values are plain Python (`str int float bool list dict None`); inside the IR they are frozen
(`freeze`/`thaw`), so that IR nodes can be compared and hashed.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, TypeAlias

Frozen: TypeAlias = "str | int | float | bool | tuple[Frozen, ...] | FrozenRecord | None"


@dataclass(frozen=True)
class FrozenRecord:
    """A record value inside the IR: its fields in the order of its type."""

    fields: tuple[tuple[str, Frozen], ...]


@dataclass(frozen=True)
class Text:
    def __str__(self) -> str:
        return "text"


@dataclass(frozen=True)
class Int:
    def __str__(self) -> str:
        return "int"


@dataclass(frozen=True)
class Float:
    def __str__(self) -> str:
        return "float"


@dataclass(frozen=True)
class Bool:
    def __str__(self) -> str:
        return "bool"


@dataclass(frozen=True)
class Matching:
    """`text matching /PATTERN/`: text that the regular expression matches as a whole."""

    pattern: str

    def __str__(self) -> str:
        return "text matching /" + self.pattern.replace("/", "\\/") + "/"


@dataclass(frozen=True)
class Labels:
    """A closed set of labels: `"a" | "b"`."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return " | ".join(json.dumps(name, ensure_ascii=False) for name in self.names) or "nothing"


@dataclass(frozen=True)
class List:
    item: Type

    def __str__(self) -> str:
        return f"list<{self.item}>"


@dataclass(frozen=True)
class Record:
    fields: tuple[tuple[str, Type], ...]

    def __str__(self) -> str:
        return "{" + ", ".join(f"{name}: {kind}" for name, kind in self.fields) + "}"


@dataclass(frozen=True)
class Optional:
    """`T?`: a value of `T`, or null."""

    item: Type

    def __str__(self) -> str:
        return f"({self.item})?" if isinstance(self.item, Labels) else f"{self.item}?"


Type: TypeAlias = Text | Int | Float | Bool | Matching | Labels | List | Record | Optional

TEXT, INT, FLOAT, BOOL = Text(), Int(), Float(), Bool()

NOTHING = Labels(())
"""The type without values: no item of `[]` is of any other, nor is what `null` is when it is not null."""


_MOST_SHOWN = 200


def freeze(value: Any) -> Frozen:
    """A plain Python value as an IR value."""
    if isinstance(value, dict):
        return FrozenRecord(tuple((str(name), freeze(item)) for name, item in value.items()))
    if isinstance(value, list | tuple):
        return tuple(freeze(item) for item in value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"not a value of the language: {type(value).__name__}")


def thaw(value: Frozen) -> Any:
    """An IR value as plain Python."""
    if isinstance(value, FrozenRecord):
        return {name: thaw(item) for name, item in value.fields}
    if isinstance(value, tuple):
        return [thaw(item) for item in value]
    return value


def mismatch(kind: Type, value: Any) -> str | None:
    """Why plain `value` is not of type `kind`, or None if it is: `field `level`: not an int: "high"`."""
    match kind:
        case Text():
            ok = isinstance(value, str)
        case Int():
            ok = isinstance(value, int) and not isinstance(value, bool)
        case Float():
            ok = (isinstance(value, int) and not isinstance(value, bool) and value.bit_length() < 1024) or (
                isinstance(value, float) and math.isfinite(value)
            )
        case Bool():
            ok = isinstance(value, bool)
        case Matching(pattern):
            from pawc.base.matcher import fullmatch  # 30 ms: only where a program uses patterns

            try:
                ok = isinstance(value, str) and fullmatch(pattern, value)
            except ValueError as error:
                return f"not known to be of type `{kind}`: {error}"
        case Labels(names):
            ok = isinstance(value, str) and value in names
        case Optional(item):
            return None if value is None else mismatch(item, value)
        case List(item):
            ok = isinstance(value, list)
            for index, element in enumerate(value if ok else ()):
                if why := mismatch(item, element):
                    return f"item {index}: {why}"
        case Record(fields):
            ok = isinstance(value, dict)
            if ok and (unknown := [name for name in value if name not in dict(fields)]):
                return f"unknown field `{unknown[0][:_MOST_SHOWN]}`"
            for name, field_kind in fields if ok else ():
                if name not in value and not isinstance(field_kind, Optional):
                    return f"field `{name}` is missing"
                if why := mismatch(field_kind, value.get(name)):
                    return f"field `{name}`: {why}"
    return None if ok else f"not of type `{kind}`: {shown(value)}"


def shown(value: Any) -> str:
    """A value as a message quotes it: JSON, cut where it is long. It may come from anywhere, nested or large."""
    if isinstance(value, str):
        value = value[: _MOST_SHOWN + 1]  # so that a text of a mebibyte is not written first
    try:
        pieces = json.JSONEncoder(ensure_ascii=False, default=str).iterencode(value)
        text = ""
        for piece in pieces:
            text += piece
            if len(text) > _MOST_SHOWN:
                return text[:_MOST_SHOWN] + "..."
    except RecursionError:
        return "a value nested too deeply to show"
    return text


def told(what: str, why: str) -> str:
    """A sentence of `mismatch`'s answer: `the output is not of type ...`, `the output: field `level` is missing`."""
    return f"{what} is {why}" if why.startswith("not ") else f"{what}: {why}"


def assignable(source: Type, target: Type) -> bool:
    """Whether every value of `source` may stand where a `target` is expected."""
    if source in (target, NOTHING):
        return True
    match source, target:
        case (_, Optional(item)):
            return assignable(source.item if isinstance(source, Optional) else source, item)
        case (Labels() | Matching(), Text()) | (Int(), Float()):
            return True
        case (Labels(some), Labels(all_)):
            return set(some) <= set(all_)
        case (List(a), List(b)):
            return assignable(a, b)
        case (Record(a), Record(b)):
            return [name for name, _ in a] == [name for name, _ in b] and all(
                assignable(x, y) for (_, x), (_, y) in zip(a, b, strict=True)
            )
    return False


def join(one: Type, other: Type) -> Type | None:
    """The smallest type that both may stand for, if there is one."""
    if assignable(one, other):
        return other
    if assignable(other, one):
        return one
    match one, other:
        case (Optional(), _) | (_, Optional()):
            bare = [kind.item if isinstance(kind, Optional) else kind for kind in (one, other)]
            return None if (joined := join(*bare)) is None else Optional(joined)
        case (List(a), List(b)):
            return None if (joined := join(a, b)) is None else List(joined)
        case (Labels() | Matching() | Text(), Labels() | Matching() | Text()):
            return TEXT
    return None


def choices(kind: Type) -> tuple[tuple[Any, str], ...] | None:
    """The values of a type with few of them, and their texts; None for every other type."""
    match kind:
        case Labels(names):
            values: tuple[Any, ...] = names
        case Bool():
            values = (True, False)
        case Optional(item):
            inner = choices(item)
            return None if inner is None else inner + (((None, "null"),) if inner[-1][0] is not None else ())
        case _:
            return None
    return tuple((value, render(kind, value)) for value in values)


def is_ambiguous(kind: Type) -> bool:
    """Whether a type has a label and a null that are written, and read by `parse`, alike."""
    return isinstance(kind, Optional) and isinstance(kind.item, Labels) and "null" in map(str.strip, kind.item.names)


def render(kind: Type, value: Any) -> str:
    """A value as the interpreter reads and writes it: text bare, numbers plain, the rest as JSON."""
    match kind:
        case Text() | Matching() | Labels():
            return str(value)
        case Optional(item):
            return "null" if value is None else render(item, value)
    return json.dumps(conform(kind, value), ensure_ascii=False)


def conform(kind: Type, value: Any) -> Any:
    """`value`, which is of type `kind`, as every value of that type is written.

    The fields of records are in the order of their types, absent ones are null; an int that stands for a float is one.
    """
    match kind:
        case Float():
            return float(value)
        case Optional(item) if value is not None:
            return conform(item, value)
        case List(item):
            return [conform(item, element) for element in value]
        case Record(fields):
            return {name: conform(field_kind, value.get(name)) for name, field_kind in fields}
    return value


def parse(kind: Type, text: str) -> Any:
    """The value that `text` (as `render` writes it) stands for; ValueError says why it is none of `kind`."""
    match kind:
        case Text() | Matching() | Labels():
            value: Any = text
        case Optional(item):
            return None if text.strip() == "null" else parse(item, text)
        case _:
            try:
                value = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise ValueError(f"not of type `{kind}`: {json.dumps(text[:80], ensure_ascii=False)}") from error
    if why := mismatch(kind, value):
        raise ValueError(why)
    return conform(kind, value)
