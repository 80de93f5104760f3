"""The mapper between a compiler of one architecture and an interpreter of another."""

from __future__ import annotations

from itertools import permutations

import pytest
import torch

from pawc.neural.mapper import SAMPLE
from pawc.neural.model import ModelSettings, NeuralCompiler
from pawc.neural.rows import stacked
from tests.tiny import tiny_interpreter

MAPPED = ModelSettings(rank=4, program_tokens=5, mapper=8)
PAIRS = [*permutations(["llama", "gpt2", "qwen3"], 2), ("gpt2", "gpt2")]


@pytest.mark.parametrize(("network", "interpreter"), PAIRS)
def test_a_mapped_prefix_has_the_interpreter_s_shape_and_size(network: str, interpreter: str) -> None:
    runs = tiny_interpreter(interpreter)
    compiler = NeuralCompiler(runs, MAPPED, network=tiny_interpreter(network))
    states = stacked(compiler.prefixes([compiler.head("Say hello.")]))
    assert states.shape == (runs.layers, 2, runs.kv_heads, 5, runs.head_dim)
    own = runs.states(runs.layout.head(SAMPLE)).square().mean((-1, -2)).sqrt()
    torch.testing.assert_close(states.square().mean((-1, -2)).sqrt(), own, rtol=0.01, atol=1e-3)


@pytest.mark.parametrize("network", ["llama", "gpt2"])
def test_a_mapped_prefix_does_not_depend_on_what_else_is_in_the_batch(network: str) -> None:
    compiler = NeuralCompiler(tiny_interpreter("qwen3"), MAPPED, network=tiny_interpreter(network))
    heads = [compiler.head("Say hello."), compiler.head("Say anything at all, in as many words as you like.")]
    together = compiler.prefixes(heads)
    torch.testing.assert_close(stacked(together), stacked(compiler.prefixes(heads[:1])), atol=1e-4, rtol=1e-3)


def test_gradients_reach_the_whole_mapper() -> None:
    compiler = NeuralCompiler(tiny_interpreter("gpt2"), MAPPED, network=tiny_interpreter("llama"))
    states = stacked(compiler.prefixes([compiler.head("Say hello.")]))
    (states * torch.randn(states.shape, generator=torch.Generator().manual_seed(0))).sum().backward()
    assert compiler.mapper is not None
    for name, parameter in compiler.mapper.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name
