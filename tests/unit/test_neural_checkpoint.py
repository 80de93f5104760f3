"""A compiler's file: what is read is what was written, and nothing else is accepted."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import torch

from pawc.base.diagnostics import PawError
from pawc.neural import checkpoint
from pawc.neural.model import ModelSettings, NeuralCompiler
from pawc.neural.rows import stacked
from tests.compilers import random_compiler
from tests.tiny import tiny_interpreter


def prefix(compiler: NeuralCompiler) -> torch.Tensor:
    return stacked(compiler.prefixes([compiler.head("Say hello.")])).detach()


@pytest.mark.parametrize(("kind", "error"), [("float32", 0.0), ("bfloat16", 0.01), ("int8", 0.02)])
def test_a_compiler_survives_its_file(tmp_path: Path, kind: str, error: float) -> None:
    compiler = random_compiler()
    path = tmp_path / "c.safetensors"
    path.write_bytes(checkpoint.encode(compiler, kind, {"steps": 7}))
    loaded = checkpoint.load_compiler(path, tiny_interpreter())
    for one, other in zip(compiler.parameters(), loaded.parameters(), strict=True):
        assert (one - other).abs().max() <= error * one.abs().max()
    facts, _ = checkpoint.read(path)
    assert (facts.kind, facts.trained, facts.seed) == (kind, {"steps": 7}, 5)
    assert facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_compiler_with_a_mapper_survives_its_file(tmp_path: Path) -> None:
    compiler = random_compiler(mapper=6)
    path = tmp_path / "c.safetensors"
    path.write_bytes(checkpoint.encode(compiler))
    assert torch.equal(prefix(checkpoint.load_compiler(path, tiny_interpreter())), prefix(compiler))


def test_the_same_compiler_makes_the_same_bytes() -> None:
    assert checkpoint.encode(random_compiler(), "int8") == checkpoint.encode(random_compiler(), "int8")


def test_int8_takes_less_room_than_bfloat16_than_float32() -> None:
    compiler = NeuralCompiler(tiny_interpreter(), ModelSettings(rank=64, program_tokens=3))
    sizes = [len(checkpoint.encode(compiler, kind)) for kind in ("int8", "bfloat16", "float32")]
    assert sizes == sorted(sizes)


def test_an_export_beyond_what_the_package_can_carry_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "LARGEST", 1000)
    with pytest.raises(PawError, match="P1205"):
        checkpoint.export(random_compiler(), tmp_path / "c.safetensors", "int8")
    assert not (tmp_path / "c.safetensors").exists()


def test_a_compiler_of_another_interpreter_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    path.write_bytes(checkpoint.encode(random_compiler()))
    with pytest.raises(PawError, match="P1206"):
        checkpoint.load_compiler(path, tiny_interpreter("qwen3"))


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: b"", lambda data: b"\x80\x04pickle" * 9])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    path = tmp_path / "c.safetensors"
    path.write_bytes(damage(checkpoint.encode(random_compiler())))
    with pytest.raises(PawError, match="P1204"):
        checkpoint.read(path)
