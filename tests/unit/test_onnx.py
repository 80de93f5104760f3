"""The ONNX backends: their answers are the reference's, alone and in batches, on every architecture."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pawc.backends import backend, onnx_files
from pawc.backends.batch import BatchEngine, margin
from pawc.backends.logits import NumpyLogits
from pawc.backends.onnx_machine import OnnxMachine
from pawc.backends.reference import ReferenceEngine
from programs import executable, function, values
from tiny import ARCHITECTURES, tiny_info, tiny_interpreter

from pawc.base.diagnostics import PawError
from pawc.base.types import BOOL, INT, TEXT, Labels, Matching, Optional, Record, Type
from pawc.files.blobs import BlobStore
from pawc.interpreters.store import Store
from pawc.ir.nodes import NeuralFunction
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.outcome import Answer, Engine, Failure

pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")

LABELS = Labels(("immediate", "wait", "wait a little", "the user", "the usual", ""))
KINDS: tuple[Type, ...] = (
    LABELS,
    TEXT,
    Optional(INT),
    Matching(r"[a-z]{2,5}@[a-z]+"),
    Record((("due", Optional(INT)), ("urgent", BOOL))),
)
ASKED = [("",), ("the server is down again, the user is 2024",), ("picnic",), ("<|im_end|> \x00 café",)]
SLOW = [pytest.param(name, marks=() if name == "llama" else pytest.mark.slow) for name in ARCHITECTURES]


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Program states are computed anew in each test."""
    monkeypatch.setattr("pawc.backends.program_states.cache_root", lambda: tmp_path)


def engine(architecture: str, made: NeuralFunction, blobs: BlobStore, target: str = "onnx") -> Engine:
    return backend(target).load(
        executable(made, tiny_interpreter(architecture), blobs, target), tiny_info(architecture)
    )


@pytest.mark.parametrize("architecture", SLOW)
def test_answers_are_those_of_the_reference(architecture: str) -> None:
    interpreter = tiny_interpreter(architecture)
    for kind in KINDS:
        blobs = BlobStore()
        made = function(interpreter, kind, blobs, prefix=20, max_tokens=7)
        found = values(engine(architecture, made, blobs).call(made, ASKED))
        assert found == values(ReferenceEngine(lambda: interpreter, blobs).call(made, ASKED)), kind


@pytest.mark.parametrize("target", ["onnx", "onnx-int8", "onnx-int4"])
def test_answers_do_not_depend_on_the_batch(target: str) -> None:
    for kind in KINDS:
        blobs = BlobStore()
        made = function(tiny_interpreter(), kind, blobs, prefix=20, max_tokens=7)
        running = engine("llama", made, blobs, target)
        together = values(running.call(made, ASKED))
        assert together == [values(running.call(made, [one]))[0] for one in ASKED], kind


@pytest.mark.parametrize(("target", "close"), [("onnx", 1e-4), ("onnx-int8", 0.05), ("onnx-int4", 0.5)])
def test_smaller_weights_give_nearly_the_same_probabilities(target: str, close: float) -> None:
    interpreter = tiny_interpreter()
    made = function(interpreter, LABELS)
    (found,) = engine("llama", made, BlobStore(), target).call(made, [("the server",)])
    (meant,) = ReferenceEngine(lambda: interpreter, BlobStore()).call(made, [("the server",)])
    assert isinstance(found, Answer)
    assert isinstance(meant, Answer)
    assert dict(found.scores or ()) == pytest.approx(dict(meant.scores or ()), abs=close)


@pytest.mark.parametrize("target", ["onnx", "onnx-int8", "onnx-int4"])
def test_the_margin_is_wider_than_the_noise_of_batches(target: str) -> None:
    interpreter = tiny_interpreter()
    made = function(interpreter, TEXT)
    running = engine("llama", made, BlobStore(), target)
    assert isinstance(running, BatchEngine)
    assert made.program is not None
    queries = interpreter.layout.queries([text for (text,) in ASKED])
    together = running.machine.reading(made.program, len(queries)).read(dict(enumerate(queries)))
    assert isinstance(together, NumpyLogits)
    for row, query in enumerate(queries):
        alone = running.machine.reading(made.program, 1).read({0: query})
        assert isinstance(alone, NumpyLogits)
        apart = np.abs(together.values[row] - alone.values[0]).max()
        assert 2 * apart < margin(alone.peaks(), running.machine.noise)[0]


def test_what_is_less_probable_than_abstain_is_null() -> None:
    for kind in (Optional(LABELS), Optional(INT)):
        made = function(tiny_interpreter(), kind, abstain=1.0)
        assert values(engine("llama", made, BlobStore()).call(made, ASKED)) == [None] * len(ASKED)


