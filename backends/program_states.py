"""A program -> the key/value states that a call starts from: its prefix, then its tokens as read behind that.

They are the same for every call, so they are computed once per program, kept in memory, and on disk for the next
process. The folder is a cache: anything in it may be deleted at any time. An executable that carries its interpreter
leaves nothing on the machine it runs on: its states are kept in memory alone.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from pawc.base import fsio
from pawc.base.diagnostics import PawError
from pawc.files.blobs import BlobStore
from pawc.files.quantization import dequantize
from pawc.interpreters.store import cache_root
from pawc.ir.nodes import Prefix, Program
from pawc.runtime.interpreter import Interpreter

WORTH_KEEPING = 64
"""Fewer tokens are read again faster than a file is."""

MOST_BYTES = 2 << 30
"""When the folder holds more, the states that were not used for the longest time go."""


class ProgramStates:
    """The states of programs whose tensors are in `blobs`, `[layers, 2, kv_heads, length, head_dim]`."""

    def __init__(self, interpreter: Interpreter, blobs: BlobStore, folder: Path | None = None) -> None:
        self._interpreter, self._blobs = interpreter, blobs
        self._folder = folder or cache_root() / "states"
        self._held: dict[tuple[tuple[int, ...], Prefix | None], Tensor] = {}

    def get(self, program: Program) -> Tensor:
        """The states of a program, in the interpreter's number format."""
        read = (program.tokens, program.prefix)
        if read not in self._held:
            prefix = None
            if program.prefix is not None:
                prefix = torch.from_numpy(dequantize(program.prefix, self._blobs))
                prefix = prefix.to(self._interpreter.device, self._interpreter.dtype)
            tokens = self._of_tokens(program, prefix)
            self._held[read] = tokens if prefix is None else torch.cat((prefix, tokens), 3)
        return self._held[read]

    def _of_tokens(self, program: Program, prefix: Tensor | None) -> Tensor:
        if len(program.tokens) < WORTH_KEEPING or self._interpreter.info.carried is not None:
            return self._interpreter.states(program.tokens, prefix)
        path = self._folder / f"{self._key(program)}.safetensors"
        try:
            states = load_file(path)["states"]
            os.utime(path)
        except (OSError, SafetensorError, KeyError):
            states = self._interpreter.states(program.tokens, prefix)
            self._keep(path, states)
        return states.to(self._interpreter.device)

    def _keep(self, path: Path, states: Tensor) -> None:
        """Write states for the next process, if the disk lets us: without them it is slower, not wrong."""
        try:
            fsio.write_atomic(path, save({"states": states.cpu().contiguous()}))
            files = sorted(self._folder.glob("*.safetensors"), key=lambda file: file.stat().st_mtime, reverse=True)
            total = 0
            for file in files:
                total += file.stat().st_size
                if total > MOST_BYTES and file != path:
                    file.unlink(missing_ok=True)
        except (PawError, OSError):
            return

    def _key(self, program: Program) -> str:
        device, dtype = self._interpreter.device.type, self._interpreter.dtype
        read = f"{program.tokens} {program.prefix}"
        facts = (self._interpreter.sha256, torch.__version__, str(dtype), device, read)
        return hashlib.sha256("\0".join(facts).encode()).hexdigest()
