"""A batch of rows read step by step: each row is read as if it were alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pawc.backends.logits import Logits
from pawc.backends.torch_machine import TorchLogits, TorchReading
from tiny import ARCHITECTURES, tiny_interpreter

ROWS = [[5, 6, 7], [8], [9, 10, 11, 12, 13, 14], [15, 16]]
MORE = {0: [20], 2: [21, 22, 23], 3: [24, 25]}
START = list(range(30, 90))


def alone(architecture: str, tokens: list[int]) -> torch.Tensor:
    """What transformers gives for one row, whole."""
    interpreter = tiny_interpreter(architecture)
    with torch.no_grad():
        logits: torch.Tensor = interpreter.model(torch.tensor([START + tokens])).logits[0, -1]
    return logits[: interpreter.tokenizer.vocab_size]


def at(logits: Logits, place: int = 0) -> torch.Tensor:
    """The logits of every row at one place."""
    assert isinstance(logits, TorchLogits)
    return logits.values[:, place]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_rows_of_any_lengths_that_come_and_go_are_each_read_alone(architecture: str) -> None:
    interpreter = tiny_interpreter(architecture)
    reading = TorchReading(interpreter, interpreter.states(START), len(ROWS))
    first = at(reading.read(dict(enumerate(ROWS))))
    second = at(reading.read(MORE))
    third = at(reading.read({3: [26]}))
    for row, tokens in enumerate(ROWS):
        torch.testing.assert_close(first[row], alone(architecture, tokens), rtol=1e-4, atol=1e-4)
    for place, (row, tokens) in enumerate(MORE.items()):
        torch.testing.assert_close(second[place], alone(architecture, ROWS[row] + tokens), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(third[0], alone(architecture, ROWS[3] + MORE[3] + [26]), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_what_was_looked_at_ahead_is_forgotten(architecture: str) -> None:
    interpreter = tiny_interpreter(architecture)
    reading = TorchReading(interpreter, interpreter.states(START), 2)
    reading.read({0: ROWS[0], 1: ROWS[2]})
    sees = np.array([[True, False], [True, True]])
    ahead = at(reading.look_ahead([40, 41], [0, 1], sees), 1)
    after = at(reading.read({0: [50], 1: [51]}))
    torch.testing.assert_close(ahead[1], alone(architecture, [*ROWS[2], 40, 41]), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(after[0], alone(architecture, [*ROWS[0], 50]), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(after[1], alone(architecture, [*ROWS[2], 51]), rtol=1e-4, atol=1e-4)
