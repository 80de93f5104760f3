"""The quickest engine of an interpreter: native where that can be, else torch; and both answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from pawc.backends.batch import BatchEngine
from pawc.backends.native.machine import NativeMachine
from pawc.backends.quickest import quickest
from pawc.backends.torch_machine import TorchMachine
from programs import function, values
from tiny import tiny_info, tiny_interpreter

from pawc.base.diagnostics import PawError
from pawc.base.types import TEXT


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAWC_CACHE_DIR", str(tmp_path))


@pytest.mark.parametrize(
    ("architecture", "machine"), [("llama", NativeMachine), ("qwen2", NativeMachine), ("gpt2", TorchMachine)]
)
def test_an_interpreter_gets_the_quickest_engine_that_runs_it(architecture: str, machine: type) -> None:
    engine = quickest(tiny_info(architecture))
    assert isinstance(engine, BatchEngine) and isinstance(engine.machine, machine)
    made = function(tiny_interpreter(architecture), TEXT, max_tokens=4)
    assert all(isinstance(value, str) for value in values(engine.call(made, [("a",), ("the user",)])))


def test_without_a_compiler_torch_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    monkeypatch.setattr("pawc.backends.native.library._engine", _uncompiled)
    engine = quickest(tiny_info())
    assert isinstance(engine, BatchEngine) and isinstance(engine.machine, TorchMachine)


def _uncompiled() -> None:
    from pawc.backends.native.compiling import library

    library()


def test_other_faults_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        from pawc.base.diagnostics import fail

        fail("P0712", "damaged")

    monkeypatch.setattr("pawc.backends.native.NativeBackend.machine", refuse)
    with pytest.raises(PawError, match="P0712"):
        _ = quickest(tiny_info()).machine  # type: ignore[attr-defined]
