"""Where tasks come from: files of JSON lines and the project's generator -> what is trained on, what is held out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pawc.base.diagnostics import fail
from pawc.data.decontaminate import Dev, Report, decontaminate
from pawc.data.splits import families, split_by_family
from pawc.data.task import Task, read_tasks
from pawc.data.variants import variants
from pawc.train.config import Data

SYNTHETIC = "synthetic"
VARIANTS = "variants"


@dataclass(frozen=True)
class Loaded:
    """Tasks to train on, by source; those to validate on; by source what was taken out for being of dev."""

    sources: dict[str, list[Task]]
    held_out: list[Task]
    removed: dict[str, Report]


def load(data: Data, seed: int) -> Loaded:
    """Everything that a run reads. No family is both trained and validated on, and nothing of dev is trained on."""
    sources: dict[str, list[Task]] = {}
    for name in data.files:
        sources.setdefault(_source(Path(name)), []).extend(read_tasks(Path(name)))
    if data.variants:
        # Of the tasks read so far: the generator varies its own.
        sources[VARIANTS] = list(variants([task for tasks in sources.values() for task in tasks], data.variants, seed))
    if data.synthetic:
        from pawc.data.synthetic.generator import generate

        sources.setdefault(SYNTHETIC, []).extend(generate(seed, data.synthetic))
    _refuse_doubles(sources)
    held = list(read_tasks(Path(data.validation))) if data.validation else []
    dev = [*held, *(task for name in data.decontaminate for task in read_tasks(Path(name)))]
    removed: dict[str, Report] = {}
    if dev:
        barred = Dev.of(dev)
        for name in list(sources):
            sources[name], removed[name] = decontaminate(sources[name], barred)
    if held:
        return Loaded(sources, held, removed)
    every = [task for tasks in sources.values() for task in tasks]
    if data.held_out == 0 or len(families(every)) < 2:
        return Loaded(sources, [], removed)
    held = list(split_by_family(every, data.held_out, seed).held_out)
    return Loaded(_without(sources, {task.dataset for task in held}), held, removed)


def _source(path: Path) -> str:
    return path.name.partition(".")[0]


def _without(sources: dict[str, list[Task]], held: set[str]) -> dict[str, list[Task]]:
    return {name: [task for task in tasks if task.dataset not in held] for name, tasks in sources.items()}


def _refuse_doubles(sources: dict[str, Sequence[Task]] | dict[str, list[Task]]) -> None:
    seen: dict[str, str] = {}
    for source, tasks in sources.items():
        for task in tasks:
            if (other := seen.setdefault(task.task, source)) != source:
                fail("P1212", f"`{other}` and `{source}` both have a task named `{task.task}`", where="data")
