"""The native engine: interpreters of the Llama family on the CPU, in our own C++, without torch or transformers.

It is another accuracy class than the `cpu` backend: weights have 8 bits here (docs/benchmarks.md says what that costs).
"""

from __future__ import annotations

from typing import ClassVar

from pawc.backends.base import Backend, check_interpreter
from pawc.backends.batch import BatchEngine

from pawc.files.executable import Executable
from pawc.interpreters.info import InterpreterInfo
from pawc.runtime.outcome import Engine


class NativeBackend(Backend):
    """The batch engine on the native machine."""

    name: ClassVar[str] = "native"
    exact: ClassVar[bool] = False

    def load(self, executable: Executable, info: InterpreterInfo) -> Engine:
        from pawc.backends.native.machine import NativeMachine

        check_interpreter(executable, info)
        return BatchEngine(lambda: NativeMachine.load(info, executable.blobs))
