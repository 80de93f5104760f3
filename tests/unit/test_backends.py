"""The registry of backends, what all of them refuse, and the null backend."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pawc.backends import BACKENDS, backend
from pawc.backends.base import Backend
from programs import executable, function, values
from tiny import tiny_info, tiny_interpreter

from pawc.base.diagnostics import PawError
from pawc.base.types import Labels
from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.interpreters.info import InterpreterInfo
from pawc.runtime.outcome import Answer, Failure

URGENCY = Labels(("immediate", "wait"))


def with_token(token: int) -> Executable:
    """A program that has this token, too."""
    made = function(tiny_interpreter(), URGENCY)
    assert made.program is not None
    tokens = (*made.program.tokens, token)
    return executable(replace(made, program=replace(made.program, tokens=tokens)), tiny_interpreter(), BlobStore())


@pytest.mark.parametrize("name", BACKENDS)
def test_every_backend_of_the_table_is_one(name: str) -> None:
    found = backend(name)
    assert isinstance(found, Backend)
    assert found.name == name


def test_an_unknown_backend_gets_the_nearest() -> None:
    with pytest.raises(PawError, match=r"P0713(.*\n)*.*`reference`"):
        backend("refrence")


@pytest.mark.parametrize("name", BACKENDS)
def test_every_backend_refuses_another_interpreter(name: str) -> None:
    blobs = BlobStore()
    program = executable(function(tiny_interpreter("llama"), URGENCY), tiny_interpreter("llama"), blobs)
    with pytest.raises(PawError, match=r"P0711.*tiny-llama.*tiny-qwen3.*weights"):
        backend(name).load(program, tiny_info("qwen3"))


@pytest.mark.parametrize("name", BACKENDS)
def test_every_backend_refuses_another_tokenizer(name: str) -> None:
    program = executable(function(tiny_interpreter(), URGENCY), tiny_interpreter(), BlobStore())
    with pytest.raises(PawError, match=r"P0711.*tokenizer"):
        backend(name).load(program, replace(tiny_info(), tokenizer_sha256="0" * 64))


@pytest.mark.parametrize("name", BACKENDS)
def test_every_backend_refuses_another_layout(name: str) -> None:
    program = executable(function(tiny_interpreter(), URGENCY), tiny_interpreter(), BlobStore())
    with pytest.raises(PawError, match=r"P0711.*chat layout"):
        backend(name).load(program, replace(tiny_info(), pieces={**tiny_info().pieces, "start": "x"}))


@pytest.mark.parametrize("name", BACKENDS)
def test_every_backend_refuses_tokens_that_the_interpreter_does_not_have(name: str) -> None:
    for token in (tiny_info().vocab, 2**32 - 1):
        with pytest.raises(PawError, match=r"P0711.*tokens"):
            backend(name).load(with_token(token), tiny_info())


def test_the_last_token_of_an_interpreter_is_not_refused() -> None:
    backend("null").load(with_token(tiny_info().vocab - 1), tiny_info())


@pytest.mark.parametrize("name", BACKENDS)
def test_every_backend_refuses_a_prefix_of_another_shape(name: str) -> None:
    blobs = BlobStore()
    made = function(tiny_interpreter(), URGENCY, blobs, prefix=4)
    with pytest.raises(PawError, match=r"P0711.*prefix"):
        backend(name).load(executable(made, tiny_interpreter(), blobs), replace(tiny_info(), layers=4))


@pytest.mark.parametrize("name", BACKENDS)
def test_only_targets_that_need_more_than_weights_look_for_the_interpreter(name: str) -> None:
    looked: list[str] = []

    def find() -> InterpreterInfo:
        looked.append(name)
        return tiny_info()

    backend(name).prepare(find, lambda message: None)
    assert looked == ([name] if name.startswith("onnx") else [])


@pytest.mark.parametrize("name", ["cpu", "reference"])
def test_every_real_backend_answers(name: str) -> None:
    blobs = BlobStore()
    made = function(tiny_interpreter(), URGENCY, blobs, prefix=4)
    engine = backend(name).load(executable(made, tiny_interpreter(), blobs), tiny_info())
    (answer,) = engine.call(made, [("the server is down",)])
    assert isinstance(answer, Answer)
    assert answer.value in URGENCY.names


def test_the_null_backend_runs_nothing() -> None:
    made = function(tiny_interpreter(), URGENCY)
    engine = backend("null").load(executable(made, tiny_interpreter(), BlobStore()), tiny_info())
    outcomes = engine.call(made, [("a",), ("b",)])
    assert [outcome.code for outcome in outcomes if isinstance(outcome, Failure)] == ["P0714", "P0714"]
    assert values(outcomes) == outcomes
