from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from pawc.base import canonical
from pawc.base.types import TEXT
from pawc.driver import uptodate
from pawc.files import container
from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.files.manifest import seal
from pawc.files.objfile import ObjectFile
from pawc.interpreters.store import Store
from pawc.ir.nodes import Block, ComposedFunction, Module, Param

FLAGS = {"passes": "link", "target": "cpu"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store: nothing here needs an interpreter."""
    return Store(tmp_path / "cache")


def module(root: Path, stage: str) -> Module:
    """A module of one source file."""
    source = root / "a.paw"
    source.write_text("fn f(x: text) -> text = x\n")
    same = ComposedFunction(
        symbol="a.f", params=(Param(name="x", type=TEXT),), result=TEXT, body=Block(operations=(), result="x")
    )
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    exports = ("a.f",) if stage == "linked" else ()
    return Module(name="a", stage=stage, functions=(same,), exports=exports, sources=(("a.paw", digest),))


def written(root: Path) -> Path:
    """An executable of it."""
    output = root / "a.pawx"
    Executable.build(module(root, "linked"), BlobStore(), target="cpu", flags=FLAGS).save(output)
    return output


def test_an_output_is_current_while_nothing_it_was_made_from_changes(tmp_path: Path, store: Store) -> None:
    output = written(tmp_path)
    manifest = uptodate.current_manifest(output, tmp_path, FLAGS, store, "", is_object=False)
    assert manifest is not None
    assert [path for path, _ in uptodate.sources(manifest)] == ["a.paw"]


@pytest.mark.parametrize("change", ["edit", "remove", "flags", "damage", "absent"])
def test_any_change_makes_it_stale(tmp_path: Path, store: Store, change: str) -> None:
    output, flags = written(tmp_path), dict(FLAGS)
    match change:
        case "edit":
            (tmp_path / "a.paw").write_text("fn f(y: text) -> text = y\n")
        case "remove":
            (tmp_path / "a.paw").unlink()
        case "flags":
            flags["target"] = "reference"
        case "damage":
            output.write_bytes(output.read_bytes()[:100])
        case "absent":
            output.unlink()
    assert uptodate.current_manifest(output, tmp_path, flags, store, "", is_object=False) is None


def test_an_object_is_also_made_from_what_it_imports(tmp_path: Path, store: Store) -> None:
    output, imported = tmp_path / "a.pawo", tmp_path / "lib.paw"
    imported.write_text("fn g(x: text) -> text = x\n")
    listed = f'[["lib.paw", "{hashlib.sha256(imported.read_bytes()).hexdigest()}"]]'
    stored = ObjectFile(module=module(tmp_path, "compiled"), flags={**FLAGS, uptodate.IMPORTED: listed})
    stored.save(output, BlobStore())
    manifest = uptodate.current_manifest(output, tmp_path, FLAGS, store, "", is_object=True)
    assert manifest is not None
    assert [path for path, _ in uptodate.sources(manifest)] == ["a.paw", "lib.paw"]
    imported.write_text("fn g(y: text) -> text = y\n")
    assert uptodate.current_manifest(output, tmp_path, FLAGS, store, "", is_object=True) is None


NO_LISTS = [5, True, 0.5, "", "{", "5", "null", "[1]", '["ab"]', '[["a.paw"]]', '[["a.paw", 5]]', '[[{}, "x"]]']
NO_PATHS = ['[["\\u0000", ""]]', '[["\\ud800", ""]]', '[["\\u0000", "ab"]]', '[["\\ud800", "ab"]]']


@pytest.mark.parametrize("listed", [*NO_LISTS, *NO_PATHS, "[" * 100_000])
def test_an_object_whose_list_of_imports_is_none_is_stale(tmp_path: Path, store: Store, listed: str | float) -> None:
    output = tmp_path / "a.pawo"
    stored = ObjectFile(module=module(tmp_path, "compiled"), flags={**FLAGS, uptodate.IMPORTED: listed})
    stored.save(output, BlobStore())
    assert uptodate.current_manifest(output, tmp_path, FLAGS, store, "", is_object=False) is None


@pytest.mark.parametrize("kind", ["pawo", "pawx"])
@pytest.mark.parametrize("listed", [None, 5, "ab", {"ab": 1}, [1], [["a.paw"]], [["a.paw", 1]], [[[], ""]]])
def test_an_output_whose_list_of_sources_is_none_is_stale(
    tmp_path: Path, store: Store, kind: str, listed: object
) -> None:
    output = tmp_path / f"a.{kind}"
    fields: dict[str, Any] = {"flags": FLAGS, "interpreter": None, "module": {"sources": listed}}
    if kind == "pawx":
        fields |= {"target": "cpu", "attachments": {}, "sources": listed}
        fields |= {"entry": None, "exports": [], "signatures": {}, "compilers": []}
    container.write(output, canonical.dumps(seal(kind, fields)), [], BlobStore())
    assert uptodate.current_manifest(output, tmp_path, FLAGS, store, "", is_object=False) is None


def test_another_pawc_is_another_toolchain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = uptodate.toolchain()
    package = tmp_path / "pawc"
    package.mkdir()
    (package / "uptodate.py").write_text("# other code\n")
    monkeypatch.setattr(uptodate, "__file__", str(package / "uptodate.py"))
    uptodate.toolchain.cache_clear()
    try:
        assert uptodate.toolchain() != before
    finally:
        uptodate.toolchain.cache_clear()
