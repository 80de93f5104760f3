"""Decontamination: training tasks and dev tasks -> the training tasks without anything of dev, and what was taken out.

A task of a dev family or with a dev specification goes as a whole; of the others, the examples go whose input is one
of dev's. Texts are the same when they are equal up to case, punctuation and white space.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pawc.base.diagnostics import fail
from pawc.data.task import Task

LEAST = 8  # examples; a task left with fewer is taken out


@dataclass(frozen=True)
class Removal:
    """What was taken out of one task: all of it, or some examples; and what of dev it met."""

    task: str
    reason: str
    met: str
    examples: int
    whole: bool


@dataclass(frozen=True)
class Report:
    """How much was seen, and everything that was taken out."""

    tasks: int
    examples: int
    removals: tuple[Removal, ...]

    def __str__(self) -> str:
        whole = [removal for removal in self.removals if removal.whole]
        partly = [removal for removal in self.removals if not removal.whole]
        single = sum(part.examples for part in partly)
        lines = [
            f"{self.tasks} tasks, {self.examples} examples",
            f"taken out: {len(whole)} tasks, and {single} examples of {len(partly)} others",
        ]
        lines += [f"  {count} x {reason}" for reason, count in Counter(r.reason for r in self.removals).most_common()]
        lines += [f"  {removal.task}: {removal.reason} ({removal.met})" for removal in self.removals]
        return "\n".join(lines)


def normal(text: str) -> str:
    """A text without what does not tell texts apart: case, punctuation, white space. All punctuation stays as it is."""
    words = " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))
    return words or text.strip()


@dataclass(frozen=True)
class Dev:
    """What must not be trained on, each normalised text with the task it is of."""

    families: frozenset[str]
    specs: dict[str, str]
    inputs: dict[str, str]

    @classmethod
    def of(cls, tasks: Iterable[Task]) -> Dev:
        """Everything of some tasks."""
        every = tuple(tasks)
        return cls(
            frozenset(task.dataset for task in every),
            {normal(spec): task.task for task in every for spec in task.specs},
            {normal(given): task.task for task in every for given, _ in task.examples},
        )


def decontaminate(train: Iterable[Task], dev: Dev) -> tuple[list[Task], Report]:
    """The training tasks, in order, without anything of dev; and the report."""
    kept: list[Task] = []
    removals: list[Removal] = []
    tasks = examples = 0
    for task in train:
        tasks, examples = tasks + 1, examples + len(task.examples)
        removal, left = _check(task, dev)
        if removal:
            removals.append(removal)
        if left:
            kept.append(left)
    return kept, Report(tasks, examples, tuple(removals))


def require_clean(train: Iterable[Task], dev: Dev) -> None:
    """Refuse training tasks that hold anything of dev."""
    _, report = decontaminate(train, dev)
    if report.removals:
        first = report.removals[0]
        message = f"{len(report.removals)} training tasks hold something of the dev tasks"
        fail("P1109", message, help=f"the first: {first.task}, {first.reason} ({first.met})")


def _check(task: Task, dev: Dev) -> tuple[Removal | None, Task | None]:
    def out(reason: str, met: str) -> tuple[Removal, None]:
        return Removal(task.task, reason, met, len(task.examples), whole=True), None

    if task.dataset in dev.families:
        return out("family of dev", task.dataset)
    for spec in task.specs:
        if met := dev.specs.get(normal(spec)):
            return out("specification of dev", met)
    met_by = [dev.inputs.get(normal(given)) for given, _ in task.examples]
    clean = tuple(example for example, met in zip(task.examples, met_by, strict=True) if met is None)
    if len(clean) == len(task.examples):
        return None, task
    met = ", ".join(sorted({met for met in met_by if met}))
    if len(clean) < LEAST:
        return out(f"fewer than {LEAST} examples without inputs of dev", met)
    gone = len(task.examples) - len(clean)
    return Removal(task.task, "inputs of dev", met, gone, whole=False), replace(task, examples=clean)
