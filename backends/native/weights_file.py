"""An interpreter's weights, packed into one file: what the engine reads, ready to be mapped.

The file lies in the cache and every process maps it, so there is one copy in the machine's memory; or an executable
carries it. It holds all arrays, each at a multiple of ALIGNED, and behind them where they lie; the length of that is
its last 8 bytes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from pawc.backends.native.weights import GROUP, PANEL, Floats, Matrix, Shape, packed, widened

from pawc.base import fsio
from pawc.base.diagnostics import fail
from pawc.interpreters.info import WEIGHTS, InterpreterInfo
from pawc.interpreters.store import cache_root

FORMAT = 3
PACKING = 1
"""Part of the names of what is kept on disk: raise it when the same weights would be packed otherwise."""
CARRIED = f"native/{FORMAT}.weights"
"""What an executable calls the file that it carries."""

ALIGNED = 64
FLOATS, EMBEDDINGS = 0, 16
"""What `bits` are that are not those of a matrix; embeddings are in bfloat16, as in the store."""

BLOCK_BYTES = {bits: PANEL * GROUP * bits // 8 + 2 * 2 * PANEL for bits in (4, 8)}


@dataclass(frozen=True)
class Weights:
    """The arrays of the engine in its order, and the embeddings `[vocabulary, hidden]`."""

    arrays: tuple[Floats | Matrix, ...]
    embeddings: NDArray[np.uint16]

    def fit(self, shape: Shape) -> bool:
        """Whether all have the sizes that the engine takes for granted."""
        layer, rest = shape.sizes[:-2], shape.sizes[-2:]
        if len(self.arrays) != shape.layers * len(layer) + len(rest) or self.embeddings.shape[1:] != (shape.hidden,):
            return False
        return tuple(map(_size, self.arrays)) == (*layer * shape.layers, *rest)


def _size(array: Floats | Matrix) -> tuple[int, ...]:
    if not isinstance(array, Matrix):
        return array.shape
    panels, groups, size = array.blocks.shape
    return (panels, groups) if size == BLOCK_BYTES.get(array.bits) else ()


class Checkpoint:
    """The tensors of a safetensors file, mapped. Only bfloat16 ones, as all in the store are."""

    def __init__(self, data: NDArray[np.uint8]) -> None:
        self._data = data
        size = int(self._data[:8].view(np.uint64)[0])
        self._header: dict[str, Any] = json.loads(bytes(self._data[8 : 8 + size]))
        self._start = 8 + size

    @classmethod
    def of(cls, info: InterpreterInfo) -> Checkpoint:
        """That of an interpreter of the store, or of one that an executable carries."""
        if info.carried is None:
            return cls(np.memmap(info.folder / WEIGHTS, np.uint8, "r"))
        return cls(np.frombuffer(info.content(WEIGHTS), np.uint8))

    def bits(self, name: str) -> NDArray[np.uint16]:
        """A tensor's bfloat16 numbers as their bits."""
        facts = self._header[name]
        start, end = (self._start + offset for offset in facts["data_offsets"])
        return self._data[start:end].view(np.uint16).reshape(facts["shape"])

    def floats(self, *names: str) -> Floats:
        """Tensors, one below the other."""
        return np.concatenate([widened(self.bits(name)) for name in names])


def weights(checkpoint: Checkpoint, shape: Shape) -> Weights:
    """The weights, packed."""
    return Weights(tuple(arrays(checkpoint, shape)), checkpoint.bits("model.embed_tokens.weight"))


