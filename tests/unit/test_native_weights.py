"""Weights as the native engine has them, and the models it refuses."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from pawc.backends.native.weights import Checkpoint, Shape, arrays, packed, unsupported
from tiny import tiny_info

from pawc.base.diagnostics import PawError


def config(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((tiny_info().folder / "config.json").read_text(encoding="utf-8"))
    return found | changes


def test_a_packed_matrix_is_the_matrix_up_to_half_a_step() -> None:
    matrix = np.random.default_rng(0).normal(size=(20, 6)).astype(np.float32)
    panels, scales = packed(matrix)
    assert panels.shape == (2, 3, 16, 2)
    back = panels.swapaxes(1, 2).reshape(32, 6) * scales[:, None]
    assert (np.abs(back[:20] - matrix) <= scales[:20, None] * 0.501).all()
    assert not back[20:].any()


def test_the_arrays_have_the_shapes_that_the_file_is_cut_into() -> None:
    shape = Shape.of(tiny_info())
    made = [(array.shape, array.dtype.name) for array in arrays(Checkpoint(tiny_info().folder), shape)]
    assert made == list(shape.arrays())


def test_the_tiny_llama_can_be_run() -> None:
    assert unsupported(config()) is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"model_type": "gpt2"}, "not a Llama"),
        ({"attention_bias": True}, "biases"),
        ({"hidden_act": "gelu"}, "SiLU"),
        ({"rope_parameters": {"rope_type": "llama3"}}, "llama3"),
        ({"intermediate_size": 50}, "multiples of 16"),
    ],
)
def test_what_the_engine_does_not_know_is_refused(change: dict[str, Any], why: str) -> None:
    assert why in (unsupported(config(**change)) or "")


@pytest.mark.parametrize("architecture", ["qwen3", "gpt2", "gemma3"])
def test_other_architectures_stay_with_torch(architecture: str) -> None:
    with pytest.raises(PawError, match=r"P0718(.*\n)*.*--engine torch"):
        Shape.of(tiny_info(architecture))
