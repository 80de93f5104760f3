"""Curricula of instructions without demonstrations: functions by name, learned by gradient steps on their text.

Some functions get demonstrations beside their instruction; the measure is how the others do, of which only the text
was seen, when they are called by name ("programming by backprop"). Three orders:

| order        | first half                                   | second half                     |
|--------------|----------------------------------------------|---------------------------------|
| instructions | all instructions                             | all instructions                |
| proactive    | some functions: instructions, demonstrations | the others: instructions alone  |
| retroactive  | all instructions                             | some functions: demonstrations  |
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from functools import partial

import torch

from pawc.data.task import Task
from pawc.neural.packing import Group, pack, read
from pawc.neural.rows import Row, exact
from pawc.train import config, losses
from pawc.train.phase import Job, Part, Phase, Update, cut, share

SYLLABLES = ("ba", "do", "fi", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "to", "vi", "wu", "ze", "lo")


class Curriculum(Phase):
    """The adapted network learns what named functions do."""

    name = "curriculum"
    settings: config.Curriculum

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        tasks = sorted(job.corpus.tasks, key=lambda task: hashlib.sha256(task.task.encode()).digest())
        count = 0 if self.settings.order == "instructions" else round(self.settings.demonstrated * len(tasks))
        self.shown, self.told = tasks[:count], tasks[count:]

    def updates(self, step: int) -> Iterator[Update]:
        lessons = self.lessons(step)
        rows = [self._row(task, kind, step, number) for number, (task, kind) in enumerate(lessons)]
        own = rows[self.job.rank :: self.job.world]
        yield [partial(self._part, piece, len(rows)) for piece in cut(own, self.settings.micro)]

    def lessons(self, step: int) -> list[tuple[Task, str]]:
        """What a step teaches: functions, each with `text` or `example`."""
        settings = self.settings
        rng = random.Random(f"{self.job.config.seed}/{self.name}/{step}")
        second = step >= settings.steps // 2
        every = [*self.shown, *self.told]
        pools = {
            "instructions": ((every, "text"),),
            "proactive": ((self.told, "text"),) if second else ((self.shown, "text"), (self.shown, "example")),
            "retroactive": ((self.shown, "example"),) if second else ((every, "text"),),
        }[settings.order]
        usable = [(pool, kind) for pool, kind in pools if pool] or [(every, "text")]
        return [
            (rng.choice(pool), kind)
            for pool, kind in (usable[number % len(usable)] for number in range(settings.functions))
        ]

    def finish(self) -> dict[str, float]:
        """How exactly functions answer by name: those that were demonstrated, those that were only told."""
        return {
            name: self._score(tasks) for name, tasks in (("demonstrated", self.shown), ("told", self.told)) if tasks
        }

    @torch.no_grad()
    def _score(self, tasks: Sequence[Task]) -> float:
        compiler, validation = self.job.compiler, self.job.config.validation
        right: list[float] = []
        for task in tasks[: validation.functions]:
            # The last examples: demonstrations are drawn from the others.
            asked = task.examples[_demonstrations(task) :][: validation.examples]
            rows = [self._asked(task, given, wanted) for given, wanted in asked]
            batch = pack([Group((), [row]) for row in rows], compiler.network.device)
            with compiler.applied():
                right.append(exact(read(compiler.network, batch), batch).mean().item())
        return sum(right) / len(right)

    def _row(self, task: Task, kind: str, step: int, number: int) -> Row:
        rng = random.Random(f"{self.job.config.seed}/{self.name}/{step}/{number}")
        if kind == "example":
            return self._asked(task, *rng.choice(task.examples[: _demonstrations(task)]))
        layout = self.job.compiler.network.layout
        question = [*layout.head(""), *layout.query(f"What does the function {called(task)} do?")]
        return Row([*question, *layout.answer(rng.choice(task.specs))], len(question))

    def _asked(self, task: Task, given: str, wanted: str) -> Row:
        layout = self.job.compiler.network.layout
        question = [*layout.head(f"Carry out the function {called(task)}."), *layout.query(given)]
        return Row([*question, *layout.answer(wanted)], len(question))

    def _part(self, rows: Sequence[Row], total: int) -> Part:
        batch, likelihoods = losses.written(self.job.compiler, rows)
        loss = -batch.means(likelihoods)
        return Part(loss.sum() / total, share({"loss": loss}, len(rows)))


def called(task: Task) -> str:
    """The name of a function: made of syllables, so that it says nothing about what the function does."""
    digest = hashlib.sha256(task.task.encode()).digest()
    return "".join(SYLLABLES[byte % len(SYLLABLES)] for byte in digest[:5])


def _demonstrations(task: Task) -> int:
    """How many of a task's examples may be demonstrated; the rest is for asking."""
    return max(1, len(task.examples) // 2)
