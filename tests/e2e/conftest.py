"""What end-to-end tests share: a folder to work in, a cache of its own with tiny interpreters, and the command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tiny import tiny_info

PAWC = (sys.executable, "-m", "pawc.cli.main")
INTERPRETER = ("--interp", "tiny-llama")


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Place:
    """A folder with sources, and a cache that nobody else uses."""

    folder: Path
    cache: Path

    @property
    def env(self) -> dict[str, str]:
        """The environment of commands that run here."""
        return {**os.environ, "PAWC_CACHE_DIR": str(self.cache), "OMP_NUM_THREADS": "1"}

    def write(self, name: str, text: str) -> Path:
        """Write a file here."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        """Start `pawc` here, in a process of its own."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        command = [*PAWC, *arguments]
        return subprocess.Popen(command, cwd=self.folder, env=self.env, preexec_fn=_interruptible, **pipes)

    def run(self, *arguments: str, input: str | bytes = b"") -> Result:
        """Run `pawc` here, in a process of its own."""
        data = input.encode() if isinstance(input, str) else input
        process = self.start(*arguments)
        out, err = process.communicate(data, timeout=300)
        return Result(process.returncode, out.decode(), err.decode())


def _interruptible() -> None:
    """A shell's background jobs ignore Ctrl-C, and so would what they start; no test is to depend on who runs it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def children_seconds() -> float:
    """The processor time of all processes that were started here and have ended: what a busy machine cannot change."""
    times = os.times()
    return times.children_user + times.children_system


def new_place(folder: Path) -> Place:
    """An empty place below `folder`."""
    work, cache = folder / "work", folder / "cache"
    work.mkdir(parents=True)
    cache.mkdir()
    (work / "paw.toml").touch()  # the root of the project, wherever the test runs
    (cache / "interpreters").symlink_to(tiny_info().folder.parent)
    return Place(work, cache)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty place."""
    return new_place(tmp_path)


@pytest.fixture
def pawc(place: Place, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """The command line in this process: as `Place.run`, without the second it takes to import torch."""
    from pawc.cli.main import main

    monkeypatch.chdir(place.folder)
    monkeypatch.setenv("PAWC_CACHE_DIR", str(place.cache))

    def run(*arguments: str) -> Result:
        capfd.readouterr()
        code = main(arguments)
        return Result(code, *capfd.readouterr())

    return run
