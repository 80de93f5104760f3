"""The neural compiler's network: its first prefix is a legal one, rows do not disturb each other, gradients arrive."""

from __future__ import annotations

import pytest
import torch

from pawc.base.diagnostics import PawError
from pawc.neural.lora import linears
from pawc.neural.model import START, ModelSettings, NeuralCompiler
from pawc.neural.rows import stacked
from tests.tiny import tiny_interpreter

SMALL = ModelSettings(rank=4, alpha=8.0, program_tokens=6)


def program_tokens(architecture: str) -> list[int]:
    tokens = tiny_interpreter(architecture).tokenizer.encode(START)
    return [tokens[at % len(tokens)] for at in range(SMALL.program_tokens)]


def disturbed(compiler: NeuralCompiler) -> NeuralCompiler:
    """The compiler with adapters that do something."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for up in compiler.lora.up:
            up += 0.1 * torch.randn(up.shape, generator=generator)
    return compiler


@pytest.mark.parametrize("architecture", ["llama", "qwen3", "gemma3"])
def test_the_first_prefix_of_an_empty_head_is_the_interpreter_s_own_states(architecture: str) -> None:
    interpreter = tiny_interpreter(architecture)
    states = stacked(NeuralCompiler(interpreter, SMALL).prefixes([[]]))
    torch.testing.assert_close(states, interpreter.states(program_tokens(architecture)), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("architecture", ["llama", "qwen3"])
def test_the_first_prefix_behind_a_specification_differs_from_the_interpreter_s_states_by_a_turn_alone(
    architecture: str,
) -> None:
    interpreter = tiny_interpreter(architecture)
    compiler = NeuralCompiler(interpreter, SMALL)
    head = compiler.head("Say hello.")
    states = stacked(compiler.prefixes([head]))
    own = interpreter.states([*head, *program_tokens(architecture)])[:, :, :, len(head) :]
    torch.testing.assert_close(states[:, 1], own[:, 1], atol=1e-5, rtol=1e-4)
    # Rotary positions turn keys by their place and leave products between keys of one text as they are.
    ours, theirs = (keys @ keys.transpose(-1, -2) for keys in (states[:, 0], own[:, 0]))
    torch.testing.assert_close(ours, theirs, atol=1e-3, rtol=1e-3)
    assert not torch.allclose(states[:, 0], own[:, 0], atol=1e-3)


@pytest.mark.parametrize("architecture", ["llama", "gemma3"])
def test_a_prefix_does_not_depend_on_what_else_is_in_the_batch(architecture: str) -> None:
    compiler = disturbed(NeuralCompiler(tiny_interpreter(architecture), SMALL))
    heads = [compiler.head("Say hello."), compiler.head("Say anything at all, in as many words as you like.")]
    together = compiler.prefixes(heads)
    for row, head in enumerate(heads):
        torch.testing.assert_close(stacked(together, row), stacked(compiler.prefixes([head])), atol=1e-5, rtol=1e-4)


def test_the_prefix_depends_on_the_specification() -> None:
    compiler = NeuralCompiler(tiny_interpreter(), SMALL)
    states = compiler.prefixes([compiler.head("Say yes."), compiler.head("Say not.")])
    assert not torch.allclose(stacked(states, 0), stacked(states, 1), atol=1e-3)


def test_gradients_reach_adapters_and_program_tokens_and_nothing_else() -> None:
    compiler = disturbed(NeuralCompiler(tiny_interpreter(), SMALL))
    states = compiler.prefixes([compiler.head("Say hello.")])
    stacked(states).square().sum().backward()
    named = dict(compiler.named_parameters())
    assert named["embeddings"].grad is not None
    reached = {name for name, p in named.items() if p.grad is not None and p.grad.abs().sum() > 0}
    # What comes after the last layer's keys and values has no part in a prefix.
    last = [name for name in linears(compiler.network.model) if name.startswith("layers.2.")]
    behind = sum(not name.endswith(("k_proj", "v_proj")) for name in last)
    assert len(named) - len(reached) == 2 * behind
    assert all(not p.requires_grad and p.grad is None for p in compiler.network.model.parameters())


def test_the_network_is_as_it_was_outside_of_applied() -> None:
    interpreter = tiny_interpreter()
    before = interpreter.states(program_tokens("llama"))
    compiler = disturbed(NeuralCompiler(interpreter, SMALL))
    compiler.prefixes([compiler.head("Say hello.")])
    assert torch.equal(interpreter.states(program_tokens("llama")), before)
    with compiler.applied():
        assert not torch.equal(interpreter.states(program_tokens("llama")), before)


def test_adapters_can_be_put_on_some_layers_only() -> None:
    model = tiny_interpreter().model
    assert {name.rpartition(".")[2] for name in linears(model, ["q_proj", "v_proj"])} == {"q_proj", "v_proj"}
    assert len(linears(model, ["q_proj"])) == 3


def test_a_layer_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(PawError, match=r"P1202.*`c_attn`(.|\n)*q_proj"):
        linears(tiny_interpreter().model, ["c_attn"])


def test_a_network_with_learned_positions_needs_a_mapper() -> None:
    with pytest.raises(PawError, match=r"P1201.*learned positions"):
        NeuralCompiler(tiny_interpreter("gpt2"), SMALL)


def test_two_networks_need_a_mapper() -> None:
    with pytest.raises(PawError, match=r"P1201.*two networks"):
        NeuralCompiler(tiny_interpreter("llama"), SMALL, network=tiny_interpreter("qwen3"))


def test_a_specification_beyond_all_positions_is_refused_and_examples_that_do_not_fit_are_left_out() -> None:
    compiler = NeuralCompiler(tiny_interpreter(), SMALL)
    with pytest.raises(PawError, match=r"P1203"):
        compiler.head("word " * 400)
    head = compiler.head("Short.", [("in", "out"), ("word " * 400, "out")])
    assert head == compiler.head("Short.", [("in", "out")])
