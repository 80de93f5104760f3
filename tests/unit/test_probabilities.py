"""The figures that docs/labels.md gives of probabilities."""

from __future__ import annotations

import math

import pytest

from bench.calibration import brier, calibration_error, kept, log_loss

TESTS, RIGHT = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.55, 0.45]], [0, 1, 1, 0]


def test_log_loss_is_the_mean_surprise_of_the_right_labels() -> None:
    assert log_loss(TESTS, RIGHT) == pytest.approx(-sum(map(math.log, (0.9, 0.2, 0.7, 0.55))) / 4)
    assert log_loss([[1.0, 0.0]], [1]) == pytest.approx(-math.log(1e-6))


def test_the_brier_score_is_the_squared_distance_from_the_truth() -> None:
    assert brier([[1.0, 0.0]], [0]) == 0
    assert brier([[1.0, 0.0]], [1]) == 2
    assert brier(TESTS, RIGHT) == pytest.approx(2 * (0.1**2 + 0.8**2 + 0.3**2 + 0.45**2) / 4)


def test_confidence_that_comes_true_has_no_calibration_error() -> None:
    rows, right = [[0.75, 0.25]] * 4, [0, 0, 0, 1]
    assert calibration_error(rows, right) == pytest.approx(0)
    assert calibration_error(rows, [1, 1, 1, 1]) == pytest.approx(0.75)


def test_a_threshold_keeps_the_confident_answers() -> None:
    assert kept(TESTS, RIGHT, 0.0) == (1.0, 0.75)
    assert kept(TESTS, RIGHT, 0.6) == (0.75, pytest.approx(2 / 3))
    assert kept(TESTS, RIGHT, 0.95) == (0.0, None)
