from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ir_texts import COMPILED, HASH, module

from pawc.base.diagnostics import PawError
from pawc.files import objfile
from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.files.objfile import ObjectFile
from pawc.files.quantization import dequantize
from pawc.ir.nodes import Module

FLOATS = np.arange(2 * 2 * 1 * 3 * 8, dtype=np.float32).reshape(2, 2, 1, 3, 8)
INTERPRETER = {"name": "tiny", "sha256": HASH, "tokenizer_sha256": "cd" * 32, "layout_sha256": "ef" * 32}


def with_prefix(blobs: BlobStore, floats: np.ndarray = FLOATS) -> Module:
    """A compiled module whose one function has a float prefix."""
    found = module(COMPILED)
    function, *_ = found.neural
    assert function.program is not None and function.program.prefix is not None
    prefix = replace(function.program.prefix, bits=16, data=blobs.put(floats), scales=None)
    return replace(found, functions=(replace(function, program=replace(function.program, prefix=prefix)),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    blobs = BlobStore()
    stored = ObjectFile(module=with_prefix(blobs), interpreter=INTERPRETER, flags={"level": 2, "passes": "link"})
    stored.save(tmp_path / "mail.pawo", blobs)
    return tmp_path / "mail.pawo"


def test_an_object_gives_back_what_was_stored(path: Path) -> None:
    blobs = BlobStore()
    stored = ObjectFile.load(path, blobs)
    assert stored.module == with_prefix(BlobStore())
    assert stored.interpreter == INTERPRETER
    assert stored.flags == {"level": 2, "passes": "link"}
    program = stored.module.neural[0].program
    assert program is not None and program.prefix is not None
    assert np.array_equal(dequantize(program.prefix, blobs), FLOATS)


def test_the_same_object_is_the_same_bytes(path: Path, tmp_path: Path) -> None:
    blobs = BlobStore()
    ObjectFile.load(path, blobs).save(tmp_path / "again.pawo", blobs)
    assert (tmp_path / "again.pawo").read_bytes() == path.read_bytes()


def test_the_manifest_alone_is_cheap(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pawc.ir.codec.decode", lambda *_: pytest.fail("decoded the module"))
    monkeypatch.setattr("pawc.files.container.map_tensors", lambda *_: pytest.fail("touched the tensors"))
    assert objfile.read_manifest(path)["flags"] == {"level": 2, "passes": "link"}


def test_an_object_is_not_an_executable(path: Path) -> None:
    with pytest.raises(PawError, match="P0516"):
        Executable.load(path)


def test_a_damaged_prefix_is_refused(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(PawError, match="P0524"):
        ObjectFile.load(path, BlobStore())


def test_a_prefix_of_nan_is_refused(tmp_path: Path) -> None:
    blobs = BlobStore()
    ObjectFile(module=with_prefix(blobs, FLOATS * np.nan)).save(tmp_path / "x.pawo", blobs)
    with pytest.raises(PawError, match="P0527"):
        ObjectFile.load(tmp_path / "x.pawo", BlobStore())


def test_tensors_that_are_nowhere_cannot_be_stored(tmp_path: Path) -> None:
    with pytest.raises(PawError, match="P0521"):
        ObjectFile(module=module(COMPILED)).save(tmp_path / "x.pawo", BlobStore())
    assert not (tmp_path / "x.pawo").exists()
