"""Import of (spec, input, output) rows, as FuzzyBench has them: all rows of one specification -> one `Task`."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pawc.base.diagnostics import fail, nearest
from pawc.data.jsonlines import Line, read_lines
from pawc.data.task import Task

UNTOLD = "unspecified"  # the kind of a task whose rows do not tell it


@dataclass(frozen=True)
class Columns:
    """Which keys of a row hold what. Without `family`, each specification is a family of its own."""

    spec: str = "spec"
    input: str = "input"
    output: str = "output"
    family: str | None = None


@dataclass
class _Group:
    """What was read of one specification: its family and, per input, the output and where it stands."""

    family: str | None
    where: str
    answers: dict[str, tuple[str, str]] = field(default_factory=dict)


def import_rows(path: Path, *, source: str, license: str, columns: Columns | None = None) -> list[Task]:
    """The tasks of a `.jsonl` or `.jsonl.gz` file of rows, in the order of their first rows.

    A row that comes twice counts once; one input with two outputs under one specification is an error.
    """
    named = columns or Columns()
    groups: dict[str, _Group] = {}
    for line in read_lines(path):
        _take(line, named, groups)
    if not groups:
        fail("P1106", "the file holds no row", where=str(path))
    return [_task(spec, group, source, license) for spec, group in groups.items()]


def _take(line: Line, columns: Columns, groups: dict[str, _Group]) -> None:
    spec, given, wanted = (_cell(line, name) for name in (columns.spec, columns.input, columns.output))
    if not spec.strip():
        fail("P1107", f'"{columns.spec}" is blank', where=line.where)
    family = _cell(line, columns.family) if columns.family else None
    group = groups.setdefault(spec.strip(), _Group(family, line.where))
    if family != group.family:
        message = f'the specification is in the family "{family}" here, in "{group.family}" before'
        fail("P1107", message, where=line.where, help=f"before: {group.where}")
    first, place = group.answers.setdefault(given, (wanted, line.where))
    if first != wanted:
        message = f"the same specification and input have the output {wanted!r} here, {first!r} before"
        fail("P1107", message, where=line.where, help=f"before: {place}")


def _cell(line: Line, name: str) -> str:
    if name not in line.value:
        fail("P1107", f'the row has no "{name}"', where=line.where, help=nearest(name, line.value))
    value: Any = line.value[name]
    if not isinstance(value, str):
        fail("P1107", f'"{name}" is not a text', where=line.where)
    return value


def _task(spec: str, group: _Group, source: str, license: str) -> Task:
    words = "_".join(re.findall(r"[a-z0-9]+", spec.lower())[:5]) or "spec"
    name = f"{source}/{words}-{hashlib.sha256(spec.encode()).hexdigest()[:8]}"
    return Task(
        task=name,
        source=source,
        dataset=f"{source}/{group.family}" if group.family else name,
        license=license,
        spec=spec,
        kind=UNTOLD,
        examples=tuple((given, wanted) for given, (wanted, _) in group.answers.items()),
    )
