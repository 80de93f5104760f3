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
LINK = r"\]\(([\w./#-]+)\)"
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text below a heading."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def blocks(text: str, language: str) -> list[str]:
    """The code blocks in a language."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def dead_links(page: Path) -> list[str]:
    """Links to files, or to headings of pages, that are not there."""
    dead = []
    for name in re.findall(LINK, page.read_text(encoding="utf-8")):
        path, _, anchor = name.partition("#")
        file = page.parent / path if path else page
        if not file.exists():
            dead.append(name)
        elif anchor:
            titles = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = [re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles]
            dead += [] if anchor in anchors else [name]
    return dead


def test_the_make_targets_that_are_shown_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    shown = re.findall(r"\bmake ([a-z-]+)", "".join(blocks(README, "console")))
    assert {"demo", "demo-all", "smoke", "test"} <= {*shown}
    assert [target for target in shown if f"\n{target}:" not in makefile] == []


def test_every_target_that_make_lists_is_declared_to_be_no_file() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", "")
    listed = re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)
    assert len(listed) > 10
    phony = re.findall(r"^\.PHONY:(.*)$", makefile, re.MULTILINE)[0].split()
    assert {*listed} == {*phony}


def test_the_files_it_links_to_exist() -> None:
    assert dead_links(ROOT / "README.md") == []


def test_the_index_at_its_end_lists_every_page_of_the_documentation() -> None:
    listed = re.findall(LINK, section("Documentation"))
    assert sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")) == sorted(
        name for name in listed if name.startswith("docs/") and name.endswith(".md")
    )


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_the_files_a_page_of_the_documentation_links_to_exist(page: Path) -> None:
    assert dead_links(page) == []


def test_the_diagnostic_it_shows_is_the_one_that_is_given(tmp_path: Path) -> None:
    shown = blocks(README, "text")[0]
    (tmp_path / "mail.paw").write_text(
        'fn urgency(m: text) -> text { spec "s" }\n\nfn main(message: text) -> text = urgncy(message)\n'
    )
    done = subprocess.run([*PAWC, "check", "mail.paw"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == shown


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment where `pawc` is the one under test."""
    shim = tmp_path / "bin" / "pawc"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {" ".join(PAWC)} "$@"\n')
    shim.chmod(0o755)
    return os.environ | {"PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}"}


def run(command: list[str], text: str, tmp_path: Path, env: dict[str, str]) -> str:
    """What it prints, in a folder of its own."""
    done = subprocess.run(command, input=text, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


# With the embedded interpreter: each tunes a function, unless the cache has it.


@pytest.mark.interpreter
def test_the_first_program_runs_as_it_is_shown(tmp_path: Path, env: dict[str, str]) -> None:
    (commands,) = blocks(section("A first program"), "console")
    # What follows `$ ` is typed, here-documents with it; the rest is what was answered.
    script = re.sub(r"^\{.*\}$", "", commands, flags=re.MULTILINE).replace("$ . .venv/bin/activate\n", "")
    script = re.sub(r"^\$ ", "", script, flags=re.MULTILINE)
    printed = run(["sh", "-e"], script, tmp_path, env)
    assert '{"output": "negative", "scores": {"positive": ' in printed
    assert "1 of 1 suites passed" in printed


@pytest.mark.interpreter
@pytest.mark.slow
def test_the_python_runs_as_it_is_shown_and_answers_what_its_comments_say(tmp_path: Path, env: dict[str, str]) -> None:
    """Labels only: numbers differ between kinds of processor."""
    (python,) = blocks(section("In Python"), "python")
    asked = re.findall(
        r"^((?:urgency|reviews)\S*\(.*\))  # (?:any public function: )?(['\[].*?['\]])(?:: .*)?$", python, re.MULTILINE
    )
    assert len(asked) == 3
    checks = "".join(f"assert {call} == {answer}\n" for call, answer in asked)
    source = re.findall(r"<<'END'\n(.*?)^END$", section("A first program"), re.DOTALL | re.MULTILINE)[0]
    (tmp_path / "sentiment.paw").write_text(source, encoding="utf-8")
    run([sys.executable, "-"], python + checks, tmp_path, env)
    assert (tmp_path / "urgency.pawx").exists()
