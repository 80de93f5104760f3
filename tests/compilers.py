"""What tests of `-O1` share: a neural compiler with parameters unlike those it starts with, and its file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from pawc.neural import checkpoint
from pawc.neural.model import ModelSettings, NeuralCompiler
from pawc.runtime.interpreter import Interpreter
from tests.tiny import tiny_interpreter


def random_compiler(
    mapper: int = 0, interpreter: Interpreter | None = None, network: Interpreter | None = None, seed: int = 0
) -> NeuralCompiler:
    """A compiler whose every parameter was moved at random."""
    settings = ModelSettings(rank=4, program_tokens=3, mapper=mapper)
    compiler = NeuralCompiler(interpreter or tiny_interpreter(), settings, network=network, seed=5)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in compiler.parameters():
            parameter += 0.05 * torch.randn(parameter.shape, generator=generator)
    return compiler


def compiler_path(folder: Path, compiler: NeuralCompiler | None = None, **trained: Any) -> Path:
    """The file of a compiler, as `pawc train` leaves it."""
    path = folder / "compiler.safetensors"
    path.write_bytes(checkpoint.encode(compiler or random_compiler(), "int8", trained))
    return path
