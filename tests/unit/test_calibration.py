"""Label scores of examples, and the temperature that makes probabilities of them."""

from __future__ import annotations

import random

import pytest
import torch

from bench.calibration import calibration_error, label_scores, surprise, temperature
from pawc.neural.template import Shot, template
from tests.tiny import ARCHITECTURES, tiny_interpreter

SHOTS = [Shot("the server is down", "immediate"), Shot("see you at lunch", "wait"), Shot("", "wait")]
LABELS = ("immediate", "wait", "wait a little")


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_scores_are_the_log_probabilities_of_the_labels_read_in_one_go(architecture: str) -> None:
    interpreter = tiny_interpreter(architecture)
    layout, start = interpreter.layout, template("Urgent?", SHOTS, interpreter.layout, (0, 1))
    found = label_scores(interpreter, interpreter.states(start.tokens), {}, SHOTS, LABELS)
    for shot, row in zip(SHOTS, found, strict=True):
        for label, score in zip(LABELS, row, strict=True):
            answer = layout.answer(label)
            tokens = [*start.tokens, *layout.query(shot.input), *answer]
            with torch.no_grad():
                likely = interpreter.model(torch.tensor([tokens])).logits[0].log_softmax(-1)
            wanted = likely[range(len(tokens) - len(answer) - 1, len(tokens) - 1), answer].sum().item()
            assert score == pytest.approx(wanted, rel=1e-3)


def test_an_example_is_scored_without_its_own_turn() -> None:
    interpreter = tiny_interpreter()
    shown = template("Urgent?", SHOTS, interpreter.layout)
    changed = template("Urgent?", [Shot(SHOTS[0].input, "qqqqq"), *SHOTS[1:]], interpreter.layout)
    same_length = template("Urgent?", [Shot(SHOTS[0].input, "rrrrr"), *SHOTS[1:]], interpreter.layout)
    assert len(changed.tokens) == len(same_length.tokens)

    def scores(program: object, segments: object) -> list[float]:
        states = interpreter.states(program.tokens)  # type: ignore[attr-defined]
        return label_scores(interpreter, states, segments, SHOTS[:1], LABELS)[0]  # type: ignore[arg-type]

    assert scores(changed, {}) != pytest.approx(scores(same_length, {}), abs=1e-3)
    only = template("Urgent?", [Shot(SHOTS[0].input, "qqqqq")], interpreter.layout)
    other = template("Urgent?", [Shot(SHOTS[0].input, "rrrrr")], interpreter.layout)
    assert scores(only, only.segments) == pytest.approx(scores(other, other.segments), abs=1e-4)
    assert shown.segments.keys() == {0, 1, 2}


def drawn(heat: float, count: int) -> tuple[list[list[float]], list[int]]:
    """Scores, and right labels drawn from their softmax at a temperature."""
    chance = random.Random(0)
    scores = [[chance.gauss(0, 3) for _ in range(3)] for _ in range(count)]
    weights = [[2.718281828 ** (score / heat) for score in row] for row in scores]
    return scores, [chance.choices(range(3), weights=row)[0] for row in weights]


@pytest.mark.parametrize("heat", [0.5, 1.0, 3.0])
def test_the_temperature_that_the_answers_were_drawn_at_is_found(heat: float) -> None:
    scores, right = drawn(heat, 3000)
    found = temperature(scores, right)
    assert found == pytest.approx(heat, rel=0.1)
    assert surprise(scores, right, found) <= surprise(scores, right, 1.0)


def test_few_examples_move_the_temperature_a_little() -> None:
    assert temperature([], []) == pytest.approx(1.0, abs=1e-3)
    sure = [[0.0, -20.0]]
    assert 1.0 < temperature(sure, [1]) < 12.0  # one mistake, made with full confidence
    assert 0.4 < temperature(sure, [0]) <= 1.0


def test_the_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    sure = [[0.0, -30.0]] * 4
    assert calibration_error(sure, [0, 0, 0, 0], 1.0) == pytest.approx(0, abs=1e-6)
    assert calibration_error(sure, [0, 0, 1, 1], 1.0) == pytest.approx(0.5, abs=1e-6)
    assert calibration_error(sure, [0, 0, 1, 1], 1e6) == pytest.approx(0, abs=1e-3)
