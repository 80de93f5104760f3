"""The CUDA backend: executables on an NVIDIA GPU, in bfloat16, each kind of step recorded once as a CUDA graph.

Needs a build of PyTorch with CUDA, and any GPU that it supports; GPUs without bfloat16 compute in float32.
"""

from __future__ import annotations

from typing import ClassVar

import torch
from pawc.backends.base import Backend, check_interpreter
from pawc.backends.batch import BatchEngine
from pawc.backends.cuda_graphs import GraphRecorder
from pawc.backends.static_machine import StaticMachine
from pawc.backends.static_steps import StaticSteps

from pawc.base.diagnostics import fail
from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.interpreters.info import InterpreterInfo
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.outcome import Engine

ROWS, TOKENS = 256, 16384
"""What is read together: a GPU has room for more than a CPU, and needs more to be busy."""

CACHES = 0.25
"""The share of the free memory that is for caches of rows being read."""


class CudaBackend(Backend):
    """The batch engine on a GPU. `dtype`: bfloat16 is fast, float32 gives the answers of the reference.

    Without `graphs` steps are launched kernel by kernel, which helps to find faults.
    """

    name: ClassVar[str] = "cuda"

    def __init__(self, dtype: torch.dtype | None = None, *, graphs: bool = True) -> None:
        self._dtype, self._graphs = dtype, graphs

    def load(self, executable: Executable, info: InterpreterInfo) -> Engine:
        check_interpreter(executable, info)
        check_gpu()
        return BatchEngine(lambda: self._machine(info, executable.blobs), ROWS, TOKENS)

    def _machine(self, info: InterpreterInfo, blobs: BlobStore) -> StaticMachine:
        dtype = self._dtype or (torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32)
        interpreter = Interpreter.of(info, dtype)
        interpreter.model.to("cuda")
        free, _ = torch.cuda.mem_get_info()
        recorder = GraphRecorder() if self._graphs else None
        return StaticMachine(StaticSteps(interpreter, recorder, int(CACHES * free)), blobs)


def check_gpu() -> None:
    """Refuse a machine on which PyTorch has no GPU, with the reason."""
    if torch.cuda.is_available():
        return
    if torch.version.cuda is None:
        why = f"PyTorch {torch.__version__} was built without CUDA"
        help = "install a build with CUDA (pytorch.org), or build the program with `--target cpu`"
    else:
        why = f"PyTorch {torch.__version__} finds no GPU that it can use"
        help = "see what `nvidia-smi` says, or build the program with `--target cpu`"
    fail("P0716", f"this program is for a GPU: {why}", help=help)
