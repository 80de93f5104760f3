"""An interpreter's bfloat16 weights -> the arrays of the native engine: 8-bit matrices in panels, float32 norms.

They are packed once into a file of the cache, which every process maps: there is one copy in the machine's memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pawc.base import fsio
from pawc.base.diagnostics import fail
from pawc.interpreters.info import WEIGHTS, InterpreterInfo
from pawc.interpreters.store import cache_root

FORMAT = 1
PANEL = 16
ALIGNED = 64

Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True)
class Shape:
    """The sizes of a Llama. `vocab` is padded to whole panels."""

    layers: int
    hidden: int
    inner: int
    heads: int
    kv_heads: int
    dim: int
    vocab: int
    epsilon: float
    theta: float
    tied: bool

    @classmethod
    def of(cls, info: InterpreterInfo) -> Shape:
        """The shape of an interpreter; what the engine does not know is refused."""
        config = json.loads((info.folder / "config.json").read_text(encoding="utf-8"))
        if why := unsupported(config):
            help = "run with `--engine torch`, which runs every interpreter"
            fail("P0718", f"the native engine cannot run `{info.name}`: {why}", help=help)
        return cls(
            config["num_hidden_layers"],
            config["hidden_size"],
            config["intermediate_size"],
            config["num_attention_heads"],
            info.kv_heads,
            info.head_dim,
            -(-info.vocab // PANEL) * PANEL,
            config["rms_norm_eps"],
            config["rope_parameters"]["rope_theta"],
            bool(config["tie_word_embeddings"]),
        )

    def arrays(self) -> Iterator[tuple[tuple[int, ...], str]]:
        """The shape and number format of each array, in the order in which the engine takes them."""
        wide = self.heads * self.dim

        def matrix(outputs: int, inputs: int) -> Iterator[tuple[tuple[int, ...], str]]:
            yield (outputs // PANEL, inputs // 2, PANEL, 2), "int8"
            yield (outputs,), "float32"

        for _ in range(self.layers):
            yield (self.hidden,), "float32"
            yield from matrix(wide + 2 * self.kv_heads * self.dim, self.hidden)
            yield from matrix(self.hidden, wide)
            yield (self.hidden,), "float32"
            yield from matrix(2 * self.inner, self.hidden)
            yield from matrix(self.hidden, self.inner)
        yield (self.hidden,), "float32"
        yield from matrix(self.vocab, self.hidden)


def unsupported(config: dict[str, Any]) -> str | None:
    """Why the engine cannot run a model with this configuration; None if it can."""
    if config.get("model_type") != "llama":
        return f"it is a `{config.get('model_type')}`, not a Llama"
    if config.get("hidden_act") != "silu" or config.get("attention_bias") or config.get("mlp_bias"):
        return "it has biases, or another activation than SiLU"
    if (kind := config.get("rope_parameters", {}).get("rope_type")) != "default":
        return f"its rotary embedding is scaled (`{kind}`)"
    heads = config["num_attention_heads"]
    dim = config.get("head_dim") or config["hidden_size"] // heads
    rows = (heads + 2 * config["num_key_value_heads"]) * dim
    if dim % 8 or any(size % PANEL for size in (config["hidden_size"], config["intermediate_size"], rows)):
        return f"its sizes are not multiples of {PANEL}"
    return None


class Checkpoint:
    """The tensors of a safetensors file, mapped. Only bfloat16 ones, as all in the store are."""

    def __init__(self, folder: Path) -> None:
        self._data = np.memmap(folder / WEIGHTS, np.uint8, "r")
        size = int(self._data[:8].view(np.uint64)[0])
        self._header: dict[str, Any] = json.loads(bytes(self._data[8 : 8 + size]))
        self._start = 8 + size

    def bits(self, name: str) -> NDArray[np.uint16]:
        """A tensor's bfloat16 numbers as their bits."""
        facts = self._header[name]
        start, end = (self._start + offset for offset in facts["data_offsets"])
        return self._data[start:end].view(np.uint16).reshape(facts["shape"])

    def floats(self, *names: str) -> Floats:
        """Tensors, one below the other."""
        return np.concatenate([widened(self.bits(name)) for name in names])


def widened(bits: NDArray[np.uint16]) -> Floats:
    """bfloat16 as float32: its bits are the upper half of one."""
    return (bits.astype(np.uint32) << 16).view(np.float32)


def packed(matrix: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Rows of weights -> integers in panels `[rows / 16, columns / 2, 16, 2]`, and what one is worth in each row."""
    rows, columns = matrix.shape
    matrix = np.pad(matrix, ((0, -rows % PANEL), (0, 0)))
    scales = np.maximum(np.abs(matrix).max(1), np.float32(1e-30)) / np.float32(127)
    integers = np.rint(matrix / scales[:, None]).astype(np.int8)
    return integers.reshape(-1, PANEL, columns // 2, 2).swapaxes(1, 2), scales


def arrays(checkpoint: Checkpoint, shape: Shape) -> Iterator[NDArray[Any]]:
    """The engine's arrays, in the order of `Shape.arrays`."""
    for layer in range(shape.layers):
        at = f"model.layers.{layer}"
        yield checkpoint.floats(f"{at}.input_layernorm.weight")
        yield from packed(checkpoint.floats(*(f"{at}.self_attn.{name}_proj.weight" for name in "qkv")))
        yield from packed(checkpoint.floats(f"{at}.self_attn.o_proj.weight"))
        yield checkpoint.floats(f"{at}.post_attention_layernorm.weight")
        yield from packed(checkpoint.floats(f"{at}.mlp.gate_proj.weight", f"{at}.mlp.up_proj.weight"))
        yield from packed(checkpoint.floats(f"{at}.mlp.down_proj.weight"))
    yield checkpoint.floats("model.norm.weight")
    yield from packed(checkpoint.floats("model.embed_tokens.weight" if shape.tied else "lm_head.weight"))


def mapped(info: InterpreterInfo, shape: Shape, checkpoint: Checkpoint) -> list[NDArray[Any]]:
    """The engine's arrays, out of the cache's file, which is made if it is not there."""
    path = cache_root() / "native" / f"{info.sha256[:32]}-int8-{FORMAT}.weights"
    size = sum(_room(array, kind) for array, kind in shape.arrays())
    if not path.exists() or path.stat().st_size != size:
        with fsio.lock(path):
            if not path.exists() or path.stat().st_size != size:
                _write(path, checkpoint, shape)
    data, start, found = np.memmap(path, np.uint8, "r"), 0, []
    for dimensions, kind in shape.arrays():
        end = start + prod(dimensions) * np.dtype(kind).itemsize
        found.append(data[start:end].view(kind).reshape(dimensions))
        start += _room(dimensions, kind)
    return found


def _write(path: Path, checkpoint: Checkpoint, shape: Shape) -> None:
    with fsio.replacing(path) as temporary, temporary.open("wb") as out:
        for array in arrays(checkpoint, shape):
            out.write(array.tobytes())
            out.write(bytes(-array.nbytes % ALIGNED))


def _room(dimensions: tuple[int, ...], kind: str) -> int:
    return -(-prod(dimensions) * np.dtype(kind).itemsize // ALIGNED) * ALIGNED
