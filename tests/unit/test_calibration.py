"""The scores of a function's examples, and what is learned from them about the scores of its labels."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
import torch
from pawc.backends.reference import TorchReader

from pawc.base.types import INT, TEXT, Labels, Optional
from pawc.files.blobs import BlobStore
from pawc.ir.nodes import Calibration, Example, NeuralFunction, Param, Program
from pawc.neural import calibration
from pawc.neural.calibration import (
    CONTENT_FREE,
    calibrate,
    fit,
    held_out_scores,
    surprise,
    temperature,
    without_examples,
)
from pawc.neural.compiler import Settings, compile_function
from pawc.neural.o1 import O1
from pawc.neural.template import Shot, Template, template
from pawc.runtime.labels import adjusted
from tests.compilers import random_compiler
from tests.tiny import ARCHITECTURES, tiny_interpreter

SHOTS = [Shot("the server is down", "immediate"), Shot("see you at lunch", "wait"), Shot("", "wait")]
LABELS = ("immediate", "wait", "wait a little")


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_scores_are_those_of_the_reference(architecture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    interpreter = tiny_interpreter(architecture)
    layout, start = interpreter.layout, template("Urgent?", SHOTS, interpreter.layout, (0, 1))
    monkeypatch.setattr(calibration, "BATCH_TOKENS", 60)  # several batches
    bare = Template(start.tokens, {})  # nothing hidden
    found = held_out_scores(interpreter, interpreter.states(start.tokens), bare, SHOTS, range(3), LABELS)
    program = Program(level=0, interpreter=interpreter.sha256, tokens=start.tokens)
    reader = TorchReader(interpreter, program, BlobStore())
    for shot, row in zip(SHOTS, found, strict=True):
        assert row == pytest.approx(
            reader.scores(layout.query(shot.input), [layout.answer(label) for label in LABELS]), abs=1e-3
        )


def test_an_example_is_scored_without_its_own_turn() -> None:
    interpreter = tiny_interpreter()
    one, other = (template("Urgent?", [Shot(SHOTS[0].input, word)], interpreter.layout) for word in ("qqqqq", "rrrrr"))
    assert len(one.tokens) == len(other.tokens)

    def scores(program: Template, *, hidden: bool) -> list[float]:
        shown = program if hidden else Template(program.tokens, {})
        return held_out_scores(interpreter, interpreter.states(program.tokens), shown, SHOTS[:1], [0], LABELS)[0]

    assert scores(one, hidden=False) != pytest.approx(scores(other, hidden=False), abs=1e-3)
    assert scores(one, hidden=True) == pytest.approx(scores(other, hidden=True), abs=1e-4)


def drawn(heat: float, count: int) -> tuple[list[list[float]], list[int]]:
    """Scores, and right labels drawn from their softmax at a temperature."""
    chance = random.Random(0)
    scores = [[chance.gauss(0, 3) for _ in range(3)] for _ in range(count)]
    weights = [[math.exp(score / heat) for score in row] for row in scores]
    return scores, [chance.choices(range(3), weights=row)[0] for row in weights]


@pytest.mark.parametrize("heat", [0.5, 1.0, 3.0])
def test_the_temperature_that_the_answers_were_drawn_at_is_found(heat: float) -> None:
    scores, right = drawn(heat, 3000)
    found = temperature(scores, right)
    assert found == pytest.approx(heat, rel=0.1)
    assert surprise(scores, right, found) <= surprise(scores, right)


def test_few_examples_move_the_temperature_a_little() -> None:
    usual = math.exp(calibration.USUAL)
    assert temperature([], []) == pytest.approx(usual, abs=1e-3)
    assert usual < temperature([[0.0, -20.0]], [1]) < 20  # one mistake, made with full confidence


def test_a_label_that_is_liked_whatever_the_input_is_loses_that() -> None:
    scores, right = drawn(1.0, 300)
    liked = [[row[0], row[1] + 5, row[2]] for row in scores]
    fitted = fit(liked, right)
    assert fitted.bias[1] - fitted.bias[0] == pytest.approx(-5, abs=0.7)
    assert fitted.examples == 300

    def hits(calibration: Calibration | None) -> int:
        rows = [adjusted(row, calibration) for row in liked]
        return sum(max(range(3), key=row.__getitem__) == index for row, index in zip(rows, right, strict=True))

    assert hits(fitted) > hits(None) + 30


def test_few_examples_are_believed_little_of_a_bias() -> None:
    few, many = (fit([[0.0, -4.0]] * count, [0, 1] * (count // 2)) for count in (2, 60))
    assert 0 < few.bias[1] < many.bias[1] < 2


def test_nothing_is_fitted_without_examples_or_labels() -> None:
    interpreter = tiny_interpreter()
    plain = template("Urgent?", [], interpreter.layout)
    states = interpreter.states(plain.tokens)
    assert calibrate(interpreter, states, plain, [], LABELS) is None
    assert calibrate(interpreter, states, plain, SHOTS, ("immediate",)) is None
    assert calibrate(interpreter, states, plain, SHOTS, ("yes", "no")) is None


def labelled(result: Labels) -> NeuralFunction:
    examples = tuple(Example(inputs=(shot.input,), output=shot.output) for shot in SHOTS)
    params = (Param(name="message", type=TEXT),)
    return NeuralFunction(symbol="mail.urgency", params=params, result=result, spec="Urgent?", examples=examples)


def test_a_template_of_labels_is_calibrated_on_its_examples_and_one_of_text_is_not() -> None:
    interpreter, settings = tiny_interpreter(), Settings(level=0)
    function = labelled(Labels(LABELS))
    made = compile_function(function, interpreter, settings)
    assert made.calibration is not None
    assert (len(made.calibration.bias), made.calibration.examples) == (3, 3)
    assert made == compile_function(function, interpreter, settings)
    assert compile_function(replace(function, result=TEXT), interpreter, settings).calibration is None


def test_the_model_is_left_as_it_was() -> None:
    interpreter = tiny_interpreter()
    ids = torch.tensor([[5, 6, 7]])
    before = interpreter.model(ids).logits
    compile_function(labelled(Labels(LABELS)), interpreter, Settings(level=0))
    torch.testing.assert_close(interpreter.model(ids).logits, before)


def test_without_examples_labels_are_alike_for_inputs_that_say_nothing() -> None:
    interpreter = tiny_interpreter()
    plain = template("Urgent?", [], interpreter.layout)
    states = interpreter.states(plain.tokens)
    found = without_examples(interpreter, states, plain, CONTENT_FREE, LABELS)
    assert (found.examples, found.temperature) == (0, pytest.approx(math.exp(calibration.USUAL), abs=1e-3))
    asked = [Shot(text, "") for text in CONTENT_FREE]
    scores = held_out_scores(interpreter, states, plain, asked, range(len(asked)), LABELS)
    means = [sum(column) / len(scores) for column in zip(*scores, strict=True)]
    level = [mean + bias for mean, bias in zip(means, found.bias, strict=True)]
    assert max(level) - min(level) < 0.01 < max(means) - min(means)


def test_what_has_labels_and_text_inputs_is_calibrated_without_examples() -> None:
    interpreter, settings = tiny_interpreter(), Settings(level=0)
    bare = replace(labelled(Labels(LABELS)), examples=())
    made = compile_function(bare, interpreter, settings)
    assert made.calibration is not None and made.calibration.examples == 0
    o1 = O1(random_compiler(), "spec", "0" * 64)
    behind = compile_function(bare, interpreter, Settings(level=1), o1=o1)
    assert behind.prefix is not None and behind.calibration is not None
    assert behind.calibration.bias != made.calibration.bias
    two = (*bare.params, Param(name="subject", type=TEXT))
    assert compile_function(replace(bare, params=two), interpreter, settings).calibration is not None
    numbers = (Param(name="n", type=INT),)
    for other in (
        replace(bare, result=TEXT),
        replace(bare, params=numbers),
        replace(bare, result=Optional(bare.result)),
    ):
        assert compile_function(other, interpreter, settings).calibration is None
