"""The container of `.pawo`, `.pawx` and cache entries: a manifest and tensors <-> one safetensors file.

`docs/format.md` ("Container") lists what is refused here. The library writes the files; they are read here,
because its reader neither bounds the header nor leaves a bfloat16 tensor as the bytes it is.
"""

from __future__ import annotations

import json
import math
import mmap
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from pawc.base import fsio
from pawc.base.diagnostics import fail
from pawc.files.blobs import BlobStore
from pawc.ir.nodes import BlobRef
from pawc.ir.tensors import DTYPES

MAX_HEADER = 32 << 20
_MAX_DIMENSION = 1 << 40
MADE = "`pawc build` makes executables (.pawx) of sources (.paw)"
"""What to do about a file that is not one of ours."""
_METADATA = "__metadata__"
_LIBRARY_NAMES = {"BF16": "bfloat16"} | {dtype: name for dtype, (_, name) in DTYPES.items() if dtype != "BF16"}


@dataclass(frozen=True)
class Header:
    """What the header of a file says: the manifest as text, each tensor by name, and where its bytes lie."""

    manifest: str
    tensors: dict[str, BlobRef]
    extents: dict[str, tuple[int, int]]  # from the start of the file


def has_header(path: Path) -> bool:
    """Whether a file begins as those of the container do, which no text does."""
    try:
        with path.open("rb") as file:
            first = file.read(9)
    except OSError:
        return False
    return first[8:] == b"{" and int.from_bytes(first[:8], "little") <= MAX_HEADER


def read_header(path: Path) -> Header:
    """Read and check the header alone: the cheap way to look into a file."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            first = file.read(9)
            length = int.from_bytes(first[:8], "little")
            if len(first) < 9:
                message = f"`{path.name}` is truncated: {size} bytes are no file of ours"
                fail("P0512", message, where=str(path), help=MADE)
            if first[8:] != b"{":
                message = f"`{path.name}` is not a file of pawc: it has no safetensors header"
                fail("P0511", message, where=str(path), help=MADE)
            if length > MAX_HEADER:
                fail("P0513", f"the header claims {length} bytes; at most {MAX_HEADER} are read", where=str(path))
            if 8 + length > size:
                message = f"`{path.name}` is truncated: its header alone needs {8 + length} bytes"
                fail("P0512", message, where=str(path), help="copy it again, or build it again")
            file.seek(8)
            text = file.read(length)
    except FileNotFoundError:
        source = path.with_suffix(".paw")
        help = f"`pawc build {source}` makes one" if source.exists() else fsio.neighbour(path) or MADE
        fail("P0502", f"there is no file `{path}`", where=str(path), help=help)
    except OSError as error:
        fail("P0502", f"cannot read `{path}`: {error.strerror}", where=str(path))
    return _parse(text, size, path)


def map_tensors(path: Path, header: Header, blobs: BlobStore) -> None:
    """Make the tensors of a file known to `blobs`; their bytes are mapped, and read when asked for."""
    if not header.extents:
        return
    try:
        with path.open("rb") as file:
            view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:
        fail("P0502", f"cannot read `{path}`: {error}", where=str(path))
    for name, ref in header.tensors.items():
        start, end = header.extents[name]
        blobs.map(ref, partial(_part, view, start, end))


def write(path: Path, manifest: str, refs: Iterable[BlobRef], blobs: BlobStore) -> None:
    """Write a manifest and the tensors it refers to, each once. The same arguments give the same bytes."""
    import numpy as np
    from safetensors import TensorSpec, serialize_file

    named = {ref.sha256: ref for ref in refs}
    arrays = {name: np.frombuffer(blobs.get_bytes(ref), np.uint8) for name, ref in named.items()}
    specs = {
        name: TensorSpec(
            dtype=_LIBRARY_NAMES[named[name].dtype],
            shape=named[name].shape,
            data_ptr=array.ctypes.data,
            data_len=array.nbytes,
        )
        for name, array in arrays.items()
    }
    header = len(json.dumps(manifest, ensure_ascii=False).encode()) + 300 * len(specs)
    if header > MAX_HEADER:
        fail("P0528", f"too much for one file: its header would be {header} bytes", where=str(path))
    with fsio.replacing(path) as temporary:
        temporary.touch()
        mode = temporary.stat().st_mode  # what the user's umask gives; safetensors lets nobody else read its files
        serialize_file(specs, temporary, metadata={"paw": manifest})
        temporary.chmod(mode)


def _part(view: memoryview, start: int, end: int) -> memoryview:
    return view[start:end]


def _parse(text: bytes, size: int, path: Path) -> Header:
    def refuse(why: str) -> NoReturn:
        fail("P0514", f"the header of `{path.name}` is malformed: {why}", where=str(path))

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(found := dict(pairs)) < len(pairs):
            raise ValueError("a key is repeated")
        return found

    try:
        header = json.loads(text.decode(), object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        refuse(str(error))
    metadata = header.pop(_METADATA, None) if isinstance(header, dict) else None
    if not isinstance(metadata, dict) or not isinstance(manifest := metadata.get("paw"), str):
        fail("P0511", f"`{path.name}` is not a file of pawc: it has no manifest", where=str(path), help=MADE)
    if len(metadata) > 1:
        refuse("unknown metadata")
    tensors, extents = {}, {}
    for name, entry in header.items():
        if not re.fullmatch("[0-9a-f]{64}", name):
            refuse(f"{name[:80]!r} is no tensor's name")
        if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
            refuse(f"tensor {name[:12]} must have dtype, shape, data_offsets, and nothing else")
        if not (isinstance(dtype := entry["dtype"], str) and dtype in DTYPES):
            refuse(f"tensor {name[:12]} has an unknown dtype")
        if not _whole(shape := entry["shape"], 1, _MAX_DIMENSION) or len(shape) > 16:
            refuse(f"tensor {name[:12]} has no sound shape")
        if not _whole(offsets := entry["data_offsets"], 0, 1 << 62) or len(offsets) != 2:
            refuse(f"tensor {name[:12]} has no sound offsets")
        start, end = offsets
        if end - start != DTYPES[dtype][0] * math.prod(shape):
            refuse(f"tensor {name[:12]}: its offsets do not fit its shape")
        tensors[name] = BlobRef(sha256=name, shape=tuple(shape), dtype=dtype)
        extents[name] = (8 + len(text) + start, 8 + len(text) + end)
    _check_extents(sorted(extents.values()), 8 + len(text), size, path)
    return Header(manifest, tensors, extents)


def _check_extents(extents: list[tuple[int, int]], begin: int, size: int, path: Path) -> None:
    """The tensors must cover the file from the end of the header to its end, each byte once."""
    for start, end in extents:
        if start != begin:
            fail("P0515", f"`{path.name}` has gaps or overlaps between its tensors", where=str(path))
        if end > size:
            fail("P0512", f"`{path.name}` is truncated: its tensors need {end} bytes, it has {size}", where=str(path))
        begin = end
    if begin != size:
        fail("P0515", f"`{path.name}` has {size - begin} bytes behind its last tensor", where=str(path))


def _whole(value: Any, least: int, most: int) -> bool:
    """Whether `value` is an array of whole numbers in a range."""
    return isinstance(value, list) and all(type(item) is int and least <= item <= most for item in value)
