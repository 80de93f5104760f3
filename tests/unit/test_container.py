from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open

from pawc.base.diagnostics import PawError
from pawc.files import container
from pawc.files.blobs import BlobStore

BLOBS = BlobStore()
REFS = [BLOBS.put(np.arange(6, dtype=np.float32)), BLOBS.put(np.array([[1, 2]], np.uint16), "BF16")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    container.write(tmp_path / "x", '{"ä":1}', REFS, BLOBS)
    return tmp_path / "x"


def rewrite(path: Path, change: Any = None, *, body: Any = None, length: int | None = None) -> None:
    """Change the header of a file (a function of the parsed header), its bytes behind that, or the length it claims."""
    data = path.read_bytes()
    end = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:end])
    header = (change(header) or header) if change else header
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    rest = body(data[end:]) if body else data[end:]
    path.write_bytes((len(text) if length is None else length).to_bytes(8, "little") + text + rest)


def refused(path: Path, code: str) -> None:
    with pytest.raises(PawError) as caught:
        container.read_header(path)
    assert caught.value.diagnostics[0].code == code


def test_the_manifest_and_the_tensors_come_back(path: Path) -> None:
    header = container.read_header(path)
    store = BlobStore()
    container.map_tensors(path, header, store)
    assert header.manifest == '{"ä":1}'
    assert sorted(header.tensors.values(), key=str) == sorted(REFS, key=str)
    for ref in REFS:
        assert np.array_equal(store.get(ref), BLOBS.get(ref))


def test_the_safetensors_library_reads_what_is_written(path: Path) -> None:
    with safe_open(path, framework="np") as file:
        assert file.metadata() == {"paw": '{"ä":1}'}
        assert set(file.keys()) == {ref.sha256 for ref in REFS}
        assert file.get_tensor(REFS[0].sha256).tolist() == [0, 1, 2, 3, 4, 5]


def test_who_may_read_a_file_is_what_the_user_s_umask_says(path: Path, tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_the_same_tensors_in_any_order_give_the_same_bytes(path: Path, tmp_path: Path) -> None:
    container.write(tmp_path / "y", '{"ä":1}', [*REFS[::-1], *REFS], BLOBS)
    assert (tmp_path / "y").read_bytes() == path.read_bytes()


def test_a_file_may_have_no_tensors(tmp_path: Path) -> None:
    container.write(tmp_path / "x", "{}", [], BLOBS)
    header = container.read_header(tmp_path / "x")
    container.map_tensors(tmp_path / "x", header, BlobStore())
    assert header.tensors == {}


def test_a_header_that_no_reader_would_take_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(PawError, match="P0528"):
        container.write(tmp_path / "x", "x" * container.MAX_HEADER, [], BLOBS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [0, 7, 8, 20, -1])
def test_truncated_files_are_refused(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])
    refused(path, "P0512")


def test_files_of_others_are_refused(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    refused(path, "P0511")


def test_safetensors_files_of_others_are_refused(path: Path) -> None:
    rewrite(path, lambda header: header.pop("__metadata__") and None)
    refused(path, "P0511")


@pytest.mark.parametrize("claimed", [container.MAX_HEADER + 1, 1 << 62, (1 << 64) - 1])
def test_a_huge_header_is_refused_before_it_is_read(path: Path, claimed: int) -> None:
    rewrite(path, length=claimed)
    refused(path, "P0513")


def test_bytes_behind_the_last_tensor_are_refused(path: Path) -> None:
    rewrite(path, body=lambda rest: rest + b"\0")
    refused(path, "P0515")


def entry(header: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = header[REFS[0].sha256]
    return found


def test_gaps_and_overlaps_are_refused(path: Path) -> None:
    def shift(header: dict[str, Any]) -> None:
        for name, found in header.items():
            if name != "__metadata__":
                found["data_offsets"] = [offset + 4 for offset in found["data_offsets"]]

    rewrite(path, shift, body=lambda rest: b"\0\0\0\0" + rest)
    refused(path, "P0515")


def renamed(header: dict[str, Any]) -> dict[str, Any]:
    return {("x" if name == REFS[0].sha256 else name): found for name, found in header.items()}


@pytest.mark.parametrize(
    "change",
    [
        lambda header: b"{ nonsense",
        lambda header: b"{\xff}",
        lambda header: b'{"__metadata__":{"paw":"a"},"__metadata__":{"paw":"b"}}',
        lambda header: b'{"a":' * 5000,
        lambda header: header["__metadata__"].update(more="x"),
        renamed,
        lambda header: entry(header).update(dtype="F8"),
        lambda header: entry(header).update(dtype=[]),
        lambda header: entry(header).update(shape=[-6]),
        lambda header: entry(header).update(shape=[0]),
        lambda header: entry(header).update(shape=[6.0]),
        lambda header: entry(header).update(shape=[True] * 6),
        lambda header: entry(header).update(shape=6),
        lambda header: entry(header).update(shape=[1 << 41]),
        lambda header: entry(header).update(shape=[1 << 39] * 16),
        lambda header: entry(header).update(shape=[1] * 17),
        lambda header: entry(header).update(data_offsets=[0, -1]),
        lambda header: entry(header).update(data_offsets=[0]),
        lambda header: entry(header).update(data_offsets=[0, 25]),
        lambda header: entry(header).update(more=1),
        lambda header: entry(header).pop("dtype") and None,
    ],
)
def test_malformed_headers_are_refused(path: Path, change: Any) -> None:
    rewrite(path, change)
    refused(path, "P0514")


def test_tensors_that_end_behind_the_file_are_refused(path: Path) -> None:
    rewrite(path, body=lambda rest: rest[:-2])
    refused(path, "P0512")


def test_a_missing_file_is_a_coded_error(tmp_path: Path) -> None:
    refused(tmp_path / "missing", "P0502")
    (tmp_path / "mail.paw").touch()
    for name, help in (
        ("mail.pawx", "`pawc build .*mail.paw` makes one"),
        ("mial.paw", "did you mean `mail.paw`"),
        ("other.pawx", "`pawc build` makes executables"),
    ):
        with pytest.raises(PawError, match=rf"P0502(.|\n)*{help}"):
            container.read_header(tmp_path / name)
