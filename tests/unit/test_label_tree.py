"""Scoring labels as a tree: every score is the one that the reference gives."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from pawc.backends import label_tree
from pawc.backends.label_tree import LabelTree
from pawc.backends.logits import Logits
from pawc.backends.reading import Reading
from pawc.backends.reference import TorchReader
from pawc.backends.torch_machine import TorchReading
from programs import function
from tiny import ARCHITECTURES, tiny_interpreter

from pawc.base.types import TEXT
from pawc.files.blobs import BlobStore

LABELS = ["wait", "wait a little", "waiting", "the user", "the usual", "", "x"]
TEXTS = ["", "the server is down", "see you"]


def scored(architecture: str) -> NDArray[np.float64]:
    """The scores of each label after each text."""
    interpreter = tiny_interpreter(architecture)
    program = function(interpreter, TEXT).program
    assert program is not None
    labels = [interpreter.layout.answer(label) for label in LABELS]
    reading = TorchReading(interpreter, interpreter.states(program.tokens), len(TEXTS))
    scores, peaks = LabelTree(labels).scores(reading, dict(enumerate(interpreter.layout.queries(TEXTS))))
    assert peaks.shape == (len(TEXTS),)
    return scores


def expected(architecture: str) -> NDArray[np.float64]:
    """The same by the reference, a label and a text at a time."""
    interpreter = tiny_interpreter(architecture)
    program = function(interpreter, TEXT).program
    assert program is not None
    reader, layout = TorchReader(interpreter, program, BlobStore()), interpreter.layout
    return np.array([reader.scores(layout.query(text), [layout.answer(label) for label in LABELS]) for text in TEXTS])


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_scores_are_those_of_the_reference(architecture: str) -> None:
    np.testing.assert_allclose(scored(architecture), expected(architecture), rtol=1e-4, atol=1e-4)


def test_large_trees_are_read_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    look_ahead = Reading.look_ahead

    def counted(self: Reading, tokens: list[int], depths: list[int], sees: NDArray[np.bool_]) -> Logits:
        steps.append(len(tokens))
        return look_ahead(self, tokens, depths, sees)

    monkeypatch.setattr(Reading, "look_ahead", counted)
    monkeypatch.setattr(label_tree, "MOST_LOGITS", 6)
    np.testing.assert_allclose(scored("llama"), expected("llama"), rtol=1e-4, atol=1e-4)
    assert len(steps) > 1


def test_a_small_tree_is_read_in_one_step_with_the_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    both = Reading.read_and_look_ahead

    def counted(self: Reading, new: object, tokens: list[int], *rest: object) -> Logits:
        seen.extend(tokens)
        return both(self, new, tokens, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Reading, "read_and_look_ahead", counted)
    monkeypatch.delattr(Reading, "read")
    scored("llama")
    layout = tiny_interpreter().layout
    answers = [tuple(layout.answer(label)) for label in LABELS]
    shared = {answer[:length] for answer in answers for length in range(1, len(answer))}
    shared = {path for path in shared if sum(answer[: len(path)] == path for answer in answers) > 1}
    assert len(seen) == len(shared)  # what only one label begins with decides nothing


def test_long_inputs_are_read_before_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pawc.runtime.positions.PIECE", 10)
    monkeypatch.delattr(Reading, "read_and_look_ahead")
    np.testing.assert_allclose(scored("llama"), expected("llama"), rtol=1e-4, atol=1e-4)
