"""Splits: no family on both sides, nothing lost, the same for the same seed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pawc.base.diagnostics import PawError
from pawc.data.splits import families, hold_out, split_by_family
from pawc.data.task import Task

ONE = Task(task="t", source="s", dataset="d", license="l", spec="x", kind="qa", examples=(("i", "o"),))
TASKS = tuple(replace(ONE, task=f"f{family}/{n}", dataset=f"f{family}") for family in range(10) for n in range(3))


@pytest.mark.parametrize(("share", "count"), [(0.0, 1), (0.2, 2), (0.5, 5), (1.0, 9)])
def test_a_share_of_the_families_is_held_out_but_never_none_or_all(share: float, count: int) -> None:
    split = split_by_family(TASKS, share, seed=3)
    assert len(families(split.held_out)) == count
    assert set(families(split.held_out)).isdisjoint(families(split.train))
    assert sorted(task.task for task in (*split.train, *split.held_out)) == sorted(task.task for task in TASKS)


def test_the_seed_decides_which_families_and_the_order_of_tasks_does_not() -> None:
    held = {seed: families(split_by_family(TASKS, 0.3, seed).held_out) for seed in range(6)}
    assert len({tuple(names) for names in held.values()}) > 1
    assert families(split_by_family(TASKS[::-1], 0.3, 4).held_out) == held[4]


def test_families_can_be_held_out_by_name() -> None:
    split = hold_out(TASKS, ["f3", "f7"])
    assert families(split.held_out) == ["f3", "f7"]
    assert len(split.train) == 24


def test_a_family_that_is_not_there_cannot_be_held_out() -> None:
    with pytest.raises(PawError, match=r'(?s)P1108.*no task is of the family "f33".*did you mean'):
        hold_out(TASKS, ["f33"])


def test_one_family_cannot_be_split() -> None:
    with pytest.raises(PawError, match=r"P1108.*1 family cannot be split"):
        split_by_family(TASKS[:3], 0.5)
