"""The phases: each learns what it is to learn, on toy problems and a tiny interpreter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from training import small, toy_job

from pawc.base.diagnostics import PawError
from pawc.driver.console import Console
from pawc.neural.writer import parts_of
from pawc.train import programs
from pawc.train.batches import Function, Shape
from pawc.train.config import STAGES
from pawc.train.curriculum import Curriculum, called
from pawc.train.loop import Driver
from pawc.train.phase import Job, Phase
from pawc.train.run import PHASES
from pawc.train.saving import METRICS
from pawc.train.stage1 import Reward, Warm
from pawc.train.stage2 import Prefix
from pawc.train.stage3 import Joint


def run(phase: Phase) -> list[dict[str, Any]]:
    """The metrics of the phase's steps."""
    assert Driver(phase.job, Console(quiet=True)).run(phase, None)
    lines = (phase.job.folder / METRICS).read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["phase"] == phase.name and "loss" in row]


def test_warm_up_teaches_to_write_the_task_in_another_wording_and_examples_of_it(tmp_path: Path) -> None:
    phase = Warm(toy_job(tmp_path, small(warm={"steps": 12, "learning_rate": 0.02})))
    [function] = phase.job.corpus.batch(0, "warm", 0, Shape(functions=1, rows=2))
    row = phase.row(function, 0)
    layout = phase.job.compiler.network.layout
    assert row.tokens[-1] == layout.end
    task, examples = parts_of(layout.tokenizer.decode(list(row.tokens[row.asked : -1])))
    assert task in function.task.specs
    assert set(examples) <= set(function.task.examples)
    assert len(examples) == 2
    rows = run(phase)
    assert rows[-1]["loss"] < rows[0]["loss"] - 0.3


