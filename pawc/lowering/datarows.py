"""Rows of a data file: the text of a `.jsonl`, `.csv` or `.tsv` file -> its rows, every value with its place.

A row is given as a function that reads it: what is wrong with one row is raised by that row alone, and the
caller goes on to the next. `datafiles` makes examples of them.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn, TypeAlias

from pawc.base.diagnostics import fail, nearest, note_at
from pawc.base.source import Source, Span
from pawc.base.unicode import holds_texts

Values: TypeAlias = dict[str, tuple[Any, Span]]


@dataclass(frozen=True)
class Row:
    """One row: its place, and per key a value with its own place. Cells of a table are text, not `parsed`."""

    span: Span
    values: Values
    parsed: bool


Reader: TypeAlias = Callable[[], Row]


def and_(names: Iterable[str]) -> str:
    """`a`, `b` and `c`."""
    *most, last = [f"`{name}`" for name in names] or ["nothing"]
    return f"{', '.join(most)} and {last}" if most else last


def kind_of(value: Any) -> str:
    """What a JSON value is, in words."""
    words = {str: "a text", bool: "a bool", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return words.get(type(value), "null")


# JSON lines


def json_rows(source: Source) -> Iterator[Reader]:
    """The rows of a `.jsonl` file: objects with `input` and `output`."""
    start = 0
    for line in source.text.split("\n"):
        if line.strip():
            indent = len(line) - len(line.lstrip())
            yield partial(_json_row, Span(source, start + indent, start + len(line.rstrip())))
        start += len(line) + 1


def _json_row(span: Span) -> Row:
    value = _json_value(span)
    if not isinstance(value, dict):
        found = f"this is {kind_of(value)}"
        fail("P0425", "a row must be an object", span, label=found, help='write {"input": ..., "output": ...}')
    values = object_values(span)
    for key in ("input", "output"):
        if key not in values:
            fail("P0425", f'the row has no "{key}"', span, label=f"it has {and_(values)}", help=nearest(key, values))
    return Row(span, values, parsed=True)


def _json_value(span: Span) -> Any:
    line = span.source.text[span.start : span.end]
    try:
        value = json.loads(line, parse_constant=_no_constant)
        texts = holds_texts(value)
    except json.JSONDecodeError as error:
        place = Span(span.source, span.start + error.pos, span.start + error.pos + 1)
        fail("P0424", "the row is not valid JSON", place, label=error.msg[:1].lower() + error.msg[1:])
    except RecursionError:
        fail("P0424", "the row is nested too deeply", span, label="this row")
    except ValueError as error:  # NaN, a number with thousands of digits
        fail("P0424", f"the row is not valid JSON: {error}", span, label="this row")
    if not texts:
        fail("P0424", "the row has half of a surrogate pair, which is no text", span, label="in this row")
    return value


_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def object_values(span: Span) -> Values:
    """The keys of the valid JSON object at `span`, each with its value and where that stands."""
    text = span.source.text
    found: Values = {}
    at = _skip(text, span.start + 1)
    while text[at] != "}":
        key, key_end = _DECODER.raw_decode(text, at)
        begin = _skip(text, _skip(text, key_end) + 1)
        value, end = _DECODER.raw_decode(text, begin)
        if key in found:
            again = Span(span.source, at, key_end)
            fail("P0424", f'the key "{key}" stands twice in one object', again, label="the second")
        found[key] = (value, Span(span.source, begin, end))
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


# Tables


def table_rows(source: Source, separator: str, names: Sequence[str], at: Span | None = None) -> Iterator[Reader]:
    """The rows below the header of a table; `names` are the parameters', `at` is where the table is named."""
    lines = _Lines(source.text)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    header: list[str] | None = None
    while True:
        start = lines.end
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield partial(_unreadable, Span(source, start, lines.end), str(error))
            return
        if cells is None:
            return
        span = Span(source, start, start + len(source.text[start : lines.end].rstrip("\r\n")))
        if not source.text[start : lines.end].strip():
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
            _check_header(header, span, separator, names, at)
        else:
            yield partial(_table_row, cells, span, header, separator)


class _Lines:
    """The lines of a text with their line ends, and how far they have been read."""

    def __init__(self, text: str) -> None:
        self.end = 0
        self._lines = io.StringIO(text, newline="")

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.end += len(line)
            yield line


def _unreadable(span: Span, why: str) -> NoReturn:
    fail("P0424", f"the row cannot be read: {why}", span, label="it starts here", help='a " in a quoted cell is `""`')


def _check_header(header: list[str], span: Span, separator: str, names: Sequence[str], at: Span | None) -> None:
    notes = note_at(at, "named here")
    for name in dict.fromkeys(header):
        if header.count(name) > 1 and name in ("input", "output", *names):
            fail("P0425", f"two columns are named `{name}`", span, label="in this header", notes=notes)
    inputs = ["input"] if "input" in header and len(names) == 1 else names
    missing = [name for name in (*inputs, "output") if name not in header]
    if not missing:
        return
    help = nearest(missing[0], header)
    if not help and len(names) == 1:
        wanted = "`input`" if names[0] == "input" else f"`{names[0]}` or `input`"
        help = f"the column of the inputs is named {wanted}, that of the answers `output`"
    if len(header) == 1 and {",": "\t", "\t": ","}[separator] in header[0]:
        help = "cells of a .csv file are separated by commas, of a .tsv file by tabs"
    plural = "columns" if len(missing) > 1 else "column"
    message = f"the header lacks the {plural} {and_(missing)}"
    fail("P0425", message, span, label=f"it has {and_(header)}", help=help, notes=notes)


def _table_row(cells: list[str], span: Span, header: list[str], separator: str) -> Row:
    if len(cells) != len(header):
        plural = "cell" if len(cells) == 1 else "cells"
        quote = f'a cell with "{separator}" in it must be quoted' if len(cells) > len(header) else ""
        message = f"the row has {len(cells)} {plural}, the header {len(header)}"
        fail("P0425", message, span, label=f"expected {and_(header)}", help=quote)
    places = _cell_spans(cells, span)
    values = {name: (cell, place) for name, cell, place in zip(header, cells, places, strict=True)}
    return Row(span, values, parsed=False)


def _cell_spans(cells: list[str], span: Span) -> list[Span]:
    """Where each cell stands; the whole row for empty cells, and from the first one quoted in an unusual way on."""
    text, at, places = span.source.text, span.start, []
    for cell in cells:
        quoted = '"' + cell.replace('"', '""') + '"'
        written = quoted if text.startswith(quoted, at) else cell
        if not text.startswith(written, at):
            break
        places.append(Span(span.source, at, at + len(written)) if written else span)
        at += len(written) + 1  # the separator
    return places + [span] * (len(cells) - len(places))
