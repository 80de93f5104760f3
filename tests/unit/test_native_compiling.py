"""The engine is compiled once, by whatever compiler there is; without one the user is told what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from pawc.backends.native import compiling

from pawc.base.diagnostics import PawError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def compiler(folder: Path, script: str) -> str:
    """A compiler that is this shell script."""
    path = folder / "cxx"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_without_a_compiler_the_user_is_told_of_the_other_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    with pytest.raises(PawError, match=r"P0719(.*\n)*.*--engine torch"):
        compiling.library()


def test_what_the_compiler_complains_of_is_said_and_nothing_is_kept(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CXX", compiler(tmp_path, "echo 'x.cpp:1: error: no C++17 here' >&2; exit 1"))
    with pytest.raises(PawError, match=r"P0719.*no C\+\+17 here"):
        compiling.library()
    assert not list(cache.rglob("*.so"))


def test_a_library_is_compiled_once_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = tmp_path / "calls"
    script = f'echo "$@" >> {calls}; while [ "$1" != -o ]; do shift; done; echo made > "$2"'
    monkeypatch.setenv("CXX", compiler(tmp_path, script))
    first = compiling.library()
    commands = calls.read_text()
    assert first.read_text() == "made\n"
    assert compiling.library() == first
    assert calls.read_text() == commands
    assert capsys.readouterr().err == "compiling the native engine (once)\n"


def test_no_flag_depends_on_the_machine_that_compiles() -> None:
    assert not any("native" in flag for flag in (*compiling.FLAGS, *compiling.AVX512))
