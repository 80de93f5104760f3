"""The CPU backend: executables on the machine's own processor, with PyTorch."""

from __future__ import annotations

import os
from typing import ClassVar

import torch
from pawc.backends.base import Backend, check_interpreter
from pawc.backends.batch import BatchEngine
from pawc.backends.cores import physical_cores
from pawc.backends.sharing import Shared
from pawc.backends.torch_machine import TorchMachine

from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.interpreters.info import InterpreterInfo
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.outcome import Engine

_INTERPRETERS: Shared[Interpreter] = Shared()


class CpuBackend(Backend):
    """The batch engine on the CPU, one thread per physical core. `dtype` is what the interpreter computes in."""

    name: ClassVar[str] = "cpu"

    def __init__(self, dtype: torch.dtype = torch.float32) -> None:
        self._dtype = dtype

    def load(self, executable: Executable, info: InterpreterInfo) -> Engine:
        check_interpreter(executable, info)
        return BatchEngine(lambda: self.machine(info, executable.blobs))

    def machine(self, info: InterpreterInfo, blobs: BlobStore) -> TorchMachine:
        """The interpreter, which all programs of a process share, and the states of those with tensors in `blobs`."""
        if "OMP_NUM_THREADS" not in os.environ:
            torch.set_num_threads(physical_cores() or torch.get_num_threads())
        key = (info.identity, info.folder, self._dtype)
        return TorchMachine(_INTERPRETERS.get(key, lambda: Interpreter.of(info, self._dtype)), blobs)
