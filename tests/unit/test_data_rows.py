"""Rows of (spec, input, output) -> tasks: grouped, named, with the families that they tell."""

from __future__ import annotations

import json
from pathlib import Path

from pawc.data.rows import UNTOLD, Columns, import_rows
from pawc.data.task import read_tasks, write_tasks


def rows(path: Path, *values: dict[str, str]) -> Path:
    """A file of these rows."""
    path.write_text("".join(f"{json.dumps(value)}\n" for value in values), encoding="utf-8")
    return path


def test_rows_of_one_specification_are_one_task_wherever_they_stand(tmp_path: Path) -> None:
    path = rows(
        tmp_path / "rows.jsonl",
        {"spec": "Count the words.", "input": "one two", "output": "2"},
        {"spec": "Reverse.", "input": "ab", "output": "ba"},
        {"spec": "Count the words. ", "input": "three", "output": "1"},
        {"spec": "Count the words.", "input": "one two", "output": "2"},
    )
    count, reverse = import_rows(path, source="fuzzy", license="CC0-1.0")
    assert count.examples == (("one two", "2"), ("three", "1"))
    assert (count.spec, count.source, count.license, count.kind) == ("Count the words.", "fuzzy", "CC0-1.0", UNTOLD)
    assert count.task.startswith("fuzzy/count_the_words-")
    assert count.dataset == count.task != reverse.dataset
    assert reverse.examples == (("ab", "ba"),)


def test_columns_may_have_other_names_and_tell_families(tmp_path: Path) -> None:
    path = rows(
        tmp_path / "rows.jsonl",
        {"prompt": "A", "x": "1", "y": "2", "topic": "math", "note": "n"},
        {"prompt": "B", "x": "1", "y": "2", "topic": "math", "note": "n"},
    )
    tasks = import_rows(path, source="s", license="l", columns=Columns("prompt", "x", "y", family="topic"))
    assert [task.dataset for task in tasks] == ["s/math", "s/math"]
    assert len({task.task for task in tasks}) == 2


def test_what_is_imported_is_a_file_of_tasks(tmp_path: Path) -> None:
    path = rows(tmp_path / "rows.jsonl", {"spec": "¿?", "input": "", "output": ""})
    tasks = import_rows(path, source="s", license="l")
    write_tasks(tmp_path / "tasks.jsonl", tasks)
    assert list(read_tasks(tmp_path / "tasks.jsonl")) == tasks