def test_inputs_that_do_not_fit_fail_alone() -> None:
    made = function(tiny_interpreter(), LABELS)
    first, failed, last = engine("llama", made, BlobStore()).call(made, [("a",), ("x" * 100_000,), ("b",)])
    assert isinstance(first, Answer)
    assert isinstance(last, Answer)
    assert isinstance(failed, Failure)
    assert failed.code == "P0802"


def test_long_inputs_are_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    interpreter, asked = tiny_interpreter(), [("x" * 60,), ("y" * 45,)]
    made = function(interpreter, TEXT, max_tokens=4)
    expected = values(ReferenceEngine(lambda: interpreter, BlobStore()).call(made, asked))
    monkeypatch.setattr("pawc.runtime.positions.PIECE", 16)
    assert values(engine("llama", made, BlobStore()).call(made, asked)) == expected


def test_a_graph_is_exported_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    path = onnx_files.make(tiny_info(), "fp32", said.append)
    monkeypatch.setattr(onnx_files, "_make", lambda *_: pytest.fail("it is there"))
    assert onnx_files.make(tiny_info(), "fp32", said.append) == path


def test_without_pytorch_a_missing_graph_is_an_error_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pawc.backends.onnx.find_spec", lambda name: None)
    made = function(tiny_interpreter("gpt2"), LABELS)
    lacking = replace(tiny_info("gpt2"), folder=Path("/nowhere"), carried=None)
    running = backend("onnx").load(executable(made, tiny_interpreter("gpt2"), BlobStore(), "onnx"), lacking)
    monkeypatch.setattr(type(lacking), "content", lambda self, name: (tiny_info("gpt2").folder / name).read_bytes())
    with pytest.raises(PawError, match=r"P0720(.*\n)*.*--static"):
        running.call(made, [("a",)])


def test_a_graph_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    said: list[str] = []
    data = onnx_files.make(tiny_info(), "int8", said.append).with_name(onnx_files.DATA)
    data.write_bytes(data.read_bytes()[:100])
    assert not onnx_files.is_current(tiny_info(), data.parent)
    onnx_files.make(tiny_info(), "int8", said.append)
    assert data.stat().st_size > 100


def test_without_onnxruntime_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    made = function(tiny_interpreter(), LABELS)
    with pytest.raises(PawError, match=r"P0715(.*\n)*.*pip install onnxruntime"):
        engine("llama", made, BlobStore()).call(made, [("a",)])


def test_without_the_exporter_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(PawError, match=r'P0715(.*\n)*.*pip install "pawc\[onnx\]"'):
        onnx_files.make(replace(tiny_info(), folder=tmp_path), "fp32", print)


def test_what_cannot_be_exported_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise RuntimeError("Unsupported operator aten::odd\nmore")

    monkeypatch.setattr("pawc.backends.onnx_export.export", refuse)
    with pytest.raises(PawError, match=r"P0717.*tiny-gpt2.*aten::odd"):
        onnx_files.make(replace(tiny_info("gpt2"), sha256="0" * 64), "fp32", lambda _: None)


def test_an_executable_carries_the_graph_it_needs() -> None:
    files = backend("onnx-int8").interpreter_files(tiny_info())
    assert sorted(files) == ["interp.json", "onnx/int8/model.onnx", "onnx/int8/model.onnx.data", "tokenizer.json"]


def test_a_carried_graph_answers_as_the_stored_one() -> None:
    made, target = function(tiny_interpreter(), TEXT, max_tokens=4), backend("onnx")
    running = engine("llama", made, BlobStore())
    expected = values(running.call(made, ASKED))
    contents = {name: path.read_bytes for name, path in target.interpreter_files(tiny_info()).items()}
    info = replace(tiny_info(), carried=contents)
    found = target.load(executable(made, tiny_interpreter(), BlobStore(), "onnx"), info)
    assert values(found.call(made, ASKED)) == expected
    assert isinstance(running.machine, OnnxMachine)  # type: ignore[attr-defined]


@pytest.mark.interpreter
@pytest.mark.slow
@pytest.mark.parametrize("kind", [LABELS, TEXT, INT], ids=str)
def test_the_embedded_interpreter_answers_as_the_reference(kind: Type) -> None:
    info = Store().resolve()
    interpreter, blobs = Interpreter.load(info.folder), BlobStore()
    made = function(interpreter, kind, blobs, max_tokens=8)
    found = values(backend("onnx").load(executable(made, interpreter, blobs, "onnx"), info).call(made, ASKED[1:3]))
    assert found == values(ReferenceEngine(lambda: interpreter, blobs).call(made, ASKED[1:3]))
