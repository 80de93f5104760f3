"""What is evaluated: files of tasks (JSON lines) or of sources (`.paw`) -> functions with examples and tests.

Which examples are tests depends on the name of a task alone: neither on the seed nor on any result.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pawc.base.diagnostics import fail
from pawc.base.types import TEXT, Labels, Type, render, thaw
from pawc.data.task import Task, read_tasks
from pawc.driver.project import Project
from pawc.ir.nodes import Example, NeuralFunction, Param

EXAMPLES = 16
"""A program may be made from so many examples of a task; the others are its tests."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A function without a program. `kind` is the type to constrain answers to; none where any text will do."""

    name: str
    function: NeuralFunction
    kind: Type | None
    tests: tuple[tuple[tuple[object, ...], str], ...]


def subjects(paths: Sequence[Path], *, limit: int = 0, tests: int = 50, seed: int = 0) -> list[Subject]:
    """The functions of all files that have tests: `limit` of them, drawn by the seed (0: all), in order."""
    found: list[Subject] = []
    for path in paths:
        found += _of_source(path, tests) if path.suffix == ".paw" else (_of_task(t, tests) for t in read_tasks(path))
    found = [subject for subject in found if subject.tests]
    if not found:
        fail("P1302", "there is nothing to evaluate: no function has tests", where=", ".join(map(str, paths)))
    return drawn(found, limit, seed)


def drawn(found: Sequence[Subject], limit: int, seed: int) -> list[Subject]:
    """`limit` functions, drawn by the seed (0: all), in order. A smaller draw is a part of a larger one."""
    order = random.Random(f"eval/{seed}").sample(range(len(found)), len(found))
    return [found[at] for at in sorted(order[: limit or None])]


def _of_task(task: Task, count: int) -> Subject:
    rows = list(task.examples)
    random.Random(task.task).shuffle(rows)
    given = min(EXAMPLES, len(rows) // 2)
    examples, tests = rows[:given], rows[given : given + count]
    function = NeuralFunction(
        symbol="task.answer",
        params=(Param(name="input", type=TEXT),),
        result=TEXT,
        spec=task.spec,
        examples=tuple(Example(inputs=(text,), output=wanted) for text, wanted in examples),
    )
    kind = Labels(task.labels) if task.labels else None
    return Subject(
        name=task.task, function=function, kind=kind, tests=tuple(((text,), wanted) for text, wanted in tests)
    )


def _of_source(path: Path, count: int) -> Iterator[Subject]:
    project = Project.load([path])
    for module in project.checked:
        for suite in module.tests:
            function = module.function(suite.function)
            if isinstance(function, NeuralFunction):
                cases = tuple(
                    (tuple(thaw(value) for value in case.inputs), render(function.result, thaw(case.output)))
                    for case in suite.cases[:count]
                )
                kind = None if function.result == TEXT else function.result
                yield Subject(name=function.symbol, function=function, kind=kind, tests=cases)
