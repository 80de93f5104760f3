"""JSON lines: a `.jsonl` or `.jsonl.gz` file -> an object a line, each with its place; and objects -> such a file."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pawc.base.diagnostics import fail
from pawc.base.fsio import read_bytes, write_atomic


@dataclass(frozen=True)
class Line:
    """One object of a file and where it stands, as `tasks.jsonl:3`."""

    where: str
    value: Mapping[str, Any]


def read_lines(path: Path) -> Iterator[Line]:
    """The objects of a file, in order. Blank lines are between objects; anything else is a coded error."""
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if line.strip():
            where = f"{path}:{number}"
            yield Line(where, _object(line, where))


def write_lines(path: Path, objects: Iterable[Mapping[str, Any]]) -> int:
    """Write one object a line and say how many; the same objects make the same bytes, gzipped or not."""
    lines = [json.dumps(value, ensure_ascii=False) for value in objects]
    data = "".join(f"{line}\n" for line in lines).encode()
    write_atomic(path, gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return len(lines)


def _text(path: Path) -> str:
    data = read_bytes(path)
    if path.suffix == ".gz":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            fail("P1101", "the file is not a whole gzip file", where=str(path), help="fetch or write it again")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fail("P1101", "the file is not UTF-8 text", where=f"{path}:{line}")


def _object(line: str, where: str) -> Mapping[str, Any]:
    try:
        value = json.loads(line, parse_constant=_no_constant, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        fail("P1102", f"the line is not valid JSON: {error.msg} in column {error.colno}", where=where)
    except (ValueError, RecursionError) as error:  # NaN, a key twice, an endless number or nesting
        fail("P1102", f"the line is not valid JSON: {error}", where=where)
    if not isinstance(value, dict):
        fail("P1102", "the line is not a JSON object", where=where, help="one object a line, no list around them")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f'the key "{key}" stands twice in one object')
        found[key] = value
    return found
