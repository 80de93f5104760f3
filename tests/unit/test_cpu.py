"""The CPU backend: its threads and its number format."""

from __future__ import annotations

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
        assert isinstance(engine.machine, TorchMachine)
        assert engine.machine.interpreter.dtype == torch.bfloat16
    assert chosen == [7]
