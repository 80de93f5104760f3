"""Padded rows, and what logits are worth."""

from __future__ import annotations

import torch

from pawc.neural.rows import Row, exact, log_likelihoods, pad, repeated


def test_rows_are_padded_at_the_right_and_only_what_is_asked_is_predicted() -> None:
    batch = pad([Row([5, 6, 7], 1), Row([8, 9], 1)], torch.device("cpu"))
    assert batch.ids.tolist() == [[5, 6, 7], [8, 9, 0]]
    assert (batch.row.tolist(), batch.place.tolist(), batch.target.tolist()) == ([0, 0, 1], [1, 2, 1], [6, 7, 9])
    assert batch.sums(torch.tensor([1.0, 2.0, 4.0])).tolist() == [3.0, 4.0]
    assert batch.means(torch.tensor([1.0, 2.0, 4.0])).tolist() == [1.5, 4.0]


def test_a_row_is_exact_where_each_token_is_the_likeliest() -> None:
    batch = pad([Row([0, 1, 2], 1), Row([0, 3], 1)], torch.device("cpu"))
    logits = torch.eye(4)[torch.tensor([1, 2, 0])]
    assert exact(logits, batch).tolist() == [1.0, 0.0]
    assert log_likelihoods(logits, batch)[0].item() == torch.eye(4)[1].log_softmax(0)[1].item()


def test_states_are_repeated_row_by_row() -> None:
    keys = torch.arange(2.0).view(2, 1, 1, 1)
    [(repeated_keys, _)] = repeated(((keys, keys),), 3)
    assert repeated_keys.flatten().tolist() == [0, 0, 0, 1, 1, 1]
