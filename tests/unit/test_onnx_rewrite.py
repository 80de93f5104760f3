"""Rewriting graphs: rounded weights are near the given ones, and a turned embedding gives the same rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402
from pawc.backends import onnx_rewrite as rewrite  # noqa: E402

ROWS, WIDTH = 96, 64
TABLE = np.random.default_rng(0).standard_normal((ROWS, WIDTH)).astype(np.float32)
HIDDEN = np.random.default_rng(1).standard_normal((WIDTH, WIDTH)).astype(np.float32)
IDS = np.array([[1, 5, 95], [0, 7, 7]])


def model() -> Any:
    """Rows of an embedding, a layer, and the embedding again as the output's matrix."""
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["rows"]),
        helper.make_node("MatMul", ["rows", "hidden"], ["between"]),
        helper.make_node("Transpose", ["table"], ["turned"], perm=[1, 0]),
        helper.make_node("MatMul", ["between", "turned"], ["logits"]),
    ]
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "length", ROWS])
    weights = [numpy_helper.from_array(TABLE, "table"), numpy_helper.from_array(HIDDEN, "hidden")]
    graph = helper.make_graph(nodes, "tied", [ids], [logits], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def run(made: Any) -> NDArray[np.float32]:
    """Its logits."""
    session = runtime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
    logits: NDArray[np.float32] = session.run(None, {"ids": IDS})[0]
    return logits


EXACT = TABLE[IDS] @ HIDDEN @ TABLE.T


def test_a_turned_embedding_is_stored_once_and_gives_the_same() -> None:
    made = model()
    rewrite.turn_head(made)
    assert [tensor.dims[:] for tensor in made.graph.initializer if len(tensor.dims) == 2] == [
        [WIDTH, WIDTH],
        [WIDTH, ROWS],
    ]
    np.testing.assert_allclose(run(made), EXACT, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("bits", "apart"), [(8, 0.02), (4, 0.15)])
def test_a_rounded_graph_gives_nearly_the_same(bits: int, apart: float, turned: bool) -> None:
    made = model()
    if turned:
        rewrite.turn_head(made)
    rewrite.quantize(made, bits)
    error = np.abs(run(made) - EXACT).mean() / np.abs(EXACT).mean()
    assert 0 < error < apart


def test_embedding_and_output_share_their_integers() -> None:
    made = model()
    rewrite.turn_head(made)
    rewrite.quantize(made, 8)
    assert sum(np.prod(tensor.dims) == ROWS * WIDTH for tensor in made.graph.initializer) == 1


def test_four_bits_lose_little_of_what_was_published_in_four_bits() -> None:
    chance = np.random.default_rng(2)
    shape = (WIDTH // rewrite.BLOCK, rewrite.BLOCK, ROWS)
    integers = chance.integers(0, 16, shape)
    integers[:, 0], integers[:, 1] = 0, 15  # as scale and minimum are chosen
    scales, least = chance.uniform(0.01, 0.1, (2, shape[0], 1, ROWS)) * [[[[1]]], [[[-8]]]]
    matrix = (integers * scales + least).reshape(WIDTH, ROWS).astype(np.float32)
    rest, middles = rewrite.centred(matrix)
    found, factors = rewrite.blocks(rest.T, 4)
    back = ((found.astype(np.float32) - 8) * factors[..., None]).reshape(ROWS, WIDTH).T
    back = (back.reshape(-1, rewrite.BLOCK, ROWS) + middles[:, None]).reshape(matrix.shape)
    np.testing.assert_allclose(back, matrix, atol=1e-5)


@pytest.mark.parametrize("bits", [8, 4])
def test_a_block_s_greatest_number_is_kept_exactly(bits: int) -> None:
    integers, scales = rewrite.blocks(TABLE, bits)
    assert integers.shape == (ROWS, WIDTH // rewrite.BLOCK, rewrite.BLOCK)
    back = (integers.astype(np.float32) - (1 << (bits - 1))) * scales[..., None]
    grouped = TABLE.reshape(back.shape)
    places = np.abs(grouped).argmax(-1)[..., None]
    np.testing.assert_allclose(np.take_along_axis(back, places, -1), np.take_along_axis(grouped, places, -1), rtol=1e-5)
    assert np.abs(back - grouped).max() <= np.abs(scales).max() * 1.01


def test_rows_that_are_no_whole_blocks_are_padded_with_nothing() -> None:
    integers, _ = rewrite.blocks(np.ones((2, 40), np.float32), 8)
    assert integers.shape == (2, 2, rewrite.BLOCK)
    assert (integers[:, 1, 8:] == 128).all()


def test_a_saved_graph_has_its_weights_beside_it_readable_by_all_who_read_it(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    rewrite.save(model(), path)
    data = tmp_path / "model.onnx.data"
    assert data.stat().st_size > 4 * ROWS * WIDTH
    assert data.stat().st_mode == path.stat().st_mode
