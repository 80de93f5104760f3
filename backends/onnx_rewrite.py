"""Graphs of an interpreter in ONNX -> smaller or faster ones that mean the same, or nearly.

Weights in 8 or 4 bits are those of ONNX Runtime's `MatMulNBits`: integers in blocks of 32 along the sum, with a scale.
Activations are rounded to 8 bits by block inside a row, so no row depends on its batch, as it would with
`quantize_dynamic`, whose one scale is for all rows of a batch.
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
SMALL = 1024
"""Constants with fewer numbers stay in the graph's own file."""

Weights = NDArray[np.float32]


class Rewriter:
    """A graph whose weights may be exchanged."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.model = model
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
    """Weights in `bits` (8 or 4); the embedding's rows in 8 always: only a few are read, and all hangs on them."""
    graph = Rewriter(model)

    def change(node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
        if node.op_type in ("MatMul", "Gemm") and (matrix := graph.matrix(node.input[1])) is not None:
            return [_matmul(graph, node, matrix, bits)]
        if (
            node.op_type == "Gather"
            and node.input[0] in graph.weights
            and graph.weights[node.input[0]].shape[1] % 32 == 0
        ):
            return [_gather(graph, node)]
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


def _matmul(graph: Rewriter, node: onnx.NodeProto, matrix: Weights, bits: int) -> onnx.NodeProto:
    integers, scales = blocks(matrix.T, bits)
    packed = integers if bits == 8 else integers[..., ::2] | integers[..., 1::2] << 4
    name = node.input[1]
    inputs = [node.input[0], graph.add(f"{name}.q{bits}", packed), graph.add(f"{name}.s{bits}", scales.reshape(-1))]
    if len(node.input) > 2:  # Gemm's third
        inputs += ["", "", node.input[2]]
    return helper.make_node(
        "MatMulNBits",
        inputs,
        list(node.output),
        domain=DOMAIN,
        K=matrix.shape[0],
        N=matrix.shape[1],
        bits=bits,
        block_size=BLOCK,
        accuracy_level=4,
    )


def _gather(graph: Rewriter, node: onnx.NodeProto) -> onnx.NodeProto:
    table = graph.weights[node.input[0]]
    integers, scales = blocks(table, 8)
    data = graph.add(f"{node.input[0]}.rows", integers.reshape(table.shape))
    inputs = [data, node.input[1], graph.add(f"{node.input[0]}.scales", scales)]
    return helper.make_node(
        "GatherBlockQuantized",
        inputs,
        list(node.output),
        domain=DOMAIN,
        gather_axis=0,
        quantize_axis=1,
        block_size=BLOCK,
        bits=8,
    )