def arrays(checkpoint: Checkpoint, shape: Shape) -> Iterator[Floats | Matrix]:
    """The engine's arrays, in the order in which it takes them."""
    for layer in range(shape.layers):
        at = f"model.layers.{layer}"
        yield checkpoint.floats(f"{at}.input_layernorm.weight")
        yield packed(checkpoint.floats(*(f"{at}.self_attn.{name}_proj.weight" for name in "qkv")))
        if shape.biased:
            yield checkpoint.floats(*(f"{at}.self_attn.{name}_proj.bias" for name in "qkv"))
        yield packed(checkpoint.floats(f"{at}.self_attn.o_proj.weight"))
        yield checkpoint.floats(f"{at}.post_attention_layernorm.weight")
        yield packed(checkpoint.floats(f"{at}.mlp.gate_proj.weight", f"{at}.mlp.up_proj.weight"))
        yield packed(checkpoint.floats(f"{at}.mlp.down_proj.weight"))
    yield checkpoint.floats("model.norm.weight")
    yield packed(checkpoint.floats("model.embed_tokens.weight" if shape.tied else "lm_head.weight"))


def mapped(info: InterpreterInfo, shape: Shape) -> Weights:
    """The weights of an interpreter: as an executable carries them, or as they lie in the cache."""
    if info.carried is not None and CARRIED in info.carried:
        found = _parsed(np.frombuffer(info.content(CARRIED), np.uint8), shape)
    else:
        found = _read(packed_file(info, shape), shape)
    if found is None:
        _refuse(info)
    return found


def packed_file(info: InterpreterInfo, shape: Shape) -> Path:
    """The cache's file of an interpreter, which is written if it is not there, or not whole."""
    path = cache_root() / "native" / f"{info.sha256[:32]}-{FORMAT}.{PACKING}.weights"
    if _read(path, shape) is None:
        with fsio.lock(path):
            if _read(path, shape) is None:
                print(f"packing interpreter {info.name} for the native engine (once)", file=sys.stderr, flush=True)
                try:
                    _write(path, weights(Checkpoint.of(info), shape))
                except (KeyError, ValueError, TypeError, IndexError):
                    _refuse(info)
    return path


def _refuse(info: InterpreterInfo) -> NoReturn:
    message = f"the weights of interpreter `{info.name}` are not those that its configuration announces"
    fail("P0712", message, where=str(info.folder), help=info.how_to_get_again)


def _write(path: Path, made: Weights) -> None:
    places: list[dict[str, Any]] = []
    with fsio.replacing(path) as temporary, temporary.open("wb") as out:
        for array in (*made.arrays, made.embeddings):
            bits, data = (array.bits, array.blocks) if isinstance(array, Matrix) else (FLOATS, array)
            if data is made.embeddings:
                bits = EMBEDDINGS
            places.append({"start": out.tell(), "shape": data.shape, "bits": bits})
            out.write(data.tobytes())
            out.write(bytes(-data.nbytes % ALIGNED))
        listed = json.dumps(places).encode()
        out.write(listed + len(listed).to_bytes(8, "little"))


def _read(path: Path, shape: Shape) -> Weights | None:
    """The weights of a file; None where it is not there, not whole, or of another shape."""
    try:
        return _parsed(np.memmap(path, np.uint8, "r"), shape)
    except (OSError, ValueError):
        return None


def _parsed(data: NDArray[np.uint8], shape: Shape) -> Weights | None:
    try:
        size = int.from_bytes(data[-8:].tobytes(), "little")
        *places, last = json.loads(data[-8 - size : -8].tobytes())
        found = []
        for place in places:
            kind = np.dtype(np.uint8 if place["bits"] else np.float32)
            array = _aligned(_part(data, place, kind.itemsize)).view(kind).reshape(place["shape"])
            found.append(Matrix(array, place["bits"]) if place["bits"] else array)
        made = Weights(tuple(found), _part(data, last, 2).view(np.uint16).reshape(last["shape"]))
        return made if made.fit(shape) else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _part(data: NDArray[np.uint8], place: dict[str, Any], width: int) -> NDArray[np.uint8]:
    return data[place["start"] : place["start"] + prod(place["shape"]) * width]


def _aligned(raw: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same bytes at a multiple of ALIGNED: within an executable a file may begin anywhere."""
    if not raw.ctypes.data % ALIGNED:
        return raw
    room = np.empty(len(raw) + ALIGNED, np.uint8)
    start = -room.ctypes.data % ALIGNED
    room[start : start + len(raw)] = raw
    return room[start : start + len(raw)]
