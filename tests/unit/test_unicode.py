"""`pawc.base.unicode`: half a surrogate pair is no text, wherever it stands."""

from __future__ import annotations

from typing import Any

import pytest

from pawc.base.unicode import holds_texts, is_text

HALF = "\ud83d"


@pytest.mark.parametrize("string", ["", "plain", "é", "\U0001f600", "\x00"])
def test_a_text(string: str) -> None:
    assert is_text(string)


@pytest.mark.parametrize("string", [HALF, f"a{HALF}", f"{HALF}é", "\udfff"])
def test_half_a_pair_is_no_text(string: str) -> None:
    assert not is_text(string)


@pytest.mark.parametrize("value", [None, 1, 0.5, True, "é", ["é", {"é": ["\U0001f600"]}], ("a", None)])
def test_values_of_texts(value: Any) -> None:
    assert holds_texts(value)


@pytest.mark.parametrize("value", [HALF, [1, HALF], {"a": {"b": [HALF]}}, {HALF: 1}, ("a", HALF)])
def test_half_a_pair_inside_a_value(value: Any) -> None:
    assert not holds_texts(value)
