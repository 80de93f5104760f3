from __future__ import annotations

import io
import sys

import pytest

from pawc.driver.console import Console


class Terminal(io.StringIO):
    """A stream where a person is looking."""

    def isatty(self) -> bool:
        return True


def test_messages_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    Console().log("wrote x.pawx")
    assert capsys.readouterr() == ("", "wrote x.pawx\n")


def test_quiet_keeps_only_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(quiet=True)
    console.log("wrote x.pawx")
    console.progress("urgency", 1, 2)
    console.warn("careful")
    assert capsys.readouterr().err == "careful\n"


def test_there_is_no_bar_where_nobody_is_looking(capsys: pytest.CaptureFixture[str]) -> None:
    Console().progress("urgency", 1, 2)
    assert capsys.readouterr().err == ""


def test_a_bar_shows_how_far_it_is_and_goes_when_all_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    console = Console()
    for done in (1, 2, 3):
        console.progress("urgency", done, 3)
    console.log("done")
    shown = terminal.getvalue()
    assert "urgency: " in shown
    assert shown.endswith("done\n")
    assert shown.split("\r")[-1] == "done\n"
