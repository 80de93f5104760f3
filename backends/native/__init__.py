"""The native engine: Llamas and Qwen2 models on the CPU, in our own C++, without torch or transformers.

Weights that were published with 4 bits have 4 bits here and lose nothing by it, others have 8 (`weights.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pawc.backends.base import Backend, check_interpreter
from pawc.backends.batch import BatchEngine

from pawc.files.executable import Executable
from pawc.interpreters.info import CONFIG, INFO, TOKENIZER, InterpreterInfo
from pawc.runtime.outcome import Engine

if TYPE_CHECKING:
    from pawc.backends.machine import Machine

    from pawc.files.blobs import BlobStore


class NativeBackend(Backend):
    """The batch engine on the native machine, activations in 16 bits."""

    name: ClassVar[str] = "native"
    exact: ClassVar[bool] = False
    bits: ClassVar[int] = 16

    def interpreter_files(self, info: InterpreterInfo) -> Mapping[str, Path]:
        from pawc.backends.native.weights import Shape
        from pawc.backends.native.weights_file import CARRIED, packed_file

        files = {name: info.folder / name for name in (INFO, CONFIG, TOKENIZER)}
        return files | {CARRIED: packed_file(info, Shape.of(info))}

    def load(self, executable: Executable, info: InterpreterInfo) -> Engine:
        check_interpreter(executable, info)
        return BatchEngine(lambda: self.machine(info, executable.blobs))

    def machine(self, info: InterpreterInfo, blobs: BlobStore) -> Machine:
        """The interpreter, which all programs of a process share, and the states of those with tensors in `blobs`."""
        from pawc.backends.native.interpreter import NativeInterpreter
        from pawc.backends.native.machine import NativeMachine

        return NativeMachine(NativeInterpreter.shared(info, self.bits), blobs)


class NativeInt8Backend(NativeBackend):
    """The same with activations in 8 bits: 1.5 times as fast at reading, and noisier."""

    name: ClassVar[str] = "native-int8"
    bits: ClassVar[int] = 8
