"""The ONNX backends: executables on ONNX Runtime, with numpy around it and no PyTorch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

from pawc.backends import automata, onnx_files
from pawc.backends.base import Backend, check_interpreter
from pawc.backends.batch import BatchEngine
from pawc.backends.cores import threads
from pawc.backends.onnx_files import DATA, GRAPH, Say
from pawc.backends.onnx_machine import OnnxMachine

from pawc.base.diagnostics import fail
from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.interpreters.info import INFO, TOKENIZER, InterpreterInfo
from pawc.ir.nodes import BlobRef, Module
from pawc.runtime.layout import Layout
from pawc.runtime.outcome import Engine


class OnnxBackend(Backend):
    """The batch engine on the interpreter's graph, weights in float32."""

    name: ClassVar[str] = "onnx"
    weights: ClassVar[str] = "fp32"
    noise: ClassVar[float] = 1e-4
    """Measured on the embedded interpreter, batches of 1 and 16, logits up to 37: they differ by up to 3e-5 (int4:
    0.008, int8: 0.65). The margin is 100, 4 and 3 times that."""

    def prepare(self, find: Callable[[], InterpreterInfo], say: Say) -> None:
        onnx_files.make(find(), self.weights, say)

    def attachments(self, module: Module, blobs: BlobStore) -> Mapping[str, BlobRef]:
        return automata.attachments(module, blobs)

    def interpreter_files(self, info: InterpreterInfo) -> Mapping[str, Path]:
        graph = {f"onnx/{self.weights}/{name}": onnx_files.folder(info, self.weights) / name for name in (GRAPH, DATA)}
        return {name: info.folder / name for name in (INFO, TOKENIZER)} | graph

    def load(self, executable: Executable, info: InterpreterInfo) -> Engine:
        check_interpreter(executable, info)
        return BatchEngine(lambda: self._machine(info, executable))

    def _machine(self, info: InterpreterInfo, executable: Executable) -> OnnxMachine:
        info.check_tokenizer()
        layout = Layout.of(info)
        session, version = self._session(info)
        facts = (version, self.name, str(onnx_files.EXPORTER))
        return OnnxMachine(executable, info, layout, session, noise=self.noise, facts=facts)

    def _session(self, info: InterpreterInfo) -> tuple[Any, str]:
        """The graph in memory, and the version of what runs it."""
        try:
            import onnxruntime
        except ImportError:
            fail("P0715", "`onnxruntime` is not installed, and the program is built for it", help=GET_RUNTIME)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads() or 0
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # others need the cores too
        graph: str | bytes
        if info.carried is None:
            graph = str(self._graph(info))
        else:
            graph = bytes(info.content(f"onnx/{self.weights}/{GRAPH}"))
            data = bytes(info.content(f"onnx/{self.weights}/{DATA}"))
            options.add_external_initializers_from_files_in_memory([DATA], [data], [len(data)])
        try:
            session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's own, which have no common base but this one
            reason = str(error).partition("\n")[0]
            where = onnx_files.folder(info, self.weights)
            help = "build it again" if info.carried else f"remove {where}, then build the program again"
            fail("P0720", f"the ONNX graph of `{info.name}` cannot be loaded: {reason}", help=help)
        return session, f"onnxruntime {onnxruntime.__version__}"

    def _graph(self, info: InterpreterInfo) -> Path:
        """The graph in the store; made where that is possible and it is not there."""
        if find_spec("torch") is None or find_spec("onnx") is None:
            return onnx_files.find(info, self.weights)
        return onnx_files.make(info, self.weights, lambda message: print(message, file=sys.stderr, flush=True))


class OnnxInt8Backend(OnnxBackend):
    """The same with weights in 8 bits, and activations too: half the fp32 time a token, but noisy in batches."""

    name: ClassVar[str] = "onnx-int8"
    exact: ClassVar[bool] = False
    weights: ClassVar[str] = "int8"
    noise: ClassVar[float] = 0.06


class OnnxInt4Backend(OnnxBackend):
    """The same with weights in 4 bits."""

    name: ClassVar[str] = "onnx-int4"
    exact: ClassVar[bool] = False
    weights: ClassVar[str] = "int4"
    noise: ClassVar[float] = 1e-3


GET_RUNTIME = "pip install onnxruntime"
