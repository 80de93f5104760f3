"""The compile cache: what a neural function was compiled from -> the program it became, with its tensors.

One file per entry, whole or not there, named by the content key of everything that decides the result. Builds
may share it at any time: entries are replaced at once, a damaged one counts as missing and is removed, and
the least recently used go when the cache grows past its limit.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from pawc.base import canonical, fsio
from pawc.base.diagnostics import PawError, fail
from pawc.base.types import TEXT, Labels
from pawc.files import container
from pawc.files import manifest as manifests
from pawc.files.blobs import BlobStore
from pawc.files.loaded import check_module, check_prefixes
from pawc.ir import codec
from pawc.ir.nodes import Module, NeuralFunction, Program, base_name, content_key

FORMAT = "paw-cache"
_FIELDS = frozenset({"key", "program"})
_SUFFIX = ".paw-program"


def compile_key(function: NeuralFunction, *, level: int, interpreter: str, compiler: str, seed: int) -> str:
    """What decides a program: specification, examples, types, options, level, interpreter, compiler, seed, format.

    `interpreter` is its identity (`InterpreterInfo.identity`): tokens are those of a tokenizer under a chat layout.
    Of the symbol only the function's own name takes part, so that moving a file recompiles nothing.
    """
    bare = replace(function, symbol=base_name(function.symbol), program=None)
    return content_key(bare, f"{FORMAT} {manifests.VERSION}", str(level), interpreter, compiler, str(seed))


class CompileCache:
    """Programs by compile key, in a folder of at most `limit` bytes."""

    def __init__(self, folder: Path, limit: int = 2 << 30) -> None:
        self._folder = folder
        self._limit = limit

    def get(self, key: str, blobs: BlobStore) -> Program | None:
        """The program of a key, its tensors made known to `blobs`; None when it is not there, or damaged."""
        path = self._path(key)
        if not path.exists():
            return None
        try:
            program = _read(path, key, blobs)
        except PawError:
            path.unlink(missing_ok=True)
            return None
        with suppress(OSError):
            os.utime(path)  # used just now: pruned last
        return program

    def put(self, key: str, program: Program, blobs: BlobStore) -> None:
        """Keep a program and its tensors."""
        fields = {"key": key, "program": codec.encode(program)}
        text = canonical.dumps(manifests.seal(FORMAT, fields))
        container.write(self._path(key), text, manifests.program_blobs(program), blobs)
        self.prune()

    @contextmanager
    def building(self, key: str) -> Iterator[None]:
        """Held while a key is compiled, so that two builds at once do not do the same work: look again inside."""
        with fsio.lock(self._path(key)):
            yield

    def prune(self) -> None:
        """Remove the least recently used entries until the rest fit the limit."""
        entries = []
        for path in self._folder.glob(f"*/*{_SUFFIX}"):
            with suppress(FileNotFoundError):  # another build prunes too
                entries.append((path.stat().st_mtime_ns, path.stat().st_size, path))
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries):
            if total <= self._limit:
                break
            path.unlink(missing_ok=True)
            total -= size

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}{_SUFFIX}"


def _read(path: Path, key: str, blobs: BlobStore) -> Program:
    where = str(path)
    header = container.read_header(path)
    manifest = manifests.open_sealed(header.manifest, FORMAT, _FIELDS, where)
    if manifest["key"] != key:
        fail("P0525", "the entry answers to another key than its name", where=where)
    program = codec.decode(Program, manifest["program"], where)
    module = _alone(program)
    check_module(module, where)
    manifests.check_tensors(list(manifests.program_blobs(program)), header.tensors, where)
    container.map_tensors(path, header, blobs)
    check_prefixes(module, blobs, where)
    return program


def _alone(program: Program) -> Module:
    """A module that holds nothing but this program, so that the same rules check it."""
    fitted = program.calibration
    result = Labels(tuple(f"label {number}" for number in range(len(fitted.bias)))) if fitted else TEXT
    function = NeuralFunction(symbol="entry.f", params=(), result=result, spec="", program=program)
    return Module(name="entry", stage="lowered", functions=(function,))
