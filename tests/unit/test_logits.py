"""Logits in arrays: the numbers that decide are those that PyTorch computes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pawc.backends.logits import FewLogits, NumpyLogits, log_sum
from pawc.backends.torch_machine import TorchLogits

from pawc.base.diagnostics import InternalError

VALUES = np.random.default_rng(0).standard_normal((3, 4, 50)).astype(np.float32) * 10
HERE, THERE = NumpyLogits(VALUES), TorchLogits(torch.from_numpy(VALUES))


def test_chances_are_log_probabilities_at_each_place() -> None:
    places, tokens = [0, 3, 3], [7, 0, 49]
    found = HERE.chances(places, tokens)
    np.testing.assert_allclose(found, THERE.chances(places, tokens), rtol=1e-5)
    np.testing.assert_allclose(found[1, 2], VALUES[1, 3, 49] - np.log(np.exp(VALUES[1, 3]).sum()), rtol=1e-5)


def test_the_best_is_the_likeliest_of_those_allowed() -> None:
    allowed = np.zeros((3, 50), np.bool_)
    allowed[:, [4, 9, 30]] = True
    for mask in (None, allowed):
        for found, meant in zip(HERE.best(mask), THERE.best(mask), strict=True):
            np.testing.assert_allclose(found, meant, rtol=1e-4)
    assert set(HERE.best(allowed).tokens) <= {4, 9, 30}


def test_of_equals_the_first_is_best_and_has_no_lead() -> None:
    best = NumpyLogits(np.zeros((1, 1, 5), np.float32)).best(None)
    assert (best.tokens.tolist(), best.leads.tolist()) == ([0], [0.0])


def test_one_allowed_token_is_certain() -> None:
    best = HERE.best(np.eye(50, dtype=np.bool_)[[3, 4, 5]])
    assert best.tokens.tolist() == [3, 4, 5]
    assert np.isinf(best.leads).all()
    assert not best.chances.any()


def test_peaks_are_the_greatest_sizes_at_the_first_place() -> None:
    np.testing.assert_array_equal(HERE.peaks(), THERE.peaks())


def test_sums_of_large_logits_do_not_overflow() -> None:
    assert log_sum(np.array([[1e4, 1e4]], np.float32))[0] == np.float32(1e4 + np.log(2))


def test_the_logits_of_a_few_tokens_compare_them_and_have_no_best() -> None:
    few = FewLogits(VALUES[:, :, [7, 49, 0]], {7: 0, 49: 1, 0: 2})
    found, whole = (logits.chances([0, 0], [49, 0]) for logits in (few, HERE))
    np.testing.assert_allclose(found[:, 0] - found[:, 1], whole[:, 0] - whole[:, 1], rtol=1e-4, atol=1e-5)
    with pytest.raises(InternalError):
        few.best(None)
