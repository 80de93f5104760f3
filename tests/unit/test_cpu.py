"""The CPU backend: its threads and its number format."""

from __future__ import annotations

import gc
import weakref

import pytest
import torch
from pawc.backends import cpu
from pawc.backends.batch import BatchEngine
from pawc.backends.cpu import CpuBackend
from pawc.backends.torch_machine import TorchMachine
from programs import executable, function
from tiny import tiny_info, tiny_interpreter

from pawc.base.types import TEXT
from pawc.files.blobs import BlobStore
from pawc.runtime.interpreter import Interpreter


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
        assert _interpreter(engine).dtype == torch.bfloat16
    assert chosen == [7]


def _interpreter(engine: BatchEngine) -> Interpreter:
    assert isinstance(engine.machine, TorchMachine)
    return engine.machine.interpreter


def test_programs_of_a_process_share_one_interpreter_while_it_is_in_use() -> None:
    interpreter, blobs = tiny_interpreter(), BlobStore()
    made = function(interpreter, TEXT)
    one, other = (CpuBackend().load(executable(made, interpreter, blobs), tiny_info()) for _ in range(2))
    bfloat = CpuBackend(torch.bfloat16).load(executable(made, interpreter, blobs), tiny_info())
    assert isinstance(one, BatchEngine) and isinstance(other, BatchEngine) and isinstance(bfloat, BatchEngine)
    assert _interpreter(one) is _interpreter(other)
    assert _interpreter(bfloat) is not _interpreter(one)
    loaded = weakref.ref(_interpreter(one))
    del one, other
    gc.collect()
    assert loaded() is None
