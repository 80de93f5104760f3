"""Padded rows behind states of their own: the same numbers as one row at a time, read the plain way."""

from __future__ import annotations

import pytest
import torch

from pawc.neural.rows import Row, exact, log_likelihoods, pad, read, repeated
from tests.tiny import tiny_interpreter

DEVICE = torch.device("cpu")


def rows_of(architecture: str) -> list[Row]:
    layout = tiny_interpreter(architecture).layout
    rows = []
    for given, wanted in (("the cat", "yes"), ("a much longer input than the other", "no, never")):
        query = layout.query(given)
        rows.append(Row([*query, *layout.answer(wanted)], len(query)))
    return rows


@pytest.mark.parametrize("architecture", ["llama", "qwen3", "gpt2", "gemma3"])
def test_likelihoods_behind_own_states_are_those_of_reading_everything_in_a_row(architecture: str) -> None:
    interpreter = tiny_interpreter(architecture)
    programs = [interpreter.layout.head("Say a."), interpreter.layout.head("Say b.")]
    past = [interpreter.states(tokens) for tokens in programs]
    assert len({states.shape for states in past}) == 1
    states = tuple((torch.stack([p[i, 0] for p in past]), torch.stack([p[i, 1] for p in past])) for i in range(3))
    rows = rows_of(architecture)
    batch = pad(rows, DEVICE)
    found = batch.sums(log_likelihoods(read(interpreter, batch, states), batch))
    for number, (row, program) in enumerate(zip(rows, programs, strict=True)):
        whole = pad([Row([*program, *row.tokens], len(program) + row.asked)], DEVICE)
        alone = log_likelihoods(read(interpreter, whole), whole).sum()
        torch.testing.assert_close(found[number], alone, atol=1e-4, rtol=1e-4)


def test_padding_changes_nothing() -> None:
    interpreter, rows = tiny_interpreter(), rows_of("llama")
    together = pad(rows, DEVICE)
    likelihoods = together.means(log_likelihoods(read(interpreter, together), together))
    for number, row in enumerate(rows):
        alone = pad([row], DEVICE)
        torch.testing.assert_close(
            likelihoods[number], log_likelihoods(read(interpreter, alone), alone).mean(), atol=1e-5, rtol=1e-5
        )


def test_a_row_is_exact_where_greedy_writing_gives_it() -> None:
    interpreter = tiny_interpreter()
    query = interpreter.layout.query("the cat")
    tokens = list(query)
    for _ in range(3):
        batch = pad([Row([*tokens, 0], len(tokens))], DEVICE)
        tokens.append(int(read(interpreter, batch).argmax()))
    wrong = [*tokens[:-1], (tokens[-1] + 1) % 200]
    batch = pad([Row(tokens, len(query)), Row(wrong, len(query))], DEVICE)
    assert exact(read(interpreter, batch), batch).tolist() == [1.0, 0.0]


def test_states_are_repeated_row_by_row() -> None:
    keys = torch.arange(2.0).view(2, 1, 1, 1)
    [(repeated_keys, _)] = repeated(((keys, keys),), 3)
    assert repeated_keys.flatten().tolist() == [0, 0, 0, 1, 1, 1]