class Brevity(Reward):
    """A toy problem: a program is worth the more the shorter its task is."""

    def score(self, functions: Sequence[Function], programs: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        bare = len(self.job.compiler.interpreter.layout.head(""))
        found = torch.tensor([-(len(program) - bare) / 10 for program in programs]).view(len(functions), -1)
        return found, found


@pytest.mark.slow
def test_the_reward_of_grpo_rises_on_a_toy_problem(tmp_path: Path) -> None:
    settings = {"steps": 36, "functions": 2, "candidates": 12, "limit": 8, "learning_rate": 0.03, "kl": 0.0}
    rows = run(Brevity(toy_job(tmp_path, small(reward=settings))))
    first, last = (sum(row["reward"] for row in part) / 6 for part in (rows[:6], rows[-6:]))
    assert last > first + 0.2


def test_grpo_draws_the_same_candidates_however_functions_are_cut_into_pieces(tmp_path: Path) -> None:
    whole, cut = (
        Reward(
            toy_job(
                tmp_path,
                small(reward={"functions": 4, "micro": micro, "learning_rate": 0.0}, programs={"batch": batch}),
            )
        )
        for micro, batch in ((0, 64), (1, 3))
    )
    losses = []
    for phase in (whole, cut):
        [first, _] = phase.updates(0)
        losses.append(sum(part().loss.item() for part in first))
    assert losses[0] == pytest.approx(losses[1], abs=1e-6)


def test_one_update_a_sampling_learns_what_the_first_of_two_learns(tmp_path: Path) -> None:
    gradients = []
    for updates in (1, 2):
        phase = Reward(toy_job(tmp_path, small(reward={"functions": 2, "updates": updates})))
        first = next(phase.updates(0))
        for part in first:
            part().loss.backward()  # type: ignore[no-untyped-call]
        gradients.append(torch.cat([p.grad.flatten() for p in phase.job.compiler.lora.up if p.grad is not None]))
    assert gradients[0].abs().sum() > 0
    torch.testing.assert_close(*gradients)


def test_the_prefix_s_loss_falls(tmp_path: Path) -> None:
    rows = run(Prefix(toy_job(tmp_path, small(prefix={"steps": 12, "distil": 0.0}))))
    assert rows[-1]["loss"] < rows[0]["loss"] - 0.5


def test_the_prefix_phase_refuses_to_start_without_the_programs_it_is_to_use(tmp_path: Path) -> None:
    for settings in ({"program_share": 0.2}, {"drift": 0.1}):
        with pytest.raises(PawError, match="P1217"):
            Prefix(toy_job(tmp_path, small(prefix=settings)))


def stored(tmp_path: Path, **prefix: Any) -> Job:
    job = toy_job(tmp_path, small(prefix=prefix))
    programs.store(job)
    return job


def test_stored_programs_are_read_as_they_were_written(tmp_path: Path) -> None:
    job = stored(tmp_path)
    assert programs.read(tmp_path / programs.FILE, job.compiler) == job.programs
    assert set(job.programs) == {task.task for task in job.corpus.tasks}


def test_a_damaged_stored_program_is_refused_with_its_line(tmp_path: Path) -> None:
    job = stored(tmp_path)
    path = tmp_path / programs.FILE
    path.write_text(path.read_text(encoding="utf-8").replace('"tokens"', '"tokns"', 1), encoding="utf-8")
    with pytest.raises(PawError, match=r"P1217(.|\n)*jsonl:1"):
        programs.read(path, job.compiler)


def test_drift_is_nothing_at_first_and_a_weight_on_it_keeps_it_small(tmp_path: Path) -> None:
    free = run(Prefix(stored(tmp_path / "free", steps=10, program_share=0.5)))
    held = run(Prefix(stored(tmp_path / "held", steps=10, program_share=0.5, drift=20.0)))
    assert free[0]["drift"] == pytest.approx(0.0, abs=1e-6)
    assert 0 < held[-1]["drift"] < 0.5 * free[-1]["drift"]


def test_the_joint_phase_trains_both_halves(tmp_path: Path) -> None:
    job = toy_job(tmp_path, small(joint={"steps": 2, "learning_rate": 0.01}))
    before = job.compiler.embeddings.detach().clone(), job.compiler.lora.up[0].detach().clone()
    rows = run(Joint(job))
    assert {"reward", "supervised", "kl"} <= rows[0].keys()
    assert not torch.equal(job.compiler.embeddings, before[0])
    assert not torch.equal(job.compiler.lora.up[0], before[1])


@pytest.mark.parametrize(
    ("order", "first", "second"),
    [
        ("instructions", {("told", "text")}, {("told", "text")}),
        ("proactive", {("shown", "text"), ("shown", "example")}, {("told", "text")}),
        ("retroactive", {("shown", "text"), ("told", "text")}, {("shown", "example")}),
    ],
)
def test_a_curriculum_teaches_in_its_order(
    tmp_path: Path, order: str, first: set[tuple[str, str]], second: set[tuple[str, str]]
) -> None:
    settings = {"steps": 8, "functions": 12, "order": order, "warmup": 1}
    phase = Curriculum(toy_job(tmp_path, small(curriculum=settings)))
    kinds = {
        half: {
            ("shown" if task in phase.shown else "told", kind) for step in steps for task, kind in phase.lessons(step)
        }
        for half, steps in (("first", range(4)), ("second", range(4, 8)))
    }
    assert kinds == {"first": first, "second": second}


def test_a_curriculum_learns_and_reports_how_functions_do_that_were_only_told(tmp_path: Path) -> None:
    settings = {"steps": 12, "functions": 6, "order": "proactive", "warmup": 1, "learning_rate": 0.02}
    phase = Curriculum(toy_job(tmp_path, small(curriculum=settings)))
    rows = run(phase)
    assert rows[5]["loss"] < rows[0]["loss"]
    assert set(phase.finish()) == {"demonstrated", "told"}


def test_the_names_of_functions_differ_and_do_not_give_them_away(tmp_path: Path) -> None:
    tasks = toy_job(tmp_path).corpus.tasks
    assert len({called(task) for task in tasks}) == len(tasks)
    assert not any("toy" in called(task) for task in tasks)


def test_every_phase_of_the_configuration_can_be_run() -> None:
    assert set(PHASES) == set(STAGES)
