"""The CPU backend: executables on the machine's own processor, with PyTorch."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import ClassVar
from weakref import WeakValueDictionary

import torch
from pawc.backends.base import Backend, check_interpreter
from pawc.backends.batch import BatchEngine

from pawc.files.executable import Executable
from pawc.interpreters.info import InterpreterInfo
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.outcome import Engine

_LOADED: WeakValueDictionary[tuple[Path, torch.dtype], Interpreter] = WeakValueDictionary()
"""The interpreters in use: the programs of a process share theirs."""

_LOADING = threading.Lock()


class CpuBackend(Backend):
    """The batch engine on the CPU, one thread per physical core. `dtype` is what the interpreter computes in."""

    name: ClassVar[str] = "cpu"

    def __init__(self, dtype: torch.dtype = torch.float32) -> None:
        self._dtype = dtype

    def load(self, executable: Executable, info: InterpreterInfo) -> Engine:
        check_interpreter(executable, info)
        return BatchEngine(lambda: self._interpreter(info.folder), executable.blobs)

    def _interpreter(self, folder: Path) -> Interpreter:
        if "OMP_NUM_THREADS" not in os.environ:
            torch.set_num_threads(physical_cores())
        with _LOADING:
            if (loaded := _LOADED.get((folder, self._dtype))) is None:
                loaded = _LOADED[folder, self._dtype] = Interpreter.load(folder, self._dtype)
        return loaded


def physical_cores(topology: Path = Path("/sys/devices/system/cpu")) -> int:
    """The cores this process may use. Two threads of one core share what matrix products are limited by."""
    if not hasattr(os, "sched_getaffinity"):
        return torch.get_num_threads()  # elsewhere torch counts them itself
    cores = set()
    for cpu in os.sched_getaffinity(0):
        siblings = topology / f"cpu{cpu}/topology/thread_siblings_list"
        cores.add(siblings.read_text().strip() if siblings.exists() else str(cpu))
    return len(cores)
