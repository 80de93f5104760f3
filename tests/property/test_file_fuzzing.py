"""Damaged and hostile files are refused with a code, or are what they were."""

from __future__ import annotations

from pathlib import Path

from file_fuzzing import fuzz


def test_thousands_of_mutated_files_load_equal_or_are_refused_with_a_code(tmp_path: Path) -> None:
    outcomes = fuzz(tmp_path, 3000)
    assert outcomes["equal"] > 0
    refused = {code for code in outcomes if code.startswith("P")}
    assert {"P0512", "P0513", "P0514", "P0515", "P0517", "P0518", "P0520", "P0524", "P0526"} <= refused
