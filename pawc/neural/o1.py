"""The `-O1` compiler: a specification (and examples) -> pseudo-program tokens and a prefix, by one forward pass.

Nothing is searched and nothing trained: a loaded compiler reads the function once. Deterministic: a function is
compiled alone and on one thread, so that its bytes depend on nothing but itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from pawc.neural.compiler import single_thread
from pawc.neural.model import NeuralCompiler
from pawc.neural.rows import stacked
from pawc.neural.writer import prompt, pseudo_program, write


@dataclass(frozen=True, kw_only=True)
class O1Settings:
    """What a program is made of. `program`: which tokens stand behind the prefix: none, the specification's own
    head (with the examples), or a pseudo-program that the network writes, of at most `budget` tokens."""

    program: str = "none"
    prefix: bool = True
    budget: int = 256


@torch.no_grad()
def compile_spec(
    compiler: NeuralCompiler, spec: str, examples: Sequence[tuple[str, str]] = (), settings: O1Settings | None = None
) -> tuple[tuple[int, ...], Tensor | None]:
    """The program's tokens, and its prefix `[layers, 2, kv_heads, length, head_dim]` (none where not asked for)."""
    settings = settings or O1Settings()
    layout = compiler.interpreter.layout
    with single_thread():
        tokens: list[int] = []
        if settings.program == "spec":
            tokens = layout.head(spec, examples)
        elif settings.program == "written":
            [written] = write(compiler, [prompt(compiler, spec, examples)], limit=settings.budget)
            tokens = pseudo_program(written.text, layout, settings.budget)
        states = stacked(compiler.prefixes([compiler.head(spec, examples)])) if settings.prefix else None
    return tuple(tokens), states
