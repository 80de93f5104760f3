"""Data files of examples and tests: `.jsonl`, `.csv`, `.tsv` -> examples with their places in the file.

| file           | a row                                                                                        |
|----------------|----------------------------------------------------------------------------------------------|
| `.jsonl`       | `{"input": ..., "output": ...}`; the input is a value, or an object by the parameters' names |
| `.csv`, `.tsv` | cells below a header that names `output`, and `input` or every parameter, in any order       |

Cells are read as `types.parse` reads them: text as it stands, everything else as JSON; an empty cell is null
where null is allowed and empty text is not. Other keys and columns are let alone: real data has ids and
sources. Blank lines are skipped. Every malformed row is reported, up to `MOST_REPORTED`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pawc.base import types
from pawc.base.diagnostics import Diagnostic, PawError, fail, nearest
from pawc.base.fsio import neighbour
from pawc.base.source import Source, Span
from pawc.base.types import Type
from pawc.ir.nodes import Example, Param
from pawc.lowering.datarows import Row, Values, and_, json_rows, kind_of, object_values, table_rows
from pawc.lowering.type_rules import problems

MOST_BYTES = 64 * 1024 * 1024
MOST_REPORTED = 10
_SEPARATORS = {".csv": ",", ".tsv": "\t"}


def read_rows(
    path: Path, params: Sequence[Param], result: Type, shown_name: str, at: Span | None
) -> tuple[tuple[Example, ...], str]:
    """The rows of a data file as examples of a function, and the sha256 of the bytes that they were read from.

    `shown_name` is what diagnostics call the file; `at` is where the source names it.
    """
    if any(next(problems(kind), None) for kind in (*(p.type for p in params), result)):
        return (), ""  # no value is of a type that is itself wrong; that is reported where the type stands
    suffix = path.suffix.lower()
    if suffix != ".jsonl" and suffix not in _SEPARATORS:
        found = f"it ends in `{path.suffix}`" if path.suffix else "it has no extension"
        message = f"`{shown_name}` is not of a kind that rows can be read from"
        fail("P0421", message, at, label=found, help="write the rows as .jsonl, .csv or .tsv")
    data = _data(path, shown_name, at)
    source = Source(shown_name, _text(data, shown_name, at))
    names = [p.name for p in params]
    rows = json_rows(source) if suffix == ".jsonl" else table_rows(source, _SEPARATORS[suffix], names, at)
    found_rows: list[Example] = []
    errors: list[Diagnostic] = []
    wrong = 0
    for read in rows:
        try:
            found_rows.append(_example(read(), params, result))
        except PawError as error:
            wrong += 1
            errors += error.diagnostics if wrong <= MOST_REPORTED else ()
    if wrong > MOST_REPORTED:
        message = f"{wrong - MOST_REPORTED} more rows of `{shown_name}` are wrong"
        errors.append(Diagnostic("P0428", message, at, "in this file"))
    if errors:
        raise PawError(*errors)
    if not found_rows:
        fail("P0423", f"`{shown_name}` has no rows", at, label="nothing to read here")
    return tuple(found_rows), hashlib.sha256(data).hexdigest()


def _data(path: Path, shown_name: str, at: Span | None) -> bytes:
    """What a file holds."""
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            message = f"`{shown_name}` has {size / 2**20:.0f} MiB; {MOST_BYTES // 2**20} MiB is the most"
            fail("P0429", message, at, label="too large", help="a few hundred rows are plenty: take a sample")
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        help = neighbour(path) or "paths are relative to the file that names them"
        fail("P0420", f"cannot read `{shown_name}`: {reason.lower()}", at, label="named here", help=help)


def _text(data: bytes, shown_name: str, at: Span | None) -> str:
    """The text that the bytes of a file are, without a byte order mark."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"`{shown_name}` is not UTF-8: byte 0x{data[error.start]:02x} in line {line}"
        fail("P0422", message, at, label="named here", help="convert it: iconv -f latin1 -t utf-8 OLD > NEW")


def _example(row: Row, params: Sequence[Param], result: Type) -> Example:
    given = _inputs(row, params)
    inputs = tuple(_value(row, *given[p.name], p.type, f"`{p.name}`") for p in params)
    output = _value(row, *row.values["output"], result, "the output")
    return Example(
        inputs=tuple(types.freeze(value) for value in inputs),
        output=types.freeze(output),
        span=row.span,
        input_spans=tuple(given[p.name][1] for p in params),
        output_span=row.values["output"][1],
    )


def _inputs(row: Row, params: Sequence[Param]) -> Values:
    """The value and place of every parameter."""
    names = [p.name for p in params]
    if not row.parsed and not (len(params) == 1 and "input" in row.values):
        return row.values
    value, span = row.values["input"]
    by_names = isinstance(value, dict) and set(value) == set(names)
    if len(params) == 1 and not (by_names and types.mismatch(params[0].type, value)):
        return {names[0]: (value, span)}
    if not isinstance(value, dict):
        fail("P0427", f"the input must be an object with {and_(names)}", span, label=f"this is {kind_of(value)}")
    for name in value:
        if name not in names:
            fail("P0427", f"the input has `{name}`, which is no parameter", span, help=nearest(name, names))
    inner = object_values(span)
    for param in params:
        if param.name not in inner:
            if not isinstance(param.type, types.Optional):
                fail("P0427", f"the input lacks `{param.name}`", span, label=f"it must give {and_(names)}")
            inner[param.name] = (None, span)
    return inner


def _value(row: Row, value: Any, span: Span, kind: Type, what: str) -> Any:
    """The value of a JSON row or of a cell; a coded error if it is not of its type."""
    why: str | None
    if row.parsed:
        why = types.mismatch(kind, value)
    elif not value.strip() and isinstance(kind, types.Optional) and types.mismatch(kind, value):
        return None
    else:
        try:
            return types.parse(kind, value)
        except ValueError as error:
            why = str(error)
    if why:
        plain = kind.item if isinstance(kind, types.Optional) else kind
        near = nearest(value, plain.names) if isinstance(plain, types.Labels) and isinstance(value, str) else ""
        fail("P0426", types.told(what, why), span, label=f"expected `{kind}`", help=near)
    return value
