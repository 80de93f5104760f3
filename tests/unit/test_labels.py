"""A few possible answers: which there are, where they part, and their probabilities."""

from __future__ import annotations

import pytest

from pawc.base.types import BOOL, INT, TEXT, Labels, List, Optional, choices
from pawc.ir.nodes import Calibration
from pawc.runtime.labels import adjusted, forks, softmax

URGENCY = Labels(("immediate", "wait"))


def test_types_with_few_values_are_chosen_from() -> None:
    assert choices(URGENCY) == (("immediate", "immediate"), ("wait", "wait"))
    assert choices(BOOL) == ((True, "true"), (False, "false"))
    assert choices(Optional(BOOL)) == ((True, "true"), (False, "false"), (None, "null"))
    assert choices(Optional(Optional(URGENCY))) == choices(Optional(URGENCY))
    assert [choices(kind) for kind in (INT, TEXT, List(BOOL), Optional(INT))] == [None] * 4


def test_labels_part_where_several_ways_lead_on() -> None:
    end = 0
    assert forks([[1, end], [2, end]]) == {(): (1, 2)}
    assert forks([[1, 5, end], [1, end], [2, 5, 6, end]]) == {(): (1, 2), (1,): (5, end)}
    assert forks([[7, 1, end], [7, 2, end]]) == {(7,): (1, 2)}
    assert forks([[1, end]]) == {}


def test_probabilities_of_scores_add_up() -> None:
    assert softmax([0.0, 0.0]) == [0.5, 0.5]
    assert softmax([-1e4, -1e4 - 800]) == [1.0, 0.0]


def test_a_bias_moves_scores_and_a_temperature_draws_them_together() -> None:
    assert adjusted([-1.0, -3.0], None) == [-1.0, -3.0]
    fitted = Calibration(temperature=2.0, bias=(-1.0, 1.0), examples=3)
    assert adjusted([-1.0, -3.0], fitted) == pytest.approx([-1.0, -1.0])
