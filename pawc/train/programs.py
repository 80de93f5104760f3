"""Stored programs: what the compiler writes for every task at the end of stage 1 -> `programs.jsonl`, and back.

Each line: the task, the wording and examples it was written from, its text, its tokens and how likely each was.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from pawc.base.diagnostics import fail
from pawc.data.jsonlines import read_lines, write_lines
from pawc.neural.model import NeuralCompiler
from pawc.neural.writer import prompt, target, write
from pawc.train import losses
from pawc.train.parallel import gathered
from pawc.train.phase import Job, Stored

FILE = "programs.jsonl"


@torch.no_grad()
def store(job: Job) -> dict[str, float]:
    """Write programs for all tasks, into the job and its folder; how many, and how likely a token is on average."""
    settings, tasks = job.config.programs, job.corpus.tasks
    wanted = [(task, number) for task in tasks for number in range(settings.per_task)]
    lines: list[dict[str, Any]] = []
    own = wanted[job.rank :: job.world]
    for start in range(0, len(own), settings.batch):
        lines += _written(job, own[start : start + settings.batch])
    together = gathered(lines)
    order = {task.task: number for number, task in enumerate(tasks)}
    together.sort(key=lambda line: (order[line["task"]], line["number"]))
    if job.rank == 0:
        write_lines(job.folder / FILE, together)
    job.programs = {}
    for line in together:
        job.programs.setdefault(line["task"], []).append(_stored(job.compiler, line))
    likelihoods = [value for line in together for value in line["likelihoods"]]
    return {"programs": float(len(together)), "likelihood": sum(likelihoods) / max(1, len(likelihoods))}


def read(path: Path, compiler: NeuralCompiler) -> dict[str, list[Stored]]:
    """The stored programs of a file, by task; none where there is no file."""
    found: dict[str, list[Stored]] = {}
    if path.exists():
        for line in read_lines(path):
            try:
                found.setdefault(line.value["task"], []).append(_stored(compiler, line.value))
            except (KeyError, TypeError, ValueError):
                fail("P1217", "the line is no stored program", where=line.where, help="run stage 1 again")
    return found


def _written(job: Job, wanted: Sequence[tuple[Any, int]]) -> list[dict[str, Any]]:
    config, compiler = job.config, job.compiler
    chosen = []
    for task, number in wanted:
        rng = random.Random(f"{config.seed}/programs/{task.task}/{number}")
        examples = rng.sample(task.examples, min(config.reward.given, len(task.examples)))
        given = examples if rng.random() < config.reward.given_share else []
        generator = torch.Generator().manual_seed(rng.getrandbits(62))
        draws = torch.rand(1, config.reward.limit, generator=generator)
        chosen.append((task, number, rng.choice(task.specs), given, draws))
    prompts = [prompt(compiler, spec, given) for _, _, spec, given, _ in chosen]
    draws = torch.cat([drawn for *_, drawn in chosen])
    made = write(compiler, prompts, limit=config.reward.limit, temperature=config.programs.temperature, draws=draws)
    rows = [target(compiler, tokens, one.tokens) for tokens, one in zip(prompts, made, strict=True)]
    batch, likelihoods = losses.written(compiler, rows)
    by_row: list[list[float]] = [[] for _ in rows]
    for row, value in zip(batch.row.tolist(), likelihoods.tolist(), strict=True):
        by_row[row].append(value)
    return [
        {
            "task": task.task,
            "number": number,
            "spec": spec,
            "given": given,
            "text": one.text,
            "tokens": one.tokens,
            "likelihoods": values,
        }
        for (task, number, spec, given, _), one, values in zip(chosen, made, by_row, strict=True)
    ]


def _stored(compiler: NeuralCompiler, line: Mapping[str, Any]) -> Stored:
    prompted = prompt(compiler, line["spec"], [(given, wanted) for given, wanted in line["given"]])
    row = target(compiler, prompted, [int(token) for token in line["tokens"]])
    likelihoods = tuple(float(value) for value in line["likelihoods"])
    if len(likelihoods) != len(line["tokens"]):
        raise ValueError("not one likelihood a token")
    return Stored(row, str(line["text"]), likelihoods)
