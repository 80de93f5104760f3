from __future__ import annotations

import argparse
import os
import re
from importlib import import_module
from pathlib import Path

import pytest

from pawc.base.diagnostics import InternalError, PawError
from pawc.cli import main as cli
from pawc.cli.help import page
from pawc.cli.options import Parser, build_options

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_row_of_the_command_table_is_a_command(name: str) -> None:
    module = import_module(cli.COMMANDS[name].module)
    parser = Parser(prog=name, summary="does it", details=module.__doc__ or "")
    module.configure(parser)
    assert callable(module.run)
    assert re.match(rf"`pawc {name}`: ", module.__doc__ or "")


def test_every_command_has_a_file_and_every_file_a_command() -> None:
    files = {path.stem for path in (ROOT / "pawc" / "cli").glob("*.py")} - {
        "__init__",
        "main",
        "options",
        "values",
        "help",
    }
    assert files == set(cli.COMMANDS)


def test_the_help_page_in_the_docs_is_that_of_the_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """White space aside: Pythons wrap usage lines differently. `make docs` writes it anew."""
    monkeypatch.setenv("COLUMNS", "100")
    written = (ROOT / "docs" / "help.md").read_text(encoding="utf-8")
    assert written.split() == page().split()


def test_no_line_of_help_is_wider_than_a_terminal_of_100_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert [line for line in page().splitlines() if len(line) > 100] == []


def raising(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every command raise this."""

    def run(name: str, arguments: object) -> int:
        raise error

    monkeypatch.setattr(cli, "run_command", run)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (InternalError("out of order"), 70, "pawc: internal error: out of order"),
        (ZeroDivisionError("division by zero"), 70, "pawc: internal error: ZeroDivisionError: division by zero"),
        (PermissionError(13, "Permission denied", "/x"), 1, "error[P0950]: permission denied: `/x`"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_what_goes_wrong_becomes_an_exit_code_and_a_line(
    error: BaseException, code: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raising(error, monkeypatch)
    assert cli.main(["build"]) == code
    err = capsys.readouterr().err
    assert words in err
    assert "Traceback" not in err


def test_debug_lets_the_error_through(monkeypatch: pytest.MonkeyPatch) -> None:
    raising(InternalError("out of order"), monkeypatch)
    with pytest.raises(InternalError):
        cli.main(["build", "--debug"])


def test_a_reader_that_is_gone_ends_it_quietly(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    raising(BrokenPipeError(), monkeypatch)
    before = os.dup(1)
    try:
        assert cli.main(["build"]) == 141
    finally:
        os.dup2(before, 1)
        os.close(before)
    assert capfd.readouterr().err == ""


def parsed(*arguments: str) -> argparse.Namespace:
    """The arguments of `pawc build`."""
    from pawc.cli import build

    parser = Parser(prog="pawc build", summary="build", details="")
    build.configure(parser)
    return parser.parse(arguments)


def test_files_and_options_may_stand_in_any_order() -> None:
    arguments = parsed("a.paw", "-O2", "-o", "x.pawx", "b.paw", "-j4")
    assert [path.name for path in arguments.sources] == ["a.paw", "b.paw"]
    options = build_options(arguments)
    assert (options.level, options.jobs) == (2, 4)


def test_two_levels_at_once_are_a_usage_error() -> None:
    with pytest.raises(PawError, match="P0901"):
        parsed("a.paw", "-O0", "-O2")
