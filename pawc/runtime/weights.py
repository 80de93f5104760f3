"""The bytes of a safetensors file -> its tensors, which share memory with the bytes.

safetensors itself maps files only; an interpreter that an executable carries is a part of one.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator

import torch
from torch import Tensor

DTYPES = {
    "BF16": torch.bfloat16,
    "F16": torch.float16,
    "F32": torch.float32,
    "F64": torch.float64,
    "I8": torch.int8,
    "I16": torch.int16,
    "I32": torch.int32,
    "I64": torch.int64,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}


def tensors(data: bytes | memoryview) -> dict[str, Tensor]:
    """The tensors by name, to be read only. ValueError where `data` is no safetensors file."""
    return dict(_tensors(memoryview(data)))


def _tensors(view: memoryview) -> Iterator[tuple[str, Tensor]]:
    length = int.from_bytes(view[:8], "little")
    try:
        header = json.loads(bytes(view[8 : 8 + length]))
        header.pop("__metadata__", None)
        for name, entry in header.items():
            start, end = entry["data_offsets"]
            part = view[8 + length + start : 8 + length + end]
            yield name, _tensor(part, DTYPES[entry["dtype"]]).reshape(entry["shape"])
    except (KeyError, TypeError, AttributeError, RuntimeError) as error:
        raise ValueError(f"not a safetensors file: {error}") from error


def _tensor(part: memoryview, dtype: torch.dtype) -> Tensor:
    if not len(part):
        return torch.empty(0, dtype=dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that nobody may write to it: nobody does, the model is frozen
        raw = torch.frombuffer(part, dtype=torch.uint8)
    if raw.data_ptr() % dtype.itemsize:  # where in the file it lies depends on what comes before it
        raw = raw.clone()
    return raw.view(dtype)
