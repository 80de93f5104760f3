"""A small transformer with the inputs and outputs of docs/onnx.md, as an ONNX graph; its weights are random.

It knows nothing, but it attends: to a prefix, to what was read before, and within a tree to its own path.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LAYERS, HEADS, SIZE, POSITIONS = 2, 2, 8, 512
WIDTH = HEADS * SIZE


class _Graph:
    """Nodes that are added one by one; constants are added where they are used."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def __call__(self, op: str, *inputs: Any, **attributes: Any) -> str:
        names = [one if isinstance(one, str) else self.constant(one) for one in inputs]
        output = attributes.pop("name", f"v{len(self.nodes)}")
        self.nodes.append(helper.make_node(op, names, [output], **attributes))
        return str(output)

    def constant(self, value: Any) -> str:
        name = f"c{len(self.constants)}"
        array = np.asarray(value)
        self.constants.append(
            numpy_helper.from_array(array.astype(np.float32) if array.dtype == float else array, name)
        )
        return name


def small_graph(vocabulary: int, seed: int = 0) -> bytes:
    """The graph, as a file holds it."""
    rng = np.random.default_rng(seed)
    g = _Graph()
    embedding = rng.normal(size=(vocabulary, WIDTH))
    begin = g("Gather", rng.normal(size=(POSITIONS, WIDTH)), g("Max", "positions", np.int64(0)))
    x = g("Add", g("Gather", g.constant(embedding), "ids"), begin)
    mask = _mask(g)
    for layer in range(LAYERS):
        q, k, v = (_heads(g, g("MatMul", x, rng.normal(size=(WIDTH, WIDTH)) / 2)) for _ in range(3))
        g("Identity", k, name=f"new.{layer}.keys")
        g("Identity", v, name=f"new.{layer}.values")
        keys, values = (
            g("Concat", g("Unsqueeze", f"prefix.{layer}.{what}", [0]), f"past.{layer}.{what}", new, axis=2)
            for what, new in (("keys", k), ("values", v))
        )
        scores = g("Mul", g("MatMul", q, g("Transpose", keys, perm=[0, 1, 3, 2])), SIZE**-0.5)
        weights = g("Softmax", g("Where", mask, scores, -1e9), axis=-1)
        mixed = g("Reshape", g("Transpose", g("MatMul", weights, values), perm=[0, 2, 1, 3]), [0, 0, WIDTH])
        x = g("Add", x, g("MatMul", mixed, rng.normal(size=(WIDTH, WIDTH)) / 2))
    g("MatMul", g("Gather", x, "wanted", axis=1), embedding.T / 8, name="logits")  # no answer is certain
    graph = helper.make_graph(g.nodes, "small", _inputs(), _outputs(), g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _mask(g: _Graph) -> str:
    """`[batch, 1, length, prefix + past + length]`: who sees whom, by position and by `sees`."""
    length = g("Gather", g("Shape", "ids"), [1])
    states = g("Squeeze", g("Gather", g("Shape", "prefix.0.keys"), [1]), [0])
    before = g("Unsqueeze", g("Range", np.int64(0), states, np.int64(1)), [0])
    positions = g("Concat", before, "past_positions", "positions", axis=1)
    keys = g("Unsqueeze", positions, [1])
    earlier = g("LessOrEqual", keys, g("Unsqueeze", "positions", [2]))
    there = g("GreaterOrEqual", keys, np.int64(0))
    others = g("Sub", g("Gather", g("Shape", positions), [1]), length)
    known = g("Expand", np.array([[True]]), g("Concat", length, others, axis=0))
    sees = g("Unsqueeze", g("Concat", known, "sees", axis=1), [0])
    return g("Unsqueeze", g("And", g("And", earlier, there), sees), [1])


def _heads(g: _Graph, x: str) -> str:
    return g("Transpose", g("Reshape", x, [0, 0, HEADS, SIZE]), perm=[0, 2, 1, 3])


def _inputs() -> list[onnx.ValueInfoProto]:
    whole = {"ids": ["b", "l"], "positions": ["b", "l"], "wanted": ["w"], "past_positions": ["b", "p"]}
    states = {
        f"{kind}.{layer}.{what}": shape
        for kind, shape in (("prefix", [HEADS, "s", SIZE]), ("past", ["b", HEADS, "p", SIZE]))
        for layer in range(LAYERS)
        for what in ("keys", "values")
    }
    return [
        *(helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name, shape in whole.items()),
        helper.make_tensor_value_info("sees", TensorProto.BOOL, ["l", "l"]),
        *(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in states.items()),
    ]


def _outputs() -> list[onnx.ValueInfoProto]:
    new = (f"new.{layer}.{what}" for layer in range(LAYERS) for what in ("keys", "values"))
    return [
        helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["b", "w", "v"]),
        *(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["b", HEADS, "l", SIZE]) for name in new),
    ]
