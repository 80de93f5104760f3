from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ir_texts import COMPILED, HASH, LINKED, module

from pawc.base import canonical
from pawc.base.diagnostics import InternalError, PawError
from pawc.files import container, executable
from pawc.files import manifest as manifests
from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.ir import codec

INTERPRETER = {"name": "tiny", "sha256": HASH, "tokenizer_sha256": "cd" * 32, "layout_sha256": "ef" * 32}
BLOBS = BlobStore()
ATTACHED = {"interpreter/config.json": BLOBS.put_bytes(b"{}", (2,), "U8")}


def built() -> Executable:
    return Executable.build(
        module(LINKED), BLOBS, target="cpu", interpreter=INTERPRETER, flags={"level": 2}, attachments=ATTACHED
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    built().save(tmp_path / "mail.pawx")
    return tmp_path / "mail.pawx"


def changed(path: Path, **changes: Any) -> Path:
    """The file with some fields of its manifest changed, and sealed again."""
    manifest = {**built().manifest, **changes}
    del manifest["digest"], manifest["format"], manifest["version"]
    container.write(path, canonical.dumps(manifests.seal("pawx", manifest)), ATTACHED.values(), BLOBS)
    return path


def test_an_executable_gives_back_what_was_stored(path: Path) -> None:
    again = Executable.load(path)
    assert again.module == module(LINKED)
    assert again.manifest == built().manifest
    assert bytes(again.blobs.get_bytes(again.attachments["interpreter/config.json"])) == b"{}"


def test_an_executable_of_version_2_which_names_no_layout_is_read(path: Path) -> None:
    old = {name: value for name, value in built().manifest.items() if name != "digest"} | {"version": 2}
    old["interpreter"] = {name: value for name, value in INTERPRETER.items() if name != "layout_sha256"}
    sealed = canonical.dumps(old | {"digest": manifests.digest(old)})
    container.write(path, sealed, ATTACHED.values(), BLOBS)
    assert Executable.load(path).manifest["interpreter"] == old["interpreter"]


def test_the_manifest_says_what_tools_want_to_know(path: Path) -> None:
    manifest = executable.read_manifest(path)
    assert manifest["format"] == "pawx" and manifest["version"] == 3
    assert manifest["target"] == "cpu"
    assert manifest["entry"] == "mail.main" and manifest["exports"] == ["mail.main"]
    assert manifest["signatures"]["lib.urgency"] == '(message: text) -> "now" | "later"'
    assert manifest["interpreter"] == INTERPRETER
    assert manifest["compilers"] == []
    assert manifest["flags"] == {"level": 2}


def test_the_same_executable_is_the_same_bytes(path: Path, tmp_path: Path) -> None:
    Executable.load(path).save(tmp_path / "again.pawx")
    assert (tmp_path / "again.pawx").read_bytes() == path.read_bytes()


def test_only_a_linked_module_becomes_an_executable() -> None:
    with pytest.raises(InternalError):
        Executable.build(module(COMPILED), BLOBS, target="cpu")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"entry": "lib.urgency"}, "P0525"),
        ({"exports": []}, "P0525"),
        ({"signatures": {}}, "P0525"),
        ({"sources": [["x", HASH]]}, "P0525"),
        ({"compilers": [HASH]}, "P0525"),
        ({"interpreter": None}, "P0525"),
        ({"interpreter": {**INTERPRETER, "sha256": "00" * 32}}, "P0525"),
        ({"target": 5}, "P0518"),
        ({"flags": []}, "P0518"),
        ({"attachments": []}, "P0518"),
        ({"attachments": {"x": {"sha256": HASH, "shape": [1]}}}, "P0518"),
        ({"attachments": {"x": {"sha256": HASH, "shape": ["1"], "dtype": "U8"}}}, "P0518"),
        ({"attachments": {}}, "P0522"),
        ({"attachments": {"x": {"sha256": HASH, "shape": [1], "dtype": "U8"}}}, "P0522"),
        ({"module": codec.encode(module(COMPILED))}, "P0526"),
        ({"module": codec.encode(replace(module(LINKED), entry="mail.other"))}, "P0526"),
        ({"module": None}, "P0518"),
    ],
)
def test_manifests_that_contradict_themselves_are_refused(tmp_path: Path, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(PawError, match=code):
        Executable.load(changed(tmp_path / "x.pawx", **changes))


def test_a_damaged_attachment_is_refused_when_it_is_used(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    loaded = Executable.load(path)
    with pytest.raises(PawError, match="P0524"):
        loaded.blobs.get(loaded.attachments["interpreter/config.json"])


def test_a_file_may_be_replaced_while_it_is_in_use(path: Path) -> None:
    loaded = Executable.load(path)
    changed(path, attachments={"other": {"sha256": HASH, "shape": [1], "dtype": "U8"}})
    assert bytes(loaded.blobs.get_bytes(loaded.attachments["interpreter/config.json"])) == b"{}"
