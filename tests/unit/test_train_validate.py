"""Held-out tasks: every arm is asked what its name says, and the share of right answers is a mean over tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from training import small, toy_job

from pawc.neural.rows import States
from pawc.runtime.interpreter import Interpreter
from pawc.train import losses
from pawc.train.batches import Function
from pawc.train.validate import validate

ARMS = {"raw", "fewshot", "shown", "prefix", "both", "generic", "program", "whole"}


def test_every_arm_is_reported_and_twice_the_same(tmp_path: Path) -> None:
    job = toy_job(tmp_path)
    figures = validate(job, job.corpus)
    assert set(figures) == ARMS
    assert validate(job, job.corpus) == figures


def test_arms_differ_in_what_stands_before_the_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = toy_job(tmp_path, small(validation={"functions": 6, "examples": 2, "batch": 4}))
    layout, plain = job.compiler.interpreter.layout, losses.answers
    asked: list[tuple[bool, str]] = []

    def answers(
        interpreter: Interpreter,
        functions: Sequence[Function],
        programs: Sequence[Sequence[int]],
        prefixes: States | None,
    ) -> losses.Answers:
        heads = {"spec": layout.head(functions[0].spec), "nothing": []}
        heads["shots"] = layout.head(functions[0].spec, functions[0].teacher)
        asked.append((prefixes is not None, next((k for k, v in heads.items() if v == programs[0]), "written")))
        found = plain(interpreter, functions, programs, prefixes)
        right = [float(function.task.labels == ("a", "b")) for function in functions]
        return replace(found, exact=torch.tensor(right))

    monkeypatch.setattr(losses, "answers", answers)
    figures = validate(job, job.corpus)
    before = [(False, "spec"), (False, "shots"), (True, "shots"), (True, "nothing"), (True, "spec"), (True, "spec")]
    before += [(False, "written"), (True, "written")]
    assert asked == before * 2  # two batches
    assert figures == dict.fromkeys(ARMS, 0.5)


def test_the_program_arm_is_left_out_where_nothing_trains_it(tmp_path: Path) -> None:
    job = toy_job(tmp_path, replace(small(), phases=("prefix",)))
    assert set(validate(job, job.corpus)) == ARMS - {"program", "whole"}
