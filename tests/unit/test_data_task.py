"""Tasks as JSON lines: what is written is read again, byte for byte; damaged files are told apart from wrong tasks."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from pawc.base.diagnostics import PawError
from pawc.data.jsonlines import read_lines, write_lines
from pawc.data.task import Task, read_tasks, write_tasks

TASK = Task(
    task="shop/refund",
    source="our tickets",
    dataset="shop",
    license="CC0-1.0",
    spec='Answer "yes" for a refund.',
    kind="classification",
    examples=(("money back\nplease", "yes"), ("où est-ce?", "no")),
    spec_variants=("Refund?",),
    labels=("yes", "no"),
    canary="26b5c67b",
    notes={"derived": True},
)
PLAIN = Task(task="a", source="s", dataset="d", license="l", spec="x", kind="qa", examples=(("i", "o"),))


@pytest.mark.parametrize("name", ["tasks.jsonl", "tasks.jsonl.gz"])
def test_tasks_that_are_written_are_read_again(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    assert write_tasks(path, [TASK, PLAIN]) == 2
    assert list(read_tasks(path)) == [TASK, PLAIN]


def test_the_same_tasks_make_the_same_gzip_file(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        write_tasks(tmp_path / name, [TASK])
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


def test_a_name_that_ends_in_gz_is_a_gzip_file(tmp_path: Path) -> None:
    write_lines(tmp_path / "x.jsonl.gz", [{"a": 1}])
    assert gzip.decompress((tmp_path / "x.jsonl.gz").read_bytes()) == b'{"a": 1}\n'


def test_all_wordings_of_a_specification_are_its_specs() -> None:
    assert TASK.specs == ('Answer "yes" for a refund.', "Refund?")


def test_optional_keys_may_be_left_out_or_null(tmp_path: Path) -> None:
    value = {name: getattr(PLAIN, name) for name in ("task", "source", "dataset", "license", "spec", "kind")}
    line = json.dumps({**value, "labels": None, "examples": [["i", "o"]]})
    (tmp_path / "t.jsonl").write_text(f"\n{line}\n\n", encoding="utf-8")
    assert list(read_tasks(tmp_path / "t.jsonl")) == [PLAIN]


def test_a_gzip_file_that_broke_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl.gz"
    write_tasks(path, [TASK])
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(PawError, match=r"P1101.*not a whole gzip file"):
        list(read_tasks(path))


def test_text_that_is_no_gzip_file_is_refused_where_the_name_says_so(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl.gz").write_text("{}", encoding="utf-8")
    with pytest.raises(PawError, match="P1101"):
        list(read_lines(tmp_path / "t.jsonl.gz"))


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(b'{"a": 1}\n{"a": "\xff"}\n')
    with pytest.raises(PawError) as caught:
        list(read_lines(path))
    assert [d.code for d in caught.value.diagnostics] == ["P1101"]
    assert caught.value.diagnostics[0].where == f"{path}:2"


def test_a_file_that_is_not_there_is_an_error_of_files(tmp_path: Path) -> None:
    with pytest.raises(PawError, match="P0502"):
        list(read_tasks(tmp_path / "none.jsonl"))


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"a": ' + "[" * 200_000, encoding="utf-8")
    with pytest.raises(PawError, match="P1102"):
        list(read_lines(tmp_path / "t.jsonl"))
