"""A program -> the key/value states that a call starts from: its prefix, then its tokens as read behind that.

They are the same for every call, so they are computed once, and kept on disk for the next process. The folder is a
cache: anything in it may be deleted at any time. Where `kept` is false nothing is written: an executable that carries
its interpreter leaves nothing on the machine it runs on.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pawc.base import fsio
from pawc.base.diagnostics import PawError
from pawc.interpreters.store import cache_root
from pawc.ir.nodes import Program

WORTH_KEEPING = 64
"""Fewer tokens are read again faster than a file is."""

MOST_BYTES = 2 << 30
"""When the folder holds more, the states that were not used for the longest time go."""

States: TypeAlias = NDArray[np.float32]
"""`[layers, 2, kv_heads, length, head_dim]`."""

Compute: TypeAlias = Callable[[Sequence[int], States | None], States]
"""Tokens, and the states that they follow -> their own."""


class ProgramStates:
    """The states of programs, as `compute` makes them of tokens; `facts` are all that this depends on."""

    def __init__(
        self, facts: Sequence[str], compute: Compute, folder: Path | None = None, *, kept: bool = True
    ) -> None:
        self._facts, self._compute, self._kept = tuple(facts), compute, kept
        self._folder = folder or cache_root() / "states"

    def get(self, program: Program, prefix: States | None) -> States:
        """The states of a program whose prefix is `prefix`."""
        tokens = self._of_tokens(program, prefix)
        return tokens if prefix is None else np.concatenate((prefix, tokens), 3)

    def _of_tokens(self, program: Program, prefix: States | None) -> States:
        if not self._kept or len(program.tokens) < WORTH_KEEPING:
            return self._compute(program.tokens, prefix)
        path = self._folder / f"{self._key(program)}.npy"
        try:
            states: States = np.load(path, allow_pickle=False)
            os.utime(path)
        except (OSError, ValueError, EOFError):
            states = self._compute(program.tokens, prefix)
            self._keep(path, states)
        return states

    def _keep(self, path: Path, states: States) -> None:
        """Write states for the next process, if the disk lets us: without them it is slower, not wrong."""
        try:
            with fsio.replacing(path) as temporary, temporary.open("wb") as out:
                np.save(out, states, allow_pickle=False)
            files = sorted(self._folder.glob("*.npy"), key=lambda file: file.stat().st_mtime, reverse=True)
            total = 0
            for file in files:
                total += file.stat().st_size
                if total > MOST_BYTES and file != path:
                    file.unlink(missing_ok=True)
        except (PawError, OSError):
            return

    def _key(self, program: Program) -> str:
        return hashlib.sha256("\0".join((*self._facts, f"{program.tokens} {program.prefix}")).encode()).hexdigest()
