"""Weights as the native engine has them, and the models it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from native_blocks import unpacked
from pawc.backends.native.weights import Matrix, Shape, packed, unsupported
from pawc.backends.native.weights_file import CARRIED, Checkpoint, Weights, mapped, packed_file, weights
from tiny import tiny_info

from pawc.base.diagnostics import PawError


def config(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((tiny_info().folder / "config.json").read_text(encoding="utf-8"))
    return found | changes


def test_a_matrix_of_any_numbers_has_8_bits_and_loses_about_half_a_step() -> None:
    matrix = np.random.default_rng(0).normal(size=(20, 80)).astype(np.float32)
    made = packed(matrix)
    assert (made.bits, made.blocks.shape) == (8, (2, 3, 576))
    back = unpacked(made)[:20, :80]
    steps = np.repeat(np.abs(np.pad(matrix, ((0, 0), (0, 16))).reshape(20, 3, 32)).max(2) / 127, 32, 1)[:, :80]
    assert (np.abs(back - matrix) <= 0.75 * steps).all()


@pytest.mark.parametrize("outer", [(0, 15), (0, 13), (2, 15), (3, 12)])
@pytest.mark.parametrize("minimum", [-0.4, -0.05, 0.3])
def test_weights_that_were_of_4_bits_are_so_again_and_are_as_good_as_before(
    minimum: float, outer: tuple[int, int]
) -> None:
    draw = np.random.default_rng(0)
    lowest, highest = outer
    levels = draw.integers(lowest, highest + 1, (32, 2, 32))
    levels[..., 0], levels[..., 1] = outer  # the first and the last are there in Q4_0 and Q4_1
    scales = draw.uniform(0.02, 0.05, (32, 2, 1))
    exact = (levels * scales + minimum).reshape(32, 64).astype(np.float32)
    rounded = torch.from_numpy(exact).to(torch.bfloat16).float().numpy()
    made = packed(rounded)
    assert (made.bits, made.blocks.shape) == (4, (2, 2, 320))
    assert np.abs(unpacked(made) - exact).mean() < np.abs(rounded - exact).mean()


def test_one_group_of_more_levels_is_enough_for_8_bits() -> None:
    draw = np.random.default_rng(0)
    matrix = (draw.integers(0, 16, (320, 32)) * 0.1).astype(np.float32)
    assert packed(matrix).bits == 4
    matrix[301] = draw.normal(size=32)
    assert packed(matrix).bits == 8


def test_a_group_of_equal_weights_is_kept() -> None:
    matrix = np.full((16, 64), 0.25, np.float32)
    matrix[:, 32:] = 0
    assert np.array_equal(unpacked(packed(matrix)), matrix)


def test_a_file_gives_back_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tmp_path))
    info = tiny_info()
    equal(mapped(info, Shape.of(info)), weights(Checkpoint.of(info), Shape.of(info)))


def equal(found: Weights, made: Weights) -> None:
    assert np.array_equal(found.embeddings, made.embeddings)
    for one, other in zip(found.arrays, made.arrays, strict=True):
        if isinstance(other, Matrix):
            assert isinstance(one, Matrix)
            assert one.bits == other.bits
            assert np.array_equal(one.blocks, other.blocks)
        else:
            assert isinstance(one, np.ndarray)
            assert np.array_equal(one, other)


def test_weights_are_packed_once_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tmp_path))
    info = tiny_info()
    assert packed_file(info, Shape.of(info)) == packed_file(info, Shape.of(info))
    assert capsys.readouterr().err == f"packing interpreter {info.name} for the native engine (once)\n"


@pytest.mark.parametrize("offset", [0, 1, 8])
def test_what_an_executable_carries_may_begin_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offset: int
) -> None:
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tmp_path))
    info = tiny_info()
    shape = Shape.of(info)
    whole = memoryview(bytes(offset) + packed_file(info, shape).read_bytes())
    found = mapped(replace(info, carried={CARRIED: lambda: whole[offset:]}), shape)
    equal(found, mapped(info, shape))
    matrices = [array.blocks for array in found.arrays if isinstance(array, Matrix)]
    assert {blocks.ctypes.data % 64 for blocks in matrices} == {0}


@pytest.mark.parametrize(
    "change", [{"layers": 2}, {"layers": 10**12}, {"hidden": 64}, {"inner": 16}, {"kv_heads": 4}, {"vocab": 16}]
)
def test_weights_that_do_not_fit_what_is_announced_are_refused_wherever_they_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, int]
) -> None:
    """The engine would read beyond them, and an executable may come from anywhere."""
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tmp_path))
    info = tiny_info()
    shape = Shape.of(info)
    carried = packed_file(info, shape).read_bytes()
    with pytest.raises(PawError, match=r"P0712(.*\n)*.*announces(.*\n)*.*--static"):
        mapped(replace(info, carried={CARRIED: lambda: carried}), replace(shape, **change))
    if "layers" not in change:  # these are packed first
        with pytest.raises(PawError, match="P0712"):
            mapped(replace(info, sha256="0" * 64), replace(shape, **change))


def test_a_carried_file_of_other_bytes_is_refused() -> None:
    with pytest.raises(PawError, match="P0712"):
        mapped(replace(tiny_info(), carried={CARRIED: lambda: b"no weights"}), Shape.of(tiny_info()))


@pytest.mark.parametrize("content", [b"{}", b"no JSON", b"[]", b'{"model_type": "llama", "hidden_act": "silu"}'])
def test_a_configuration_that_says_too_little_is_refused(content: bytes) -> None:
    with pytest.raises(PawError, match=r"P0712|P0718"):
        Shape.of(replace(tiny_info(), carried={"config.json": lambda: content}))


def test_the_tiny_llama_can_be_run() -> None:
    assert unsupported(config()) is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"model_type": "gpt2"}, "not a Llama"),
        ({"attention_bias": True}, "biases"),
        ({"use_sliding_window": True}, "window"),
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
