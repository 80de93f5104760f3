"""Held-out splits: tasks -> those to train on and those to evaluate on, with no family in both."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pawc.base.diagnostics import fail, nearest
from pawc.data.task import Task


@dataclass(frozen=True)
class Split:
    """Two lists of tasks without a common family."""

    train: tuple[Task, ...]
    held_out: tuple[Task, ...]


def families(tasks: Iterable[Task]) -> list[str]:
    """The families of tasks, sorted."""
    return sorted({task.dataset for task in tasks})


def split_by_family(tasks: Iterable[Task], share: float, seed: int = 0) -> Split:
    """Hold out about `share` of the families, at least one and never all; which ones is a matter of the seed."""
    every = tuple(tasks)
    known = families(every)
    if len(known) < 2:
        fail("P1108", f"{len(known)} family cannot be split", help="a split by family needs two families or more")
    count = min(max(1, round(share * len(known))), len(known) - 1)
    return hold_out(every, random.Random(f"split:{seed}").sample(known, count))


def hold_out(tasks: Iterable[Task], names: Collection[str]) -> Split:
    """Hold out the families of these names; every name must be one."""
    every = tuple(tasks)
    known = families(every)
    for name in names:
        if name not in known:
            fail("P1108", f'no task is of the family "{name}"', help=nearest(name, known))
    chosen = frozenset(names)
    return Split(
        train=tuple(task for task in every if task.dataset not in chosen),
        held_out=tuple(task for task in every if task.dataset in chosen),
    )
