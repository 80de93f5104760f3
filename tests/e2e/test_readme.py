"""What the README shows is what happens: its commands and its Python are run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PAWC

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text below a heading."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def blocks(text: str, language: str) -> list[str]:
    """The code blocks in a language."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_make_targets_that_are_shown_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    shown = re.findall(r"\bmake ([a-z]+)", "".join(blocks(README, "console")))
    assert shown
    assert [target for target in shown if f"\n{target}:" not in makefile] == []


def test_the_files_it_links_to_exist() -> None:
    assert [name for name in re.findall(r"\]\(([\w./-]+)\)", README) if not (ROOT / name).exists()] == []


def test_the_diagnostic_it_shows_is_the_one_that_is_given(tmp_path: Path) -> None:
    shown = blocks(README, "text")[0]
    (tmp_path / "mail.paw").write_text(
        'fn urgency(m: text) -> text { spec "s" }\n\nfn main(message: text) -> text = urgncy(message)\n'
    )
    done = subprocess.run([*PAWC, "check", "mail.paw"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == shown


@pytest.mark.interpreter
def test_the_first_program_and_the_python_run_as_they_are_shown(tmp_path: Path) -> None:
    """With the embedded interpreter, in a folder of their own."""
    shim = tmp_path / "bin" / "pawc"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {" ".join(PAWC)} "$@"\n')
    shim.chmod(0o755)
    env = os.environ | {"PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}"}
    (commands,) = blocks(section("A first program"), "console")
    # What follows `$ ` is typed, here-documents with it; the rest is what was answered.
    script = re.sub(r"^\{.*\}$", "", commands, flags=re.MULTILINE).replace("$ . .venv/bin/activate\n", "")
    script = re.sub(r"^\$ ", "", script, flags=re.MULTILINE)
    done = subprocess.run(
        ["sh", "-e"], input=script, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert '{"output": "negative", "scores": {"positive": ' in done.stdout
    assert "1 of 1 suites passed" in done.stdout
    (python,) = blocks(section("In Python"), "python")
    subprocess.run([sys.executable, "-c", python], cwd=tmp_path, env=env, check=True)
    assert (tmp_path / "urgency.pawx").exists()
