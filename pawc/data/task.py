"""A task: a fuzzy function by its specification, with examples of it. JSON lines <-> `Task`s.

A task that breaks a rule is an error that names its file and line: nothing is skipped, nothing is mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from pawc.base.diagnostics import fail, nearest
from pawc.data.jsonlines import Line, read_lines, write_lines

TEXTS = ("task", "source", "dataset", "license", "spec", "kind")
KEYS = (*TEXTS, "spec_variants", "labels", "examples", "canary")
# What corpora say about a task beyond that; kept, not used.
NOTES = ("derived", "closed_book", "sensitive", "seen_in_v1", "references")


@dataclass(frozen=True, kw_only=True)
class Task:
    """One function. `dataset` is its family: tasks of one family are never split between training and evaluation."""

    task: str
    source: str
    dataset: str
    license: str
    spec: str
    kind: str
    examples: tuple[tuple[str, str], ...]
    spec_variants: tuple[str, ...] = ()
    labels: tuple[str, ...] | None = None
    canary: str | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def specs(self) -> tuple[str, ...]:
        """The specification in all its wordings."""
        return (self.spec, *self.spec_variants)


def read_tasks(path: Path) -> Iterator[Task]:
    """The tasks of a `.jsonl` or `.jsonl.gz` file, in order."""
    places: dict[str, str] = {}
    for line in read_lines(path):
        task = _task(line)
        if (first := places.setdefault(task.task, line.where)) != line.where:
            fail("P1105", f'a second task is named "{task.task}"', where=line.where, help=f"the first is {first}")
        yield task
    if not places:
        fail("P1106", "the file holds no task", where=str(path))


def write_tasks(path: Path, tasks: Iterable[Task]) -> int:
    """Write tasks as JSON lines (gzipped where the name ends in `.gz`) and say how many."""
    return write_lines(path, map(as_object, tasks))


def as_object(task: Task) -> dict[str, Any]:
    """A task as its line holds it."""
    found: dict[str, Any] = {name: getattr(task, name) for name in TEXTS[:5]}
    found |= {"spec_variants": task.spec_variants, "kind": task.kind, "labels": task.labels, "examples": task.examples}
    if task.canary is not None:
        found["canary"] = task.canary
    return found | dict(task.notes)


def _task(line: Line) -> Task:
    value = line.value
    for key in value:
        if key not in KEYS and key not in NOTES:
            fail("P1103", f'a task has no key "{key}"', where=line.where, help=nearest(key, KEYS))
    labels = value.get("labels")
    task = Task(
        **{name: _text(line, name) for name in TEXTS},
        spec_variants=tuple(_texts(line, "spec_variants")) if "spec_variants" in value else (),
        labels=None if labels is None else tuple(_texts(line, "labels")),
        examples=tuple(_examples(line)),
        canary=_text(line, "canary") if "canary" in value else None,
        notes={key: value[key] for key in NOTES if key in value},
    )
    check_examples(task, line.where)
    return task


def check_examples(task: Task, where: str) -> None:
    """Refuse a task whose examples define no function: none, two answers to one input, an answer that is no label."""
    if not task.examples:
        fail("P1104", f'the task "{task.task}" has no examples', where=where)
    answers: dict[str, str] = {}
    for number, (given, wanted) in enumerate(task.examples, start=1):
        if given in answers:
            other = "the same answer" if answers[given] == wanted else "another answer"
            fail(
                "P1104", f"example {number} repeats an input with {other}", where=where, help=f"input: {_short(given)}"
            )
        if task.labels is not None and wanted not in task.labels:
            known = ", ".join(map(_short, task.labels))
            fail(
                "P1104",
                f"example {number} answers {_short(wanted)}, which is no label",
                where=where,
                help=f"labels: {known}",
            )
        answers[given] = wanted


def _text(line: Line, key: str) -> str:
    if key not in line.value:
        fail("P1103", f'the task has no "{key}"', where=line.where, help=nearest(key, line.value))
    value = line.value[key]
    if not isinstance(value, str) or not value.strip():
        fail("P1103", f'"{key}" is blank or not a text', where=line.where)
    return value


def _texts(line: Line, key: str) -> list[str]:
    value = line.value[key]
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        _wrong(line, key, "a list of texts")
    return value


def _examples(line: Line) -> Iterator[tuple[str, str]]:
    if "examples" not in line.value:
        fail("P1103", 'the task has no "examples"', where=line.where, help=nearest("examples", line.value))
    value = line.value["examples"]
    if not isinstance(value, list):
        _wrong(line, "examples", "a list of [input, output]")
    for number, row in enumerate(value, start=1):
        match row:
            case [str() as given, str() as wanted]:
                yield given, wanted
            case _:
                fail("P1104", f"example {number} is not [input, output], two texts", where=line.where)


def _wrong(line: Line, key: str, wanted: str) -> NoReturn:
    fail("P1103", f'"{key}" is not {wanted}', where=line.where)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")
