"""The CPU backend: its threads and its number format."""

from __future__ import annotations

import gc
import os
import weakref
from pathlib import Path

import pytest
import torch
from pawc.backends import cpu
from pawc.backends.batch import BatchEngine
from pawc.backends.cpu import CpuBackend, physical_cores
from programs import executable, function
from tiny import tiny_info, tiny_interpreter

from pawc.base.types import TEXT
from pawc.files.blobs import BlobStore


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two cores with two threads each."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1, 2, 3}, raising=False)
    for number in range(4):
        topology = tmp_path / f"cpu{number}" / "topology"
        topology.mkdir(parents=True)
        (topology / "thread_siblings_list").write_text(f"{number % 2},{number % 2 + 2}\n")
    return tmp_path


def test_threads_of_one_core_count_once(machine: Path) -> None:
    assert physical_cores(machine) == 2


def test_only_cores_that_the_process_may_use_count(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {1, 3})
    assert physical_cores(machine) == 1


def test_without_a_topology_every_cpu_counts(machine: Path, tmp_path: Path) -> None:
    assert physical_cores(tmp_path / "nothing") == 4


def test_loading_sets_the_threads_unless_the_user_did(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[int] = []
    monkeypatch.setattr(torch, "set_num_threads", chosen.append)
    monkeypatch.setattr(cpu, "physical_cores", lambda: 7)
    program = executable(function(tiny_interpreter(), TEXT), tiny_interpreter(), BlobStore())
    for given in ("1", None):
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
        if given:
            monkeypatch.setenv("OMP_NUM_THREADS", given)
        engine = CpuBackend(torch.bfloat16).load(program, tiny_info())
        assert isinstance(engine, BatchEngine)
        assert engine.interpreter.dtype == torch.bfloat16
    assert chosen == [7]


def test_programs_of_a_process_share_one_interpreter_while_it_is_in_use() -> None:
    interpreter, blobs = tiny_interpreter(), BlobStore()
    made = function(interpreter, TEXT)
    one, other = (CpuBackend().load(executable(made, interpreter, blobs), tiny_info()) for _ in range(2))
    bfloat = CpuBackend(torch.bfloat16).load(executable(made, interpreter, blobs), tiny_info())
    assert isinstance(one, BatchEngine) and isinstance(other, BatchEngine) and isinstance(bfloat, BatchEngine)
    assert one.interpreter is other.interpreter
    assert bfloat.interpreter is not one.interpreter
    loaded = weakref.ref(one.interpreter)
    del one, other
    gc.collect()
    assert loaded() is None
