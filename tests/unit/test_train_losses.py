"""Losses: they mean what they say, and they reach the compiler."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from training import toy_job

from pawc.neural.rows import stacked
from pawc.train import losses
from pawc.train.batches import Function, Shape
from pawc.train.phase import Job


def batch(job: Job, rows: int = 2) -> list[Function]:
    return job.corpus.batch(0, "test", 0, Shape(functions=3, rows=rows, given_share=0.5, given=2))


@pytest.mark.parametrize("architecture", ["llama", "qwen3"])
def test_an_answer_s_loss_behind_the_prefix_is_what_the_interpreter_says_one_by_one(
    tmp_path: Path, architecture: str
) -> None:
    job = toy_job(tmp_path, architecture=architecture)
    interpreter, functions = job.compiler.interpreter, batch(job)
    programs = [[], interpreter.layout.head("Say it."), interpreter.layout.head("Do.")]
    prefixes = losses.prefixes_of(job.compiler, functions)
    found = losses.answers(interpreter, functions, programs, prefixes)
    for number, (function, program) in enumerate(zip(functions, programs, strict=True)):
        states = stacked(prefixes, number)
        total = []
        for given, wanted in function.rows:
            query, answer = interpreter.layout.query(given), interpreter.layout.answer(wanted)
            tokens = torch.tensor([[*program, *query, *answer]])
            keys = torch.arange(states.shape[3] + tokens.shape[1])[None]
            cache = interpreter.cache(states)
            with torch.no_grad():
                logits = interpreter.forward(tokens, keys[:, states.shape[3] :], keys, cache, keep=len(answer) + 1)
            likely = logits[0, :-1].float().log_softmax(-1)
            total.append(-likely[range(len(answer)), answer].mean().item())
        assert found.loss[number].item() == pytest.approx(sum(total) / len(total), rel=1e-4)


def test_a_program_that_does_not_fit_loses_its_end_and_never_the_input(tmp_path: Path) -> None:
    job = toy_job(tmp_path)
    interpreter, functions = job.compiler.interpreter, batch(job)
    endless = [[5] * 2000] * 3
    found = losses.answers(interpreter, functions, endless, losses.prefixes_of(job.compiler, functions))
    assert found.rows.packing.positions.max() == interpreter.max_positions - 4 - 1
    assert torch.isfinite(found.loss).all()


def test_the_gradient_of_answers_reaches_adapters_and_program_tokens(tmp_path: Path) -> None:
    job = toy_job(tmp_path)
    functions = batch(job)
    losses.answers(
        job.compiler.interpreter, functions, [[]] * 3, losses.prefixes_of(job.compiler, functions)
    ).loss.sum().backward()
    assert job.compiler.embeddings.grad is not None
    assert job.compiler.embeddings.grad.abs().sum() > 0
    assert any(up.grad is not None and up.grad.abs().sum() > 0 for up in job.compiler.lora.up)


def test_distillation_is_nothing_where_the_student_is_the_teacher(tmp_path: Path) -> None:
    job = toy_job(tmp_path)
    interpreter, functions = job.compiler.interpreter, batch(job)
    heads = [interpreter.layout.head(function.spec, function.teacher) for function in functions]
    same = losses.answers(interpreter, functions, heads, None)
    assert losses.distillation(interpreter, functions, same).abs().max() < 1e-5
    other = losses.answers(interpreter, functions, [[]] * 3, None)
    assert losses.distillation(interpreter, functions, other).min() > 1e-4


def test_advantages_are_relative_to_the_group_and_none_where_all_are_equal() -> None:
    advantages = losses.group_advantages(torch.tensor([[0.0, 1.0, 0.5], [0.3, 0.3, 0.3]]))
    assert advantages[0].tolist() == pytest.approx([-1.2245, 1.2245, 0.0], abs=1e-2)
    assert advantages[1].abs().max() < 1e-3


def test_a_policy_gains_nothing_from_moving_beyond_the_clip() -> None:
    now = torch.tensor([0.5, 0.5, -0.5, -0.5], requires_grad=True)
    advantage = torch.tensor([1.0, -1.0, 1.0, -1.0])
    losses.policy_loss(now, torch.zeros(4), advantage, 0.2).sum().backward()
    assert now.grad is not None
    assert (now.grad == 0).tolist() == [True, False, False, True]
    assert now.grad[1] > 0 > now.grad[2]


def test_the_estimate_of_divergence_is_right_on_average_and_never_negative() -> None:
    generator = torch.Generator().manual_seed(0)
    then, now = (torch.randn(5, generator=generator).log_softmax(-1) for _ in range(2))
    each = losses.divergence(now, then)
    assert each.min() >= 0
    torch.testing.assert_close((then.exp() * each).sum(), (then.exp() * (then - now)).sum())
