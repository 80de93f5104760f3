"""The examples that `pawc explain` shows for names, types and data: the bad ones are refused, the good ones are not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pawc.passes.resolve import Resolve

from pawc.base.diagnostics import PawError
from pawc.codes import Code
from pawc.codes.data import CODES as DATA
from pawc.codes.examples import CODES as EXAMPLES
from pawc.codes.names import CODES as NAMES
from pawc.codes.types import CODES as TYPES
from pawc.driver.project import Project
from pawc.pass_base import Context

PROGRAMS = [code for code in (*NAMES, *TYPES, *EXAMPLES, *DATA) if "fn " in code.bad]


def told(text: str, folder: Path) -> list[str]:
    """The codes of everything that is said of a program, warnings included."""
    first, *others = re.split(r"^# (\w+\.\w+)$", text, flags=re.MULTILINE)
    files = {"main.paw": first} | dict(zip(others[::2], others[1::2], strict=True))
    for name, content in files.items():
        (folder / name).write_text(content.strip("\n") + "\n", encoding="utf-8")
    try:
        project = Project.load([folder / "main.paw"], root=folder)
    except PawError as error:
        return [diagnostic.code for diagnostic in error.diagnostics]
    warnings: list[str] = []
    for module in project.modules:
        Resolve().run(module, Context(signatures=project.signatures, log=warnings.append))
    return re.findall(r"warning\[(P\d+)\]", "\n".join(warnings))


@pytest.mark.parametrize("code", PROGRAMS, ids=lambda code: code.code)
def test_the_bad_example_is_told_its_code_and_nothing_else(code: Code, tmp_path: Path) -> None:
    assert told(code.bad, tmp_path) == [code.code]


@pytest.mark.parametrize("code", PROGRAMS, ids=lambda code: code.code)
def test_nothing_is_said_of_the_good_example(code: Code, tmp_path: Path) -> None:
    assert told(code.good, tmp_path) == []


def test_nearly_all_codes_have_programs_as_examples() -> None:
    without = {code.code for code in (*NAMES, *TYPES, *EXAMPLES, *DATA)} - {code.code for code in PROGRAMS}
    assert without == {"P0209", "P0215", "P0216", "P0422", "P0428", "P0429"}
