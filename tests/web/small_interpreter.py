"""A program for a small interpreter, in files as `pawc build --target onnx` leaves them, and what Python answers."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from pawc.backends.automata import attachments
from small_graph import HEADS, LAYERS, POSITIONS, SIZE, small_graph

from pawc.base import canonical
from pawc.base.types import BOOL, FLOAT, INT, TEXT, Labels, List, Matching, Optional, Record, Type
from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.ir.nodes import (
    BlobRef,
    Block,
    Calibration,
    Call,
    ComposedFunction,
    Concat,
    Const,
    Module,
    NeuralFunction,
    Param,
    Prefix,
    Program,
)
from pawc.runtime.layout import Layout
from pawc.runtime.tokenizer import Tokenizer

HASH = "ab" * 32
PIECES = {
    "start": "<|turn|>system\n",
    "after_spec": "<|end|>\n",
    "before_input": "<|turn|>user\n",
    "after_input": "<|end|>\n<|turn|>assistant\n",
    "after_output": "<|end|>\n",
}

RESULTS: dict[str, Type] = {
    "urgency": Labels(("immediate", "wait", "wait for it")),
    "yes": Optional(BOOL),
    "count": INT,
    "numbers": List(FLOAT),
    "ticket": Record((("name", Labels(("Ada", "Bob"))), ("due", Optional(Matching(r"\d{4}-\d\d"))), ("ok", BOOL))),
    "say": TEXT,
}


class SmallInterpreter:
    """What the reference backend needs of an interpreter, on the same graph as the page: everything read at once."""

    device = torch.device("cpu")

    def __init__(self, graph: bytes, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.layout = Layout.from_pieces(PIECES, tokenizer, POSITIONS)
        self._session = onnxruntime.InferenceSession(graph)

    def cache(self, states: torch.Tensor | None) -> torch.Tensor | None:
        return states

    def forward(self, ids: torch.Tensor, positions: torch.Tensor, keys: Any, cache: Any, keep: int) -> torch.Tensor:
        length = ids.shape[1]
        prefix = np.zeros((LAYERS, 2, HEADS, 0, SIZE), np.float32) if cache is None else cache.numpy()
        none = np.zeros((1, HEADS, 0, SIZE), np.float32)
        feeds = {
            "ids": ids.numpy(),
            "positions": positions.numpy(),
            "sees": np.ones((length, length), np.bool_),
            "wanted": np.arange(length - keep, length),
            "past_positions": np.zeros((1, 0), np.int64),
        }
        for layer in range(LAYERS):
            for side, what in enumerate(("keys", "values")):
                feeds |= {f"prefix.{layer}.{what}": prefix[layer, side], f"past.{layer}.{what}": none}
        (logits,) = self._session.run(["logits"], feeds)
        return torch.from_numpy(logits)


def interpreter_files(tokenizer: Tokenizer, folder: Path) -> dict[str, Path]:
    """An interpreter's files, as a store would hold them."""
    info = {
        "format": 1,
        "name": "small",
        "sha256": HASH,
        "layers": LAYERS,
        "kv_heads": HEADS,
        "head_dim": SIZE,
        "max_positions": POSITIONS,
        "pieces": PIECES,
    }
    (folder / "interp.json").write_text(json.dumps(info), encoding="utf-8")
    (folder / "tokenizer.json").write_text(tokenizer.json, encoding="utf-8")
    graph = onnx.load_from_string(small_graph(tokenizer.vocab_size))
    onnx.save_model(graph, folder / "model.onnx", save_as_external_data=True, location="model.onnx.data")
    return {name: folder / name for name in ("interp.json", "tokenizer.json", "model.onnx", "model.onnx.data")}


def program(blobs: BlobStore, interpreter: SmallInterpreter) -> Module:
    """A neural function per type, two with a prefix, one of two parameters; and one that is composed of them."""
    prefix = np.random.default_rng(1).normal(size=(LAYERS, 2, HEADS, 5, SIZE)).astype(np.float16)
    stored = Prefix(length=5, bits=16, group=0, data=blobs.put(prefix))
    head = tuple(interpreter.layout.head("Say something.", [("a", "b")]))
    functions: list[Any] = [
        NeuralFunction(
            symbol=f"m.{name}",
            params=tuple(Param(name=one, type=TEXT) for one in (("x", "y") if name == "say" else ("x",))),
            result=kind,
            spec=f"Say a value of {kind}.",
            options=(("max_tokens", 24),),
            program=Program(
                level=0,
                interpreter=HASH,
                tokens=head,
                prefix=stored if name in ("urgency", "count") else None,
                calibration=Calibration(temperature=1.5, bias=(0.5, -0.25, 0.0), examples=2) if name == "yes" else None,
            ),
        )
        for name, kind in RESULTS.items()
    ]
    told = Concat(result="told", args=("begin", "n"), type=TEXT)
    body = (
        Const(result="begin", value="n = ", type=TEXT),
        Call(result="n", callee="m.count", args=("x",), type=INT),
        told,
    )
    functions.append(
        ComposedFunction(
            symbol="m.told",
            params=(Param(name="x", type=TEXT),),
            result=TEXT,
            body=Block(operations=body, result="told"),
        )
    )
    body = (Call(result="up", callee="std.text.upper", args=("x",), type=TEXT),)
    functions.append(
        ComposedFunction(
            symbol="m.upper",
            params=(Param(name="x", type=TEXT),),
            result=TEXT,
            body=Block(operations=body, result="up"),
        )
    )
    exports = tuple(one.symbol for one in functions)
    return Module(name="m", stage="linked", functions=tuple(functions), entry="m.urgency", exports=exports)


def save(
    path: Path, module: Module, blobs: BlobStore, files: dict[str, Path], *, static: bool, target: str = "onnx"
) -> Path:
    refs: dict[str, BlobRef] = attachments(module, blobs)
    if static:
        folder = {name: "onnx/fp32/" if name.startswith("model.onnx") else "" for name in files}
        refs |= {f"interpreter/{folder[name]}{name}": blobs.put_file(file) for name, file in files.items()}
    digest = hashlib.sha256(files["tokenizer.json"].read_bytes()).hexdigest()
    pieces = json.loads(files["interp.json"].read_text(encoding="utf-8"))["pieces"]
    layout = hashlib.sha256(canonical.dumps(pieces).encode()).hexdigest()
    names = {"name": "small", "sha256": HASH, "tokenizer_sha256": digest, "layout_sha256": layout}
    Executable.build(module, blobs, target=target, interpreter=names, attachments=refs).save(path)
    return path
