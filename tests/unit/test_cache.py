from __future__ import annotations

import multiprocessing
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ir_texts import CHECKED, HASH, module

from pawc.files.blobs import BlobStore
from pawc.files.cache import CompileCache, compile_key
from pawc.files.quantization import dequantize
from pawc.ir.nodes import Calibration, Prefix, Program

KEY = "12" * 32
FLOATS = np.ones((1, 2, 1, 2, 4), np.float32)
FUNCTION = module(CHECKED).neural[0]
MADE_WITH = {"level": 2, "interpreter": HASH, "compiler": "", "seed": 0}


def program(blobs: BlobStore, scale: float = 1.0) -> Program:
    prefix = Prefix(length=2, bits=16, group=0, data=blobs.put(FLOATS * np.float32(scale)))
    return Program(level=2, interpreter=HASH, tokens=(1, 2), prefix=prefix)


def only_file(folder: Path) -> Path:
    (path,) = folder.glob("*/*.paw-program")
    return path


def test_what_was_put_is_there_for_others(tmp_path: Path) -> None:
    blobs, others = BlobStore(), BlobStore()
    CompileCache(tmp_path).put(KEY, program(blobs), blobs)
    found = CompileCache(tmp_path).get(KEY, others)
    assert found == program(BlobStore())
    assert found is not None and found.prefix is not None
    assert np.array_equal(dequantize(found.prefix, others), FLOATS)


def test_a_calibration_is_kept(tmp_path: Path) -> None:
    fitted = Calibration(temperature=1.5, bias=(0.0, -1.0), examples=9)
    made = Program(level=0, interpreter=HASH, tokens=(1, 2), calibration=fitted)
    CompileCache(tmp_path).put(KEY, made, BlobStore())
    assert CompileCache(tmp_path).get(KEY, BlobStore()) == made


def test_what_was_not_put_is_not_there(tmp_path: Path) -> None:
    assert CompileCache(tmp_path / "none").get(KEY, BlobStore()) is None


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:-1] + b"x", lambda data: b""])
def test_a_damaged_entry_is_dropped_and_can_be_made_again(tmp_path: Path, damage: object) -> None:
    cache, blobs = CompileCache(tmp_path), BlobStore()
    cache.put(KEY, program(blobs), blobs)
    path = only_file(tmp_path)
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert cache.get(KEY, BlobStore()) is None
    assert not path.exists()
    cache.put(KEY, program(blobs), blobs)
    assert cache.get(KEY, BlobStore()) == program(BlobStore())


def test_an_entry_under_another_key_is_dropped(tmp_path: Path) -> None:
    cache, blobs = CompileCache(tmp_path), BlobStore()
    cache.put(KEY, program(blobs), blobs)
    path = only_file(tmp_path)
    other = path.with_name("12" + "34" * 31 + ".paw-program")
    path.rename(other)
    assert cache.get("12" + "34" * 31, BlobStore()) is None
    assert not other.exists()


def test_the_least_recently_used_entries_go_first(tmp_path: Path) -> None:
    blobs = BlobStore()
    cache = CompileCache(tmp_path)
    keys = [f"{number:02}" * 32 for number in range(4)]
    for age, key in enumerate(keys):
        cache.put(key, program(blobs, age), blobs)
        os.utime(tmp_path / key[:2] / f"{key}.paw-program", (1000 + age, 1000 + age))
    size = (tmp_path / "00" / f"{keys[0]}.paw-program").stat().st_size
    assert cache.get(keys[0], BlobStore()) is not None  # used just now
    CompileCache(tmp_path, limit=2 * size).prune()
    assert [key for key in keys if cache.get(key, BlobStore()) is not None] == [keys[0], keys[3]]


def test_the_key_depends_on_all_that_decides_the_program() -> None:
    changed = [
        replace(FUNCTION, spec="Other."),
        replace(FUNCTION, examples=()),
        replace(FUNCTION, options=(("max_tokens", 4),)),
        replace(FUNCTION, params=(replace(FUNCTION.params[0], name="mail"),)),
        replace(FUNCTION, symbol="mail.other"),
    ]
    keys = {compile_key(function, **MADE_WITH) for function in [FUNCTION, *changed]}
    keys |= {
        compile_key(FUNCTION, **{**MADE_WITH, name: value})
        for name, value in (("level", 3), ("interpreter", "cd" * 32), ("compiler", HASH), ("seed", 1))
    }
    assert len(keys) == 1 + len(changed) + 4


def test_moving_a_file_or_having_a_program_changes_no_key() -> None:
    moved = replace(FUNCTION, symbol="lib/mail.urgency", program=program(BlobStore()))
    assert compile_key(moved, **MADE_WITH) == compile_key(FUNCTION, **MADE_WITH)


def _build(folder: str, rounds: int) -> None:
    cache, blobs = CompileCache(Path(folder)), BlobStore()
    for number in range(rounds):
        key = f"{number % 3:02}" * 32
        found = cache.get(key, BlobStore())
        assert found is None or found == program(BlobStore(), number % 3)
        with cache.building(key):
            cache.put(key, program(blobs, number % 3), blobs)


def test_several_builds_may_share_a_cache(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    builds = [context.Process(target=_build, args=(str(tmp_path), 20)) for _ in range(3)]
    for build in builds:
        build.start()
    for build in builds:
        build.join()
    assert [build.exitcode for build in builds] == [0, 0, 0]
    assert not list(tmp_path.rglob("*.paw-tmp"))
