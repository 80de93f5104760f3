"""Curves: every measure that occurs is drawn, phases one after the other."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from pawc.base.diagnostics import PawError
from pawc.train.plots import draw, panels

ROWS = [
    {"phase": "warm", "step": 1, "loss": 2.0, "norm": 1.0},
    {"phase": "warm", "step": 2, "loss": 1.0, "norm": 1.0},
    {"phase": "warm", "step": 2, "validation": {"raw": 0.1, "a<b": 0.2}},
    {"phase": "prefix", "step": 1, "loss": 3.0, "norm": 1.0},
]


def test_phases_follow_one_another() -> None:
    loss, norm, held = panels(ROWS)
    assert loss.lines == {"warm": [(1, 2.0), (2, 1.0)], "prefix": [(3, 3.0)]}
    assert norm.title == "norm"
    assert held.lines == {"raw": [(2, 0.1)], "a<b": [(2, 0.2)]}


def test_the_drawing_is_well_formed_and_has_a_line_for_each(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    draw(tmp_path / "m.jsonl", tmp_path / "c.svg")
    root = ET.fromstring((tmp_path / "c.svg").read_text(encoding="utf-8"))
    assert len(root.findall("{*}polyline")) == 6


def test_a_damaged_line_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text(json.dumps(ROWS[0]) + "\n{\n", encoding="utf-8")
    with pytest.raises(PawError, match=r"P1214(.|\n)*m\.jsonl:2"):
        draw(tmp_path / "m.jsonl", tmp_path / "c.svg")
