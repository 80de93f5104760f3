from __future__ import annotations

import struct
from pathlib import Path

import pytest
from ir_texts import CHECKED, LINKED, module

from pawc.base.diagnostics import PawError
from pawc.files import kinds
from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.files.objfile import ObjectFile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an executable and an object under names that do not say so, a source, notes."""
    Executable.build(module(LINKED), BlobStore(), target="cpu").save(tmp_path / "program.exe")
    ObjectFile(module=module(CHECKED)).save(tmp_path / "part.bin", BlobStore())
    (tmp_path / "a.paw").write_text("type A={}")
    (tmp_path / "notes.txt").write_text("{}")
    header = b'{"__metadata__":{"paw":"[]"}}'
    (tmp_path / "other.st").write_bytes(struct.pack("<Q", len(header)) + header)
    return tmp_path


def test_the_content_of_a_file_tells_what_it_is(folder: Path) -> None:
    found = {path.name: kinds.kind(path) for path in folder.iterdir()}
    assert found == {"program.exe": "pawx", "part.bin": "pawo", "a.paw": "", "notes.txt": "", "other.st": ""}
    assert kinds.kind(folder / "none") == ""


def test_a_program_is_an_executable_or_a_source(folder: Path) -> None:
    assert kinds.is_source(folder / "a.paw")
    assert not kinds.is_source(folder / "program.exe")
    assert not kinds.is_source(folder / "none")  # whoever reads it says that there is none
    for name in ("part.bin", "notes.txt", "other.st"):
        with pytest.raises(PawError, match="P0954"):
            kinds.is_source(folder / name)


def test_what_is_no_object_cannot_be_linked_or_shown_as_one(folder: Path) -> None:
    assert kinds.is_object(folder / "part.bin")
    assert not kinds.is_object(folder / "program.exe")
    kinds.need_object(folder / "part.bin")
    with pytest.raises(PawError, match=r"P0954.*is a source(.|\n)*`pawc build .*a.paw` first"):
        kinds.is_object(folder / "a.paw")
    with pytest.raises(PawError, match=r"P0954(.|\n)*`pawc build` makes executables"):
        kinds.is_object(folder / "notes.txt")
    for name in ("a.paw", "program.exe", "notes.txt"):
        with pytest.raises(PawError, match=r"P0954(.|\n)*pawc build --emit obj"):
            kinds.need_object(folder / name)
