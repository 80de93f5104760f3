"""docs/python.md says what is so: its sessions are run, and its tables name what there is."""

from __future__ import annotations

import doctest
import re
from dataclasses import fields
from inspect import signature
from pathlib import Path

import pytest

import pawc

PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text below a heading."""
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def table(text: str) -> set[str]:
    """What the first column of a table names."""
    rows = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([\w.]+)", row)}


def test_its_sessions_go_as_they_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an empty cache: the program has no function that needs an interpreter."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tmp_path / "cache"))
    (program,) = re.findall(r"```paw\n(.*?)```", PAGE, re.DOTALL)
    Path("events.paw").write_text(program, encoding="utf-8")
    sessions = "\n".join(re.findall(r"```pycon\n(.*?)```", PAGE, re.DOTALL))
    test = doctest.DocTestParser().get_doctest(sessions, {}, "docs/python.md", None, None)
    told: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(test, out=told.append)
    assert (result.failed, "".join(told)) == (0, "")
    assert result.attempted > 10
    assert not (tmp_path / "cache" / "interpreters").exists()


def test_it_names_everything_that_is_public() -> None:
    assert table(PAGE.partition("\n## ")[0]) >= {f"pawc.{name}" for name in pawc.__all__}


def test_it_has_every_option_and_every_argument() -> None:
    assert table(section("Opening a program")) == {field.name for field in fields(pawc.Options)}
    assert table(section("Compiling in Python")) == {*signature(pawc.compile).parameters}
