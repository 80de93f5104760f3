"""Golden diagnostics: `diagnostics/NAME.paw` (or `NAME/main.paw`) -> the messages in `NAME.stderr` beside it.

`pytest tests/golden --bless` rewrites the expected messages; read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pawc.base.diagnostics import PawError
from pawc.driver.project import Project

FOLDER = Path(__file__).parent / "diagnostics"
CASES = sorted([*FOLDER.glob("*.paw"), *(path.parent for path in FOLDER.glob("*/main.paw"))])


def messages(main: Path) -> str:
    """What pawc says about the project whose main file is `main`, to a user who stands beside it."""
    try:
        Project.load([Path(main.name)], main.parent)
    except PawError as error:
        return "\n\n".join(diagnostic.render() for diagnostic in error.diagnostics) + "\n"
    return ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_wrong_program_is_refused_with_these_messages(
    case: Path, bless: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = case / "main.paw" if case.is_dir() else case
    monkeypatch.chdir(main.parent)
    expected = case.with_suffix(".stderr")
    found = messages(main)
    assert found, f"{case.name} is accepted"
    if bless:
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")


def test_every_expectation_has_its_program() -> None:
    assert {path.with_suffix("").name for path in FOLDER.glob("*.stderr")} == {case.stem for case in CASES}
