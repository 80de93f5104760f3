"""Golden messages of files of tasks and of rows: `task_files/NAME.jsonl` -> `NAME.stderr`, and so in `row_files/`.

`pytest tests/golden --bless` rewrites the expected messages; read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pawc.base.diagnostics import PawError
from pawc.data.rows import Columns, import_rows
from pawc.data.task import read_tasks

FOLDER = Path(__file__).parent
TASKS = sorted((FOLDER / "task_files").glob("*.jsonl"))
ROWS = sorted((FOLDER / "row_files").glob("*.jsonl"))


def message(case: Path) -> str:
    """What a user who stands beside the file is told."""
    name = Path(case.name)
    try:
        if case.parent.name == "task_files":
            list(read_tasks(name))
        else:
            family = "topic" if "families" in case.stem else None
            import_rows(name, source="test", license="CC0-1.0", columns=Columns(family=family))
    except PawError as error:
        return f"{error}\n"
    return ""


@pytest.mark.parametrize("case", [*TASKS, *ROWS], ids=lambda case: f"{case.parent.name}-{case.stem}")
def test_a_file_that_breaks_a_rule_is_refused_with_this_message(
    case: Path, bless: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(case.parent)
    expected = case.with_suffix(".stderr")
    found = message(case)
    assert found, f"{case.name} is accepted"
    if bless:
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")


def test_every_expectation_has_its_file() -> None:
    expected = {path.stem for folder in ("task_files", "row_files") for path in (FOLDER / folder).glob("*.stderr")}
    assert expected == {case.stem for case in [*TASKS, *ROWS]}
