from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pawc.passes.quantize_prefix import QuantizePrefix, quantize, relative_error

from pawc.base.diagnostics import PawError
from pawc.base.types import TEXT
from pawc.files.blobs import BlobStore
from pawc.files.quantization import dequantize
from pawc.ir.nodes import Module, NeuralFunction, Param, Prefix, Program
from pawc.ir.tensors import prefix_problem
from pawc.ir.verify import problems
from pawc.pass_base import Context

SHAPE = (4, 2, 2, 37, 16)


def random_prefix() -> np.ndarray:
    return np.random.default_rng(1).normal(size=SHAPE).astype(np.float32)


def structured_prefix() -> np.ndarray:
    """What models look like inside: some channels of keys are far off, with little spread; values are not."""
    rng = np.random.default_rng(2)
    floats = rng.normal(size=SHAPE).astype(np.float32)
    floats[:, 0] += rng.normal(size=(4, 2, 1, 16)) * 20 * (rng.random((4, 2, 1, 16)) < 0.2)
    return floats


def module(floats: np.ndarray, blobs: BlobStore) -> Module:
    prefix = Prefix(length=floats.shape[3], bits=16, group=0, data=blobs.put(floats))
    program = Program(level=2, interpreter="ab" * 32, tokens=(1,), prefix=prefix, report=(("steps", 3),))
    function = NeuralFunction(symbol="m.f", params=(Param(name="x", type=TEXT),), result=TEXT, spec="", program=program)
    return Module(name="m", stage="compiled", functions=(function,))


def test_the_error_is_as_small_as_the_bits_allow() -> None:
    """On normal numbers; measured, with a margin of a tenth. It falls fourfold with every two bits."""
    blobs, floats = BlobStore(), random_prefix()
    errors = {b: relative_error(floats, dequantize(quantize(floats, b, 0, blobs), blobs)) for b in (8, 6, 4)}
    assert errors[8] < 0.0051 and errors[6] < 0.0205 and errors[4] < 0.087
    assert errors[4] / errors[6] == pytest.approx(4.2, rel=0.1)


def test_small_groups_are_more_exact() -> None:
    blobs, floats = BlobStore(), random_prefix()
    row, small = (relative_error(floats, dequantize(quantize(floats, 4, g, blobs), blobs)) for g in (0, 8))
    assert small < 0.75 * row


def test_channels_of_keys_that_are_far_off_cost_nothing() -> None:
    """Grouped per token, they would set the scale of all others: the spread that is left counts, not the offset."""
    blobs, floats = BlobStore(), structured_prefix()
    found = dequantize(quantize(floats, 4, 0, blobs), blobs)
    keys = np.abs(found - floats)[:, 0].max()
    assert keys < 0.25
    rows = floats[:, 0].max(axis=-1) - floats[:, 0].min(axis=-1)
    assert rows.max() / 15 / 2 > 0.5


@pytest.mark.parametrize("bits", [8, 6, 4])
@pytest.mark.parametrize("group", [0, 5, 32, 1000])
def test_every_number_is_within_half_a_step(bits: int, group: int) -> None:
    blobs, floats = BlobStore(), structured_prefix()
    prefix = quantize(floats, bits, group, blobs)
    assert prefix_problem(prefix) is None
    assert prefix.data.shape == (*SHAPE[:4], SHAPE[4] * bits // 8)
    assert prefix.scales is not None
    step = float(blobs.get(prefix.scales)[:, 0].max())
    assert np.abs(dequantize(prefix, blobs) - floats).max() <= step * 0.5001 + 1e-6


def test_equal_numbers_stay_exact_and_zeros_stay_zeros() -> None:
    blobs = BlobStore()
    floats = np.full(SHAPE, 0.5, np.float32)
    assert np.array_equal(dequantize(quantize(floats, 4, 0, blobs), blobs), floats)
    zeros = np.zeros(SHAPE, np.float32)
    assert relative_error(zeros, dequantize(quantize(zeros, 4, 0, blobs), blobs)) == 0


def test_numbers_beyond_float16_have_float32_scales() -> None:
    blobs, floats = BlobStore(), random_prefix() * 1e6
    prefix = quantize(floats, 8, 0, blobs)
    assert prefix.scales is not None and prefix.scales.dtype == "F32"
    assert relative_error(floats, dequantize(prefix, blobs)) < 0.006


def test_the_pass_reports_the_error_and_keeps_the_rest_of_the_program() -> None:
    ctx = Context()
    before = module(random_prefix(), ctx.blobs)
    after = QuantizePrefix(bits=4, group=8).run(before, ctx)
    program = after.neural[0].program
    assert program is not None and program.prefix is not None
    assert problems(after) == []
    assert program.prefix.bits == 4 and program.prefix.group == 8
    report = dict(program.report)
    assert report["steps"] == 3 and report["prefix_bits"] == 4
    assert report["prefix_error"] == pytest.approx(
        relative_error(random_prefix(), dequantize(program.prefix, ctx.blobs)), abs=1e-5
    )


def test_what_is_quantised_or_has_no_prefix_or_should_stay_is_left_alone() -> None:
    ctx = Context()
    floats = module(random_prefix(), ctx.blobs)
    assert QuantizePrefix(bits=16).run(floats, ctx) is floats
    small = QuantizePrefix(bits=8).run(floats, ctx)
    assert QuantizePrefix(bits=4).run(small, ctx) is small
    program = floats.neural[0].program
    assert program is not None
    bare = replace(floats, functions=(replace(floats.neural[0], program=replace(program, prefix=None)),))
    assert QuantizePrefix(bits=4).run(bare, ctx) is bare


def test_the_same_prefix_gives_the_same_bytes() -> None:
    one = quantize(structured_prefix(), 6, 0, BlobStore())
    other = quantize(structured_prefix(), 6, 0, BlobStore())
    assert one == other


def test_prefixes_that_are_not_finite_are_refused() -> None:
    floats = random_prefix()
    floats[0, 0, 0, 0, 0] = np.nan
    ctx = Context()
    with pytest.raises(PawError, match="P0550"):
        QuantizePrefix().run(module(floats, ctx.blobs), ctx)


def test_channels_that_do_not_fill_bytes_are_refused() -> None:
    ctx = Context()
    with pytest.raises(PawError, match="P0551"):
        QuantizePrefix(bits=4).run(module(random_prefix()[..., :15], ctx.blobs), ctx)


@pytest.mark.parametrize("options", [{"bits": 5}, {"bits": 0}, {"group": -1}])
def test_options_that_mean_nothing_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"^(bits|group) is"):
        QuantizePrefix(**options)
