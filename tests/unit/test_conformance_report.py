"""The report of `bench/conformance.py`: shares and scores are of the rows that were measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.conformance import main


def test_the_report_counts_what_is_identical_and_what_is_right(tmp_path: Path) -> None:
    yes, no, failed = {"value": "yes", "text": "yes"}, {"value": "no", "text": "no"}, {"code": "P0803"}
    one = {"value": 1, "text": "1"}
    asked = [("a", yes, yes), ("a", no, yes), ("b", failed, failed), ("b", one, one), ("b", one, None)]
    rows, known = [], {"a": [], "b": []}  # type: ignore[var-annotated]
    for number, (task, found, meant) in enumerate(asked):
        given, wanted = str(number), "yes" if task == "a" else "1"
        rows.append({"task": task, "program": task, "input": given, "wanted": wanted, "found": found})
        if meant:  # of the last input, the reference has said nothing yet
            known[task].append(json.dumps({"input": given, "outcome": meant}))
    for folder in ("results", "reference"):
        (tmp_path / folder).mkdir()
    for task, lines in known.items():
        (tmp_path / "reference" / f"{task}.jsonl").write_text("\n".join(lines))
    (tmp_path / "results" / "cpu.json").write_text(json.dumps({"backend": "cpu", "seconds": 1.0, "rows": rows}))
    out = tmp_path / "out.md"
    assert main(["report", "--work", str(tmp_path), "-o", str(out)]) == 0
    assert "| `cpu` | 4 | 2 | 75.0 % | 50.0 % | 75.0 % |" in out.read_text()
    assert "- `cpu`, a: 1" in out.read_text()


def test_a_report_of_nothing_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--work", str(tmp_path), "-o", str(tmp_path / "out.md")]) == 1
    assert "nothing is measured" in capsys.readouterr().err
