"""Steps of fixed shape, on the CPU: logits and answers of the plain machine, whatever is rounded up or reused."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from pawc.backends.batch import BatchEngine
from pawc.backends.reading import Reading
from pawc.backends.static_machine import StaticMachine
from pawc.backends.static_steps import StaticSteps, Step, rounded
from pawc.backends.torch_machine import TorchLogits, TorchMachine
from programs import function
from test_batch import KINDS, inputs
from tiny import ARCHITECTURES, tiny_info, tiny_interpreter

from pawc.base.types import TEXT, Type
from pawc.files.blobs import BlobStore
from pawc.ir.nodes import Program
from pawc.runtime import positions
from pawc.runtime.interpreter import Interpreter

FLOAT32 = torch.float32


def machines(
    architecture: str, dtype: torch.dtype = FLOAT32, **options: Any
) -> tuple[StaticMachine, TorchMachine, BlobStore]:
    """A static machine and a plain one, on copies of one interpreter."""
    blobs = BlobStore()
    static = StaticMachine(StaticSteps(_copy(architecture, dtype), **options), blobs)
    return static, TorchMachine(tiny_interpreter(architecture, dtype), blobs), blobs


@cache
def _copy(architecture: str, dtype: torch.dtype) -> Interpreter:
    """An interpreter that nobody else uses: a static machine exchanges its attention for good."""
    return Interpreter.of(tiny_info(architecture), dtype)


def program(machine: TorchMachine, blobs: BlobStore, prefix: int = 20) -> Program:
    made = function(machine.interpreter, TEXT, blobs, prefix=prefix).program
    assert made is not None
    return made


def alike(one: Reading, other: Reading, new: dict[int, Sequence[int]]) -> bool:
    """Whether both give the same logits after the next tokens."""
    found, wanted = one.read(new), other.read(new)
    assert isinstance(found, TorchLogits)
    assert isinstance(wanted, TorchLogits)
    return torch.allclose(found.values, wanted.values, atol=2e-4, rtol=1e-4)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_logits_are_those_of_the_plain_machine_while_rows_leave_and_memory_grows(architecture: str) -> None:
    static, plain, blobs = machines(architecture)
    made = program(plain, blobs)
    one, other = (machine.reading(made, 5) for machine in (static, plain))
    chance = np.random.default_rng(0)
    rows = list(range(5))
    for step in range(12):
        if step in (3, 4, 8):
            rows.pop(step % len(rows))
        new = {row: chance.integers(5, 200, chance.integers(1, 17)).tolist() for row in rows}
        assert alike(one, other, new), f"step {step}"


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_batch_does_not_see_what_the_one_before_it_left(architecture: str) -> None:
    static, plain, blobs = machines(architecture)
    for prefix in (100, 3):
        made = program(plain, blobs, prefix)
        one, other = (machine.reading(made, 3) for machine in (static, plain))
        for length in (30, 1, 2):
            assert alike(one, other, {row: list(range(9, 9 + length + row)) for row in range(3)})


def test_long_inputs_are_taken_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    static, plain, blobs = machines("gemma3")
    made = program(plain, blobs)
    one, other = static.reading(made, 2), plain.reading(made, 2)
    monkeypatch.setattr("pawc.backends.static_machine.PIECE", 16)
    assert alike(one, other, {0: list(range(5, 75)), 1: list(range(30, 50))})
    assert positions.PIECE > 70, "the plain one read it at once"


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_answers_are_those_of_the_plain_machine(architecture: str, kind: Type) -> None:
    static, plain, blobs = machines(architecture)
    made = function(plain.interpreter, kind, blobs, prefix=20, max_tokens=7)
    asked = inputs(6, longest=12)
    found, wanted = (
        BatchEngine(lambda machine=machine: machine, rows=3).call(made, asked) for machine in (static, plain)
    )
    assert [(type(a), getattr(a, "value", None)) for a in found] == [
        (type(a), getattr(a, "value", None)) for a in wanted
    ]


def test_a_shape_is_recorded_when_it_comes_again_and_then_replayed() -> None:
    recorded: list[Step] = []
    replays: list[int] = []

    def record(step: Step) -> Step:
        recorded.append(step)

        def replay() -> torch.Tensor:
            replays.append(1)
            return step()

        return replay

    static, plain, blobs = machines("llama", record=record)
    made = program(plain, blobs)
    one, other = static.reading(made, 2), plain.reading(made, 2)
    assert all(alike(one, other, {0: [7 + step], 1: [9]}) for step in range(4))
    assert (len(recorded), len(replays)) == (1, 3)


def test_what_was_recorded_reads_the_memory_that_later_batches_use() -> None:
    static, plain, blobs = machines("llama", record=lambda step: step)  # as a graph: bound to its memory for good
    made = program(plain, blobs)
    assert static._steps.cache(1, 64) is static._steps.cache(1, 64)
    for start in (7, 30, 50):
        one, other = static.reading(made, 2), plain.reading(made, 2)
        assert all(alike(one, other, {0: [start + step], 1: [9 + start]}) for step in range(4))
        assert alike(one, other, {1: [5]})  # a row leaves


def test_memory_that_was_not_used_for_long_is_let_go() -> None:
    static, plain, blobs = machines("llama", most_bytes=0)
    made = program(plain, blobs)
    for rows in (1, 2, 4, 8, 1):
        one, other = static.reading(made, rows), plain.reading(made, rows)
        assert alike(one, other, {row: [5, 6, 7] for row in range(rows)})
    assert len(static._steps._caches) == 2


def test_in_16_bits_a_batch_decides_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    static, _, blobs = machines("qwen3", torch.bfloat16)
    for name in ("next", "scores"):
        monkeypatch.setattr(f"pawc.backends.reader.Reader.{name}", lambda *_: pytest.fail("somebody was asked"))
    for kind in KINDS[:6]:
        made = function(static.interpreter, kind, blobs, prefix=20, max_tokens=7)
        assert len(BatchEngine(lambda: static).call(made, inputs(5))) == 5


def test_sizes_are_rounded_up_by_less_than_half() -> None:
    assert [rounded(number) for number in (1, 2, 3, 5, 7, 9, 13, 17, 25)] == [1, 2, 3, 6, 8, 12, 16, 24, 32]
    assert [rounded(number, 64) for number in (0, 1, 64, 65, 97, 129)] == [64, 64, 64, 96, 128, 192]
    assert all(number <= rounded(number) < 1.5 * number + 1 for number in range(1, 2000))
