from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from pawc.base.diagnostics import InternalError, PawError
from pawc.files.blobs import BlobStore, blob_ref
from pawc.ir.nodes import BlobRef

ARRAY = np.arange(6, dtype=np.int16).reshape(2, 3)


def test_a_blob_is_named_by_its_type_shape_and_bytes() -> None:
    ref = BlobStore().put(ARRAY)
    expected = hashlib.sha256(b"I16 2 3\n" + ARRAY.astype("<i2").tobytes()).hexdigest()
    assert ref == BlobRef(sha256=expected, shape=(2, 3), dtype="I16")
    others = {BlobStore().put(ARRAY.reshape(3, 2)).sha256, BlobStore().put(ARRAY.view(np.uint16)).sha256}
    assert ref.sha256 not in others and len(others) == 2


def test_arrays_come_back_equal_and_read_only() -> None:
    store = BlobStore()
    again = store.get(store.put(ARRAY[:, ::-1]))
    assert np.array_equal(again, ARRAY[:, ::-1])
    assert not again.flags.writeable


def test_bfloat16_travels_as_its_bits() -> None:
    store = BlobStore()
    ref = store.put(np.array([0x3F80], np.uint16), "BF16")
    assert ref.dtype == "BF16"
    assert store.get(ref).tolist() == [0x3F80]
    with pytest.raises(InternalError):
        store.put(np.zeros(1, np.float32), "BF16")


def test_a_folder_serves_another_store(tmp_path: Path) -> None:
    ref = BlobStore(tmp_path).put(ARRAY)
    other = BlobStore(tmp_path)
    assert ref in other
    assert np.array_equal(other.get(ref), ARRAY)


def test_a_damaged_file_is_refused_and_removed(tmp_path: Path) -> None:
    ref = BlobStore(tmp_path).put(ARRAY)
    path = tmp_path / ref.sha256[:2] / ref.sha256
    path.write_bytes(b"\0" * len(path.read_bytes()))
    with pytest.raises(PawError, match="P0524"):
        BlobStore(tmp_path).get(ref)
    assert ref not in BlobStore(tmp_path)


def test_what_nobody_has_is_a_coded_error() -> None:
    with pytest.raises(PawError, match="P0521"):
        BlobStore().get(blob_ref(b"x", (1,), "U8"))


def test_mapped_bytes_are_checked_when_they_are_asked_for() -> None:
    store, ref = BlobStore(), blob_ref(b"abc", (3,), "U8")
    asked = []
    store.map(ref, lambda: asked.append(1) or b"abd")
    assert ref in store and not asked
    with pytest.raises(PawError, match="P0524"):
        store.get_bytes(ref)


def test_a_file_is_read_again_when_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    store = BlobStore()
    ref = store.put_file(tmp_path / "f")
    assert ref == blob_ref(b"abc", (3,), "U8")
    (tmp_path / "f").write_bytes(b"abd")
    with pytest.raises(PawError, match="P0524"):
        store.get(ref)


def test_bytes_that_do_not_fill_the_shape_are_our_fault() -> None:
    with pytest.raises(InternalError):
        blob_ref(b"abc", (4,), "U8")
