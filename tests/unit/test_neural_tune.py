"""Refining a prefix by gradient steps, on tiny random interpreters."""

from __future__ import annotations

import pytest
import torch

from pawc.base.diagnostics import PawError
from pawc.neural.template import Shot, template
from pawc.neural.tune import Schedule, Tuner
from tests.tiny import ARCHITECTURES, tiny_interpreter

SHOTS = [Shot(f"item {word}", answer) for word, answer in zip("abcdefgh", "xyxyxyxy", strict=True)]
FAST = Schedule(steps=12, batch=4, learning_rate=0.05)


def tuner(architecture: str = "llama", schedule: Schedule = FAST, seed: int = 0) -> Tuner:
    return Tuner(tiny_interpreter(architecture), SHOTS, schedule, seed)


def start(architecture: str = "llama", show: tuple[int, ...] = (0, 1)):
    return template("Map it.", SHOTS, tiny_interpreter(architecture).layout, show)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_loss_falls_on_every_architecture(architecture: str) -> None:
    _, checks = tuner(architecture).run(start(architecture), range(8), held=range(8))
    assert checks[-1].loss < 0.95 * checks[0].loss


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_loss_at_step_0_is_that_of_the_conversation_read_in_one_go(architecture: str) -> None:
    interpreter = tiny_interpreter(architecture)
    shot = SHOTS[5]
    answer = interpreter.layout.answer(shot.output)
    tokens = [*start(architecture).tokens, *interpreter.layout.query(shot.input), *answer]
    with torch.no_grad():
        logits = interpreter.model(torch.tensor([tokens])).logits[0, :, : interpreter.tokenizer.vocab_size]
    wanted = torch.nn.functional.cross_entropy(logits[-len(answer) - 1 : -1], torch.tensor(answer)).item()
    assert tuner(architecture).score(start(architecture), [5]).loss == pytest.approx(wanted, rel=1e-4)


def test_an_example_does_not_see_its_own_turn_in_the_template() -> None:
    # To example 0, a template that shows only example 0 must look like one whose turn is not there to be read.
    shown, hidden = start(show=(0,)), tuner()
    other = Tuner(tiny_interpreter(), [Shot(SHOTS[0].input, "q"), *SHOTS[1:]], FAST, 0)
    changed = template("Map it.", [Shot(SHOTS[0].input, "q")], tiny_interpreter().layout, (0,))
    assert len(changed.tokens) == len(shown.tokens)
    before = hidden.score(shown, [0]).loss
    assert hidden.score(changed, [0]).loss == pytest.approx(before, rel=1e-5)
    assert other.score(changed, [1]).loss != pytest.approx(hidden.score(shown, [1]).loss, rel=1e-5)


def test_a_run_is_deterministic_and_depends_on_its_seed() -> None:
    first, again = (tuner().run(start(), range(8))[0] for _ in range(2))
    other, _ = tuner(seed=1).run(start(), range(8))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_run_that_is_cut_is_the_beginning_of_the_whole_one() -> None:
    _, checks = tuner().run(start(), range(8), held=[6])
    cut, cut_checks = tuner().run(start(), range(8), held=[6], steps=8)
    assert cut_checks == checks[:3]
    assert cut.shape[3] == len(start().tokens)


def test_zero_steps_leave_the_states_of_the_template() -> None:
    states, _ = tuner().run(start(), range(8), steps=0)
    assert torch.equal(states, tiny_interpreter().states(start().tokens).float())


def test_the_exact_share_agrees_with_what_the_interpreter_would_write() -> None:
    interpreter = tiny_interpreter()
    written = []
    for shot in SHOTS:
        tokens = [*start(show=()).tokens, *interpreter.layout.query(shot.input)]
        with torch.no_grad():
            written.append(int(interpreter.model(torch.tensor([tokens])).logits[0, -1].argmax()))
    first_right = [token == interpreter.layout.answer(s.output)[0] for token, s in zip(written, SHOTS, strict=True)]
    exact = tuner().score(start(show=()), range(8)).exact
    assert exact <= sum(first_right) / len(SHOTS)


def test_divergence_is_a_coded_error() -> None:
    with pytest.raises(PawError, match="P1002"):
        tuner(schedule=Schedule(steps=20, learning_rate=1e37, warmup=1)).run(start(), range(8))
