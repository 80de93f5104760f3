"""Graphs of an interpreter in ONNX -> smaller or faster ones that mean the same, or nearly.

Weights in 8 or 4 bits are those of ONNX Runtime's `MatMulNBits`: integers in blocks of 32 along the sum, with a scale.
(`quantize_dynamic` has one scale for the activations of all rows of a batch: each would depend on the others.)
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

BLOCK = 32
DOMAIN = "com.microsoft"
LEVELS = {8: 4, 4: 1}
"""What ONNX Runtime rounds activations to before it multiplies: 1 leaves them as they are, 4 makes them 8 bits.

With 4 a token takes less than half the time, but logits of one row differ by 0.9 from batch to batch (embedded
interpreter), so that a batch could decide next to nothing; with 1, and 4 for the output alone, by 0.008. For 8 bits
there is no fast way with 1.
"""

SMALL = 1024
"""Constants with fewer numbers stay in the graph's own file."""

Weights = NDArray[np.float32]


class Rewriter:
    """A graph whose weights may be exchanged."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.model = model
        self.made: set[str] = set()
        self.weights: dict[str, Weights] = {
            tensor.name: numpy_helper.to_array(tensor)
            for tensor in model.graph.initializer
            if tensor.data_type == onnx.TensorProto.FLOAT and len(tensor.dims) == 2
        }
        self._turned = {
            node.output[0]: node.input[0]
            for node in model.graph.node
            if node.op_type == "Transpose" and node.input[0] in self.weights
        }

    def matrix(self, name: str) -> Weights | None:
        """The weights `[inputs, outputs]` under a name, also where they are transposed first."""
        if name in self.weights:
            return self.weights[name]
        return self.weights[self._turned[name]].T if name in self._turned else None

    def exchange(self, change: Callable[[onnx.NodeProto], list[onnx.NodeProto] | None]) -> None:
        """Put the nodes that `change` gives in the place of a node; None: it stays."""
        nodes: list[onnx.NodeProto] = []
        for node in self.model.graph.node:
            found = change(node)
            nodes += [node] if found is None else found
        del self.model.graph.node[:]
        self.model.graph.node.extend(nodes)
        self._sweep()

    def add(self, name: str, array: NDArray[Any]) -> str:
        """A new constant."""
        if all(tensor.name != name for tensor in self.model.graph.initializer):
            self.model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def _sweep(self) -> None:
        """Remove transposes and constants that nothing uses."""
        graph = self.model.graph
        used = {name for node in graph.node for name in node.input}
        nodes = [node for node in graph.node if node.output[0] in used or node.output[0] not in self._turned]
        del graph.node[:]
        graph.node.extend(nodes)
        used = {name for node in graph.node for name in node.input}
        constants = [tensor for tensor in graph.initializer if tensor.name in used]
        del graph.initializer[:]
        graph.initializer.extend(constants)


def turn_head(model: onnx.ModelProto) -> None:
    """Store an embedding that is also the output's matrix as the matrix: reading it is most of a step's work.

    On the embedded interpreter a token takes 31 ms instead of 48; looking rows up as columns costs nothing.
    """
    graph = Rewriter(model)

    def change(node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
        if node.op_type == "Transpose" and node.input[0] in graph.weights:
            return []
        if node.op_type in ("MatMul", "Gemm") and node.input[1] in graph._turned:
            name = graph._turned[node.input[1]]
            node.input[1] = graph.add(f"{name}.turned", graph.weights[name].T)
            return None
        if node.op_type == "Gather" and node.input[0] in graph._turned.values():
            name = node.input[0]
            turned = graph.add(f"{name}.turned", graph.weights[name].T)
            columns = f"{node.output[0]}.columns"
            return [
                helper.make_node("Gather", [turned, node.input[1]], [columns], axis=1),
                helper.make_node("Transpose", [columns], [node.output[0]], perm=[1, 2, 0]),
            ]
        return None

    graph.exchange(change)


def quantize(model: onnx.ModelProto, bits: int) -> None:
    """Weights in `bits` (8 or 4), but those of embedding and output in 8 always: 4 would cost 7 times the distance.

    On the embedded interpreter the distance (KL) of the next token's distribution to float32 is then 0.002.
    """
    graph = Rewriter(model)
    heads = {"logits"} | {node.input[0] for node in model.graph.node if node.output[0] == "logits"}
    columns: set[str] = set()

    def change(node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
        if node.op_type in ("MatMul", "Gemm") and (matrix := graph.matrix(node.input[1])) is not None:
            return _matmul(graph, node, matrix, 8 if node.output[0] in heads else bits)
        if node.op_type == "Gather" and (table := graph.weights.get(node.input[0])) is not None:
            turned = any(field.name == "axis" and field.i for field in node.attribute)  # by `turn_head`
            table = table.T if turned else table
            if table.shape[1] % BLOCK:
                return None
            if turned:
                columns.add(node.output[0])
            return _gather(graph, node, table)
        if node.op_type == "Transpose" and node.input[0] in columns:  # they come as rows now
            return [helper.make_node("Identity", list(node.input), list(node.output))]
        return None

    graph.exchange(change)
    if all(opset.domain != DOMAIN for opset in model.opset_import):
        model.opset_import.append(helper.make_opsetid(DOMAIN, 1))


def save(model: onnx.ModelProto, path: Path) -> None:
    """Write a graph to `path`, its weights to `path` + `.data`."""
    onnx.save(
        model,
        path,
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location=f"{path.name}.data",
        size_threshold=SMALL,
        convert_attribute=False,
    )
    (path.with_name(f"{path.name}.data")).chmod(path.stat().st_mode)  # onnx makes it its owner's alone


def blocks(matrix: Weights, bits: int) -> tuple[NDArray[np.uint8], Weights]:
    """A matrix `[outputs, inputs]` -> its integers `[outputs, blocks, BLOCK]` and scales `[outputs, blocks]`.

    An integer q stands for `(q - 2^(bits-1)) * scale`. The number of greatest size in a block gets the integer that
    has no opposite, so that none of the 2^bits is wasted.
    """
    outputs, inputs = matrix.shape
    count = -(-inputs // BLOCK)
    padded = np.zeros((outputs, count * BLOCK), np.float32)
    padded[:, :inputs] = matrix
    grouped = padded.reshape(outputs, count, BLOCK)
    middle = 1 << (bits - 1)
    greatest = np.take_along_axis(grouped, np.abs(grouped).argmax(-1)[..., None], -1)[..., 0]
    scales = greatest / -middle
    divisors = np.where(scales == 0, 1, scales)[..., None]
    integers = np.clip(np.rint(grouped / divisors) + middle, 0, 2 * middle - 1).astype(np.uint8)
    return integers, scales.astype(np.float32)


def centred(matrix: Weights) -> tuple[Weights, Weights]:
    """A matrix `[inputs, outputs]` -> what is left of it around the middle of each block, and the middles.

    Four bits are few: with a middle of its own a block wastes none of them. Where the weights were published as 4-bit
    integers with a scale and a minimum per 32 (Q4_1, as the embedded interpreter's), little is lost: these are those.
    """
    grouped = matrix.reshape(-1, BLOCK, matrix.shape[1])
    least, most = grouped.min(1), grouped.max(1)
    middles = least + (most - least) * np.float32(8 / 15)
    return (grouped - middles[:, None]).reshape(matrix.shape), middles


def _constants(graph: Rewriter, name: str, matrix: Weights, bits: int) -> list[str]:
    """A matrix `[outputs, inputs]` as constants: integers `[outputs, blocks, bytes]`, scales `[outputs * blocks]`."""
    integers, scales = blocks(matrix, bits)
    packed = integers if bits == 8 else integers[..., ::2] | integers[..., 1::2] << 4
    return [graph.add(f"{name}.q{bits}", packed), graph.add(f"{name}.s{bits}", scales.reshape(-1))]


def _matmul(graph: Rewriter, node: onnx.NodeProto, matrix: Weights, bits: int) -> list[onnx.NodeProto]:
    name, width = node.input[1], matrix.shape[0]
    middles = None
    if bits == 4 and width % BLOCK == 0:
        matrix, middles = centred(matrix)
    inputs = [node.input[0], *_constants(graph, name, matrix.T, bits)]
    if len(node.input) > 2:  # Gemm's third
        inputs += ["", "", node.input[2]]
    sizes = {"K": width, "N": matrix.shape[1], "bits": bits, "block_size": BLOCK, "accuracy_level": LEVELS[bits]}
    if middles is None:
        return [helper.make_node("MatMulNBits", inputs, list(node.output), domain=DOMAIN, **sizes)]
    product, moved, sums = f"{node.output[0]}.product", f"{node.output[0]}.moved", f"{node.input[0]}.sums"
    nodes = [helper.make_node("MatMulNBits", inputs, [product], domain=DOMAIN, **sizes)]
    if sums not in graph.made:
        graph.made.add(sums)
        shape = [0, 0, width // BLOCK, BLOCK] if node.op_type == "MatMul" else [0, width // BLOCK, BLOCK]
        shaped, last = f"{sums}.blocks", graph.add("blocks.last", np.array([-1], np.int64))
        blocked = graph.add(f"{sums}.shape", np.array(shape, np.int64))
        nodes.append(helper.make_node("Reshape", [node.input[0], blocked], [shaped]))
        nodes.append(helper.make_node("ReduceSum", [shaped, last], [sums], keepdims=0))
    nodes.append(helper.make_node("MatMul", [sums, graph.add(f"{name}.middles", middles)], [moved]))
    return [*nodes, helper.make_node("Add", [product, moved], list(node.output))]


def _gather(graph: Rewriter, node: onnx.NodeProto, table: Weights) -> list[onnx.NodeProto]:
    """Rows of a table in 8 bits; where it is the output's matrix too, in 8 bits as well, the constants are shared."""
    rows, width = table.shape
    constants = _constants(graph, node.input[0], table, 8)
    shapes = {"rows": [rows, width], "scales": [rows, width // BLOCK]}
    flat = [f"{node.output[0]}.{part}" for part in shapes]
    nodes = [
        helper.make_node("Reshape", [constant, graph.add(f"{name}.shape", np.array(shape, np.int64))], [name])
        for constant, name, shape in zip(constants, flat, shapes.values(), strict=True)
    ]
    options: dict[str, Any] = {"gather_axis": 0, "quantize_axis": 1, "block_size": BLOCK, "bits": 8}
    inputs = [flat[0], node.input[1], flat[1]]
    return [*nodes, helper.make_node("GatherBlockQuantized", inputs, list(node.output), domain=DOMAIN, **options)]
