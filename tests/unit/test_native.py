"""The native backend answers as the batch engine does anywhere: the same alone and in a batch, by the same rules."""

from __future__ import annotations

import argparse
import gc
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pawc.backends.batch import BatchEngine
from pawc.backends.cpu import CpuBackend
from pawc.backends.native import NativeBackend, NativeInt8Backend
from pawc.backends.native.interpreter import NativeInterpreter
from pawc.backends.native.machine import NativeMachine
from programs import executable, function, values
from tiny import tiny_info, tiny_interpreter, tiny_store

from pawc.base.types import TEXT, Labels, Type
from pawc.cli.options import add_engine_flag, on_engine
from pawc.driver.program import Program
from pawc.files.blobs import BlobStore
from pawc.runtime.outcome import Answer, Engine

INPUTS = [(text,) for text in ("the server is down", "lunch", "the user thanks the assistant for it", "a", "")]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tmp_path))


@pytest.mark.parametrize("kind", [NativeBackend, NativeInt8Backend])
@pytest.mark.parametrize("result", [TEXT, Labels(("immediate", "wait", "wait and see"))], ids=["text", "labels"])
def test_a_batch_gives_the_answers_of_single_calls(result: Type, kind: type[NativeBackend]) -> None:
    made = function(tiny_interpreter(), result, max_tokens=6)
    engine = kind().load(executable(made, tiny_interpreter(), BlobStore()), tiny_info())
    together = values(engine.call(made, INPUTS))
    assert together == [values(engine.call(made, [one]))[0] for one in INPUTS]
    assert len(together) == len(INPUTS)


def test_programs_of_a_process_share_one_interpreter_while_it_is_in_use() -> None:
    made = function(tiny_interpreter(), TEXT, max_tokens=6)
    kinds = (NativeBackend, NativeBackend, NativeInt8Backend)
    engines = [kind().load(executable(made, tiny_interpreter(), BlobStore()), tiny_info()) for kind in kinds]
    answers = [values(engine.call(made, INPUTS)) for engine in engines]
    assert answers[0] == answers[1]
    one, other, int8 = (weakref.ref(_interpreter(engine)) for engine in engines)
    assert one() is other() is not int8()
    del engines
    gc.collect()
    assert one() is int8() is None


def _interpreter(engine: Engine) -> NativeInterpreter:
    assert isinstance(engine, BatchEngine) and isinstance(engine.machine, NativeMachine)
    return engine.machine.interpreter


def test_calls_of_programs_that_share_an_interpreter_at_once_are_answered_as_alone() -> None:
    made = [function(tiny_interpreter(), kind, max_tokens=6) for kind in (TEXT, Labels(("immediate", "wait")))]
    engines = [NativeBackend().load(executable(one, tiny_interpreter(), BlobStore()), tiny_info()) for one in made]
    alone = [values(engine.call(one, INPUTS)) for engine, one in zip(engines, made, strict=True)]
    with ThreadPoolExecutor(4) as pool:
        calls = [(number, pool.submit(engines[number].call, made[number], INPUTS)) for number in [0, 1] * 10]
        assert all(values(call.result()) == alone[number] for number, call in calls)


def test_scores_are_those_of_torch_up_to_what_weights_of_8_bits_lose() -> None:
    made = function(tiny_interpreter(), Labels(("immediate", "wait", "wait and see")))
    program = executable(made, tiny_interpreter(), BlobStore())
    found, expected = (
        engine.load(program, tiny_info()).call(made, INPUTS) for engine in (NativeBackend(), CpuBackend())
    )
    for ours, theirs in zip(found, expected, strict=True):
        assert isinstance(ours, Answer) and isinstance(theirs, Answer)
        assert ours.scores is not None and theirs.scores is not None
        assert dict(ours.scores) == pytest.approx(dict(theirs.scores), abs=0.05)


def test_a_program_can_be_put_on_another_backend_than_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pawc.driver.program.Store", tiny_store)
    made = function(tiny_interpreter(), TEXT)
    program = Program(executable(made, tiny_interpreter(), BlobStore()))
    other = program.on("null")
    assert other.executable is program.executable
    (outcome,) = values(other.executor.stream(made.symbol, [("x",)]))
    assert outcome.code == "P0714"


@pytest.mark.parametrize(("engine", "backend"), [(None, "cpu"), ("torch", "cpu"), ("native-int8", "native-int8")])
def test_a_command_runs_a_program_on_the_engine_that_it_is_told(engine: str | None, backend: str) -> None:
    parser = argparse.ArgumentParser()
    add_engine_flag(parser)
    made = function(tiny_interpreter(), TEXT)
    program = Program(executable(made, tiny_interpreter(), BlobStore(), "cpu"))
    found = on_engine(program, parser.parse_args(["--engine", engine] if engine else []))
    assert found._backend == backend
    assert (found is program) == (engine is None)


def test_nothing_of_the_native_engine_imports_torch() -> None:
    code = "import sys, pawc.backends.native.machine; sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
