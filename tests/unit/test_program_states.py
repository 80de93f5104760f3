"""Program states: computed once, kept on disk, and never wrong because of what is there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from pawc.backends import program_states
from pawc.backends.program_states import WORTH_KEEPING, ProgramStates, States
from pawc.backends.torch_machine import TorchMachine
from programs import function, random_prefix
from tiny import tiny_interpreter

from pawc.base.types import TEXT
from pawc.files.blobs import BlobStore
from pawc.files.quantization import dequantize
from pawc.ir.nodes import Program
from pawc.runtime.interpreter import Interpreter

INTERPRETER = tiny_interpreter()
BLOBS = BlobStore()


def program(prefix: int = 0, tokens: int = 80) -> Program:
    made = function(INTERPRETER, TEXT, BLOBS, prefix=prefix).program
    assert made is not None
    return replace(made, tokens=tuple(range(5, 5 + tokens)))


def compute(tokens: Sequence[int], prefix: States | None) -> States:
    past = None if prefix is None else torch.from_numpy(prefix)
    states: States = INTERPRETER.states(tokens, past).numpy()
    return states


def read(folder: Path, made: Program, *facts: str) -> States:
    prefix = None if made.prefix is None else dequantize(made.prefix, BLOBS)
    return ProgramStates(facts, compute, folder).get(made, prefix)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many tokens the interpreter was made to read, each time."""
    seen: list[int] = []
    states = Interpreter.states

    def counted(self: Interpreter, tokens: tuple[int, ...], past: torch.Tensor | None = None) -> torch.Tensor:
        seen.append(len(tokens))
        return states(self, tokens, past)

    monkeypatch.setattr(Interpreter, "states", counted)
    return seen


def test_states_are_the_prefix_and_then_the_tokens_behind_it(tmp_path: Path) -> None:
    made = program(prefix=6)
    assert made.prefix is not None
    prefix = dequantize(made.prefix, BLOBS)
    states = read(tmp_path, made)
    assert np.array_equal(states[:, :, :, :6], prefix)
    assert np.array_equal(states[:, :, :, 6:], compute(made.tokens, prefix))


def test_a_program_without_tokens_is_its_prefix(tmp_path: Path) -> None:
    made = program(prefix=6, tokens=0)
    assert read(tmp_path, made).shape[3] == 6


def test_the_next_process_reads_them_from_disk(tmp_path: Path, reads: list[int]) -> None:
    made = program()
    first = read(tmp_path, made)
    assert reads == [80]
    assert np.array_equal(read(tmp_path, made), first)
    assert reads == [80]


def test_few_tokens_are_not_worth_a_file(tmp_path: Path) -> None:
    read(tmp_path, program(tokens=WORTH_KEEPING - 1))
    assert not list(tmp_path.iterdir())


def test_one_process_asks_once(reads: list[int]) -> None:
    machine = TorchMachine(INTERPRETER, BLOBS)
    short = program(tokens=WORTH_KEEPING - 1)
    assert machine.states(short) is machine.states(short)
    assert reads == [WORTH_KEEPING - 1]


@pytest.mark.parametrize("change", ["tokens", "prefix", "facts"])
def test_another_program_has_other_states(tmp_path: Path, reads: list[int], change: str) -> None:
    made = program(prefix=6)
    read(tmp_path, made)
    reads.clear()
    if change == "tokens":
        read(tmp_path, replace(made, tokens=made.tokens[::-1]))
    elif change == "prefix":
        read(tmp_path, replace(made, prefix=random_prefix(INTERPRETER, 7, BLOBS)))
    else:
        read(tmp_path, made, "another number format")
    assert 80 in reads


@pytest.mark.parametrize("content", [b"", b"\xff" * 100, b"half"])
def test_a_damaged_file_is_written_anew(tmp_path: Path, content: bytes) -> None:
    made = program()
    expected = read(tmp_path, made)
    (file,) = tmp_path.glob("*.npy")
    file.write_bytes(content)
    assert np.array_equal(read(tmp_path, made), expected)
    assert len(file.read_bytes()) > 100


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert read(blocked, program()).shape[3] == 80


def test_the_states_that_were_not_used_longest_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [program(tokens=80 + index) for index in range(4)]
    read(tmp_path, made[0])
    (oldest,) = tmp_path.glob("*.npy")
    size = oldest.stat().st_size
    os.utime(oldest, (1, 1))
    monkeypatch.setattr(program_states, "MOST_BYTES", 3 * size)
    read(tmp_path, made[1])
    assert oldest.exists()
    read(tmp_path, made[2])
    assert not oldest.exists()
    assert len(list(tmp_path.glob("*.npy"))) == 2
