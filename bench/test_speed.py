"""How fast things are, with pytest-benchmark: `make bench-units`. Times depend on the machine; compare within one run.

Running: one call, and 64 calls at once, of a label function and of a text function on the embedded interpreter
(`-O0` programs: what they answer does not matter here). Building: reading and checking a source; a build with
nothing to do.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pawc.driver.build import Builder, Options
from pawc.driver.console import Console
from pawc.driver.program import Program
from pawc.driver.project import Project

LABELS = """
fn urgency(message: text) -> "immediate" | "wait" {
  spec "Classify if a message needs immediate attention or can wait."
  example "Urgent: the server is down!" -> "immediate"
  example "Newsletter: spring picnic" -> "wait"
}
"""
TEXT = """
fn short(message: text) -> text {
  spec "Give the message in four words or fewer."
  example "Urgent: the server is down!" -> "server down"
  example "Newsletter: spring picnic" -> "spring picnic"
  option max_tokens = 8
}
"""
MESSAGES = [f"Ticket {n}: the printer on floor {n % 9} is out of paper and blinks twice." for n in range(64)]


def source(folder: Path, text: str) -> Path:
    (folder / "paw.toml").touch()
    path = folder / "bench.paw"
    path.write_text(text)
    return path


@pytest.fixture(params=[LABELS, TEXT], ids=["labels", "text"])
def program(request: pytest.FixtureRequest, tmp_path: Path) -> Program:
    builder = Builder(Options(level=0), Console(quiet=True))
    return Program(builder.executable(Project.load([source(tmp_path, request.param)])))


def test_one_call(benchmark: Any, program: Program) -> None:
    program(MESSAGES[0])
    calls = iter(MESSAGES * 100)
    benchmark.pedantic(lambda: program(next(calls)), rounds=20, warmup_rounds=2)


def test_64_calls_at_once(benchmark: Any, program: Program) -> None:
    answers = benchmark.pedantic(lambda: program.map(MESSAGES), rounds=3, warmup_rounds=1)
    assert len(answers) == 64


def test_reading_and_checking_100_functions(benchmark: Any, tmp_path: Path) -> None:
    path = source(tmp_path, "\n".join(LABELS.replace("urgency", f"f{n}") for n in range(100)))
    project = benchmark(lambda: Project.load([path]))
    assert len(project.checked[0].functions) == 100


def test_a_build_with_nothing_to_do(benchmark: Any, tmp_path: Path) -> None:
    path = source(tmp_path, LABELS)
    command = [sys.executable, "-m", "pawc.cli.main", "build", "-O0", str(path)]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    benchmark.pedantic(
        lambda: subprocess.run(command, check=True, capture_output=True, env=environment), rounds=5, warmup_rounds=1
    )
