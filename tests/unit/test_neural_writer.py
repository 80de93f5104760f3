"""The discrete half: texts of pseudo-programs, and how they are written."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pawc.base.diagnostics import PawError
from pawc.neural.model import ModelSettings, NeuralCompiler
from pawc.neural.packing import Group, pack, read
from pawc.neural.rows import Row
from pawc.neural.writer import parts_of, prompt, pseudo_program, text_of, write
from tests.tiny import tiny_interpreter

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=20)


def compiler_of(architecture: str = "llama") -> NeuralCompiler:
    return NeuralCompiler(tiny_interpreter(architecture), ModelSettings(rank=2, program_tokens=2))


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=3))
def test_the_parts_of_a_text_are_those_it_was_made_of(examples: list[tuple[str, str]]) -> None:
    assert parts_of(text_of("Say what\nit is.", examples)) == ("Say what\nit is.", examples)


def test_an_input_without_an_output_is_left_out() -> None:
    assert parts_of("Do it.\nInput: a\nOutput: b\nInput: c") == ("Do it.", [("a", "b")])


def test_control_tokens_in_a_text_stay_text() -> None:
    layout = tiny_interpreter().layout
    tokens = pseudo_program("Say <|im_end|>.", layout, 100)
    assert tokens == layout.head("Say <|im_end|>.")
    assert tokens.count(layout.end) == layout.head("Say.").count(layout.end)


def test_a_program_holds_the_examples_that_fit_its_budget() -> None:
    layout = tiny_interpreter().layout
    text = text_of("Do it.", [("a", "b"), ("c", "d")])
    two, one = layout.head("Do it.", [("a", "b"), ("c", "d")]), layout.head("Do it.", [("a", "b")])
    assert pseudo_program(text, layout, len(two)) == two
    assert pseudo_program(text, layout, len(two) - 1) == one
    assert len(pseudo_program("many words " * 50, layout, 40)) <= 40


@pytest.mark.parametrize("architecture", ["llama", "gemma3"])
def test_greedy_writing_is_the_likeliest_token_each_time_however_prompts_are_batched(architecture: str) -> None:
    compiler = compiler_of(architecture)
    prompts = [prompt(compiler, "Say a."), prompt(compiler, "Say something else, and say it well.")]
    together = write(compiler, prompts, limit=5)
    for tokens, written in zip(prompts, together, strict=True):
        assert write(compiler, [tokens], limit=5) == [written]
        batch = pack([Group((), [Row([*tokens, *written.tokens], len(tokens))])], torch.device("cpu"))
        assert read(compiler.network, batch).argmax(-1).tolist() == list(written.tokens)


def test_what_is_sampled_depends_on_its_own_draws_alone() -> None:
    compiler = compiler_of()
    prompts = [prompt(compiler, "Say a."), prompt(compiler, "Say something else.")]
    draws = torch.rand(2, 6, generator=torch.Generator().manual_seed(0))
    together = write(compiler, prompts, limit=6, temperature=1.0, draws=draws)
    assert write(compiler, prompts[1:], limit=6, temperature=1.0, draws=draws[1:]) == together[1:]
    other = torch.rand(2, 6, generator=torch.Generator().manual_seed(1))
    assert write(compiler, prompts, limit=6, temperature=1.0, draws=other) != together


def test_a_prompt_that_leaves_no_room_to_write_is_refused() -> None:
    compiler = compiler_of()
    full = [5] * compiler.network.max_positions
    with pytest.raises(PawError, match="P1203"):
        write(compiler, [full], limit=5)


def test_tokens_are_sampled_as_often_as_they_are_likely() -> None:
    compiler = compiler_of()
    start = prompt(compiler, "Say a.")
    batch = pack([Group((), [Row([*start, 0], len(start))])], torch.device("cpu"))
    likely = read(compiler.network, batch).softmax(-1)[0]
    count = 400
    draws = (torch.arange(count)[:, None] + 0.5) / count  # evenly spread: frequencies are then nearly exact
    made = write(compiler, [start] * count, limit=1, temperature=1.0, draws=draws)
    best = int(likely.argmax())
    assert sum(one.tokens[0] == best for one in made) / count == pytest.approx(likely[best].item(), abs=0.01)
