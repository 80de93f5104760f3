"""A corpus of tasks -> the tasks with the shortest texts, for benchmarks that take a few. `pawc eval` measures arms.

A corpus holds one task a line: `{"task", "spec", "examples": [[input, output], ...], ...}`. Which tasks are taken
does not depend on any result: of those with enough examples, the ones with the shortest texts.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pawc.evaluate.statistics import estimate

EXAMPLES, TESTS = 16, 50


@dataclass(frozen=True)
class Task:
    """A function by its specification, the examples to compile it from, the rows to test it on."""

    name: str
    spec: str
    examples: tuple[tuple[str, str], ...]
    tests: tuple[tuple[str, str], ...]


def read_tasks(corpus: Path, count: int) -> list[Task]:
    """The `count` tasks with the shortest texts, among those with enough examples of different inputs."""
    found = []
    reader = gzip.open if corpus.suffix == ".gz" else open
    with reader(corpus, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            rows = list({given: (given, wanted) for given, wanted in record["examples"]}.values())
            random.Random(record["task"]).shuffle(rows)
            if len(rows) < EXAMPLES + TESTS:
                continue
            task = Task(record["task"], record["spec"], tuple(rows[:EXAMPLES]), tuple(rows[EXAMPLES:][:TESTS]))
            found.append((sum(len(i) + len(o) for i, o in task.examples), task))
    found.sort(key=lambda sized: (sized[0], sized[1].name))
    return [task for _, task in found[:count]]


def interval(values: Sequence[float]) -> tuple[float, float]:
    """A 95% bootstrap interval of the mean, over tasks."""
    found = estimate([[value] for value in values])
    return found.low, found.high
