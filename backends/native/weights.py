"""An interpreter's bfloat16 weights -> the arrays of the native engine: matrices of integers in blocks, float32 norms.

Inputs of a matrix are in groups of 32 that share a scale and a minimum. Where an interpreter was published with weights
of 4 bits in such groups (GGUF's Q4_0, Q4_1 and Q4_K), they are found again in its bfloat16 weights, and have 4 bits
here; all others get 8 bits. So what is lost is less than rounding to bfloat16 lost, or what 8 bits lose.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pawc.base.diagnostics import fail
from pawc.interpreters.info import CONFIG, InterpreterInfo

PANEL, GROUP = 16, 32

BIASED = ("qwen2",)
"""Kinds of model that are Llamas but for biases of queries, keys and values."""

OFF_LEVEL = 0.2
"""How far, in steps, weights may be from 16 levels to be of 4 bits. bfloat16 moves the embedded one's by 0.04."""

SAMPLE = 256
"""So many groups are looked at first: most matrices that are not of 4 bits show it there."""

Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True)
class Shape:
    """The sizes of a Llama, or a Qwen2, which has biases of queries, keys and values. `vocab` is padded to panels."""

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
    biased: bool

    @classmethod
    def of(cls, info: InterpreterInfo) -> Shape:
        """The shape of an interpreter; what the engine does not know is refused."""
        try:
            config = json.loads(bytes(info.content(CONFIG)))
            why = unsupported(config)
            shape = None if why else cls._of(config, info)
        except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            where, help = str(info.folder / CONFIG), info.how_to_get_again
            fail("P0712", f"the configuration of `{info.name}` cannot be read: {error!r}", where=where, help=help)
        if shape is None:
            help = "run with `--engine torch`, which runs every interpreter"
            fail("P0718", f"the native engine cannot run `{info.name}`: {why}", help=help)
        return shape

    @classmethod
    def _of(cls, config: dict[str, Any], info: InterpreterInfo) -> Shape:
        if (config["num_key_value_heads"], _dim(config)) != (info.kv_heads, info.head_dim):
            raise ValueError(f"it does not have {info.kv_heads} heads of {info.head_dim} numbers for keys")
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
            config["model_type"] in BIASED,
        )

    @property
    def wide(self) -> int:
        """The outputs of all heads together."""
        return self.heads * self.dim

    @property
    def sizes(self) -> tuple[tuple[int, ...], ...]:
        """Those of the engine's arrays, in its order: of one layer, then of the last norm and the head."""
        hidden, inner, wide = self.hidden, self.inner, self.wide
        queries = wide + 2 * self.kv_heads * self.dim
        return (
            (hidden,),
            _blocks(queries, hidden),
            *(((queries,),) if self.biased else ()),
            _blocks(hidden, wide),
            (hidden,),
            _blocks(2 * inner, hidden),
            _blocks(hidden, inner),
            (hidden,),
            _blocks(self.vocab, hidden),
        )


