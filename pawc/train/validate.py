"""Held-out tasks -> how often the interpreter writes exactly the right answer, for each way to ask it.

| arm     | before the input                                                    |
|---------|---------------------------------------------------------------------|
| raw     | the specification                                                   |
| fewshot | the specification and five examples                                 |
| shown   | the prefix compiled from both, then the specification and examples  |
| prefix  | the compiled prefix alone                                           |
| both    | the compiled prefix, then the specification                         |
| generic | the prefix compiled from one generic sentence, then the specification |
| program | the pseudo-program that the compiler writes                         |
| whole   | the compiled prefix, then that pseudo-program                       |

`both` against `generic` shows whether the prefix carries the specification. An answer is right where each of its
tokens is the likeliest one, which is where greedy writing gives it: no text has to be generated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch

from pawc.data.task import Task
from pawc.neural.writer import prompt, pseudo_program, write
from pawc.train import losses
from pawc.train.batches import Corpus, Function
from pawc.train.parallel import gathered
from pawc.train.phase import Job

WRITERS = {"warm", "reward", "joint"}


@torch.no_grad()
def validate(job: Job, held_out: Corpus) -> dict[str, float]:
    """The share of exact answers for every arm, a mean over tasks."""
    settings, seed = job.config.validation, job.config.seed
    functions = [
        held_out.function(task, seed, settings.examples) for task in _chosen(held_out.tasks, settings.functions)
    ]
    own = functions[job.rank :: job.world]
    found: list[tuple[str, float]] = []
    for at in range(0, len(own), settings.batch):
        found += _arms(job, own[at : at + settings.batch])
    totals: dict[str, list[float]] = {}
    for arm, value in sorted(gathered(found)):
        totals.setdefault(arm, []).append(value)
    return {arm: sum(values) / len(values) for arm, values in totals.items()}


def _chosen(tasks: Sequence[Task], count: int) -> list[Task]:
    """Tasks spread evenly over the list, which is sorted by family."""
    ordered = sorted(tasks, key=lambda task: (task.dataset, task.task))
    if len(ordered) <= count:
        return ordered
    return [ordered[at * len(ordered) // count] for at in range(count)]


def _arms(job: Job, functions: Sequence[Function]) -> list[tuple[str, float]]:
    compiler, settings = job.compiler, job.config.reward
    layout = compiler.interpreter.layout
    spec = [layout.head(function.spec) for function in functions]
    shots = [layout.head(function.spec, function.teacher) for function in functions]
    nothing: list[list[int]] = [[] for _ in functions]
    compiled = losses.prefixes_of(compiler, functions)
    informed = losses.prefixes_of(compiler, [replace(function, given=function.teacher) for function in functions])
    generic = losses.universal_prefix(compiler, len(functions))
    arms = [
        ("raw", spec, None),
        ("fewshot", shots, None),
        ("shown", shots, informed),
        ("prefix", nothing, compiled),
        ("both", spec, compiled),
        ("generic", spec, generic),
    ]
    if WRITERS & set(job.config.phases):
        made = write(compiler, [prompt(compiler, function.spec) for function in functions], limit=settings.limit)
        programs = [pseudo_program(one.text, layout, settings.budget) for one in made]
        arms += [("program", programs, None), ("whole", programs, compiled)]
    return [
        (arm, value)
        for arm, programs, prefixes in arms
        for value in losses.answers(compiler.interpreter, functions, programs, prefixes).exact.tolist()
    ]