def _blocks(outputs: int, inputs: int) -> tuple[int, int]:
    """How many blocks a matrix has."""
    return -(-outputs // PANEL), -(-inputs // GROUP)


def unsupported(config: dict[str, Any]) -> str | None:
    """Why the engine cannot run a model with this configuration; None if it can."""
    if config.get("model_type") not in ("llama", *BIASED):
        return f"it is a `{config.get('model_type')}`, not a Llama or a Qwen2"
    if config.get("hidden_act") != "silu" or config.get("attention_bias") or config.get("mlp_bias"):
        return "it has other biases than a Qwen2, or another activation than SiLU"
    if config.get("use_sliding_window"):
        return "it has a sliding window"
    if (kind := config.get("rope_parameters", {}).get("rope_type")) != "default":
        return f"its rotary embedding is scaled (`{kind}`)"
    heads, dim = config["num_attention_heads"], _dim(config)
    rows = (heads + 2 * config["num_key_value_heads"]) * dim
    if dim % 8 or any(size % PANEL for size in (config["hidden_size"], config["intermediate_size"], rows, heads * dim)):
        return f"its sizes are not multiples of {PANEL}"
    if heads % config["num_key_value_heads"]:
        return "its heads do not share keys evenly"
    return None


def _dim(config: dict[str, Any]) -> int:
    dim: int = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    return dim


def widened(bits: NDArray[np.uint16]) -> Floats:
    """bfloat16 as float32: its bits are the upper half of one."""
    return (bits.astype(np.uint32) << 16).view(np.float32)


@dataclass(frozen=True)
class Matrix:
    """A matrix as the engine has it: `[outputs / 16, inputs / 32]` blocks of bytes (kernels.h says what is in one)."""

    blocks: NDArray[np.uint8]
    bits: int


def packed(matrix: Floats) -> Matrix:
    """Rows of weights, one an output -> blocks, with 4 bits where nothing is lost by it."""
    rows, columns = matrix.shape
    matrix = np.pad(matrix, ((0, -rows % PANEL), (0, 0)))
    more = ((0, 0), (0, -columns % GROUP))  # meets activations of 0, so it may be whatever disturbs no group
    groups = np.pad(matrix, more, "edge").reshape(len(matrix), -1, GROUP)
    found = four_bits(groups)
    integers, scales, minima = found or eight_bits(np.pad(matrix, more).reshape(groups.shape))
    bits = 4 if found else 8
    # [panel, output, group, quad of inputs, 4] -> [panel, group, quad, output, 4]
    quads = integers.reshape(-1, PANEL, groups.shape[1], GROUP // 4, 4).transpose(0, 2, 3, 1, 4)
    if bits == 4:
        quads = quads[:, :, :4] | quads[:, :, 4:] << np.uint8(4)
    panels, width = quads.shape[:2]
    factors = np.stack((scales, minima)).reshape(2, panels, PANEL, width).transpose(1, 3, 0, 2)
    halves = np.ascontiguousarray(factors.astype(np.float16)).view(np.uint8)
    blocks = np.concatenate((quads.reshape(panels, width, -1), halves.reshape(panels, width, -1)), 2)
    return Matrix(blocks, bits)


Packing: TypeAlias = tuple[NDArray[np.uint8], Floats, Floats]
"""Integers `[rows, groups, 32]`, and the scale and the minimum of each group."""


def four_bits(groups: Floats) -> Packing | None:
    """The 16 levels that each group's weights lie on; None where they do not."""
    flat = groups.reshape(-1, GROUP)
    if _levels(flat[:: len(flat) // SAMPLE + 1]) is None or (found := _levels(flat)) is None:
        return None
    levels = found.reshape(groups.shape)
    # The line through all 32 is nearer to the original scale and minimum than the one through lowest and highest.
    mean, middle = levels.mean(2, keepdims=True), groups.mean(2, keepdims=True)
    spread = np.square(levels - mean).sum(2)
    slope = ((levels - mean) * (groups - middle)).sum(2) / np.where(spread, spread, 1)
    scales = slope.astype(np.float16).astype(np.float32)
    minima = (middle - scales[..., None] * mean)[..., 0].astype(np.float16).astype(np.float32)
    off = np.abs(groups - scales[..., None] * levels - minima[..., None])
    if (off > OFF_LEVEL * np.maximum(np.abs(scales), 1e-6)[..., None]).any():
        return None
    return levels.astype(np.uint8), scales, minima


def _levels(groups: Floats) -> Floats | None:
    """The number of each weight's level, from 0, in groups `[groups, 32]`; None where one has more than 16.

    Quantisers that look for the best scale (GGUF's Q4_K) leave groups without weights at the outer levels.
    """
    low, high = groups.min(1, keepdims=True), groups.max(1, keepdims=True)
    levels, left = np.zeros_like(groups), np.arange(len(groups))
    for span in range(15, 0, -1):
        steps = np.where(high[left] > low[left], (high[left] - low[left]) / np.float32(span), 1)
        places = (groups[left] - low[left]) / steps
        nearest = np.rint(places)
        fits = (np.abs(places - nearest) <= OFF_LEVEL).all(1)
        levels[left[fits]] = nearest[fits]
        left = left[~fits]
        if not len(left):
            return levels
    return None


def eight_bits(groups: Floats) -> Packing:
    """Each group rounded to 255 levels around zero."""
    peaks = np.abs(groups).max(2)
    integers = np.rint(groups * (127 / np.where(peaks, peaks, 1))[..., None])
    squares = np.square(integers).sum(2)
    scales = (integers * groups).sum(2) / np.where(squares, squares, 1)
    scales = scales.astype(np.float16).astype(np.float32)
    return (integers + 128).astype(np.uint8), scales, -128 * scales
