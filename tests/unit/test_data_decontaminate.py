"""Decontamination: nothing of dev stays, nothing else goes, and the report says what went and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pawc.base.diagnostics import PawError
from pawc.data.decontaminate import Dev, decontaminate, normal, require_clean
from pawc.data.task import Task

ROWS = tuple((f"input {n}", "o") for n in range(20))
TASK = Task(task="t", source="s", dataset="mine", license="l", spec="Count.", kind="qa", examples=ROWS)
DEV = Dev.of(
    [
        replace(
            TASK,
            task="dev/a",
            dataset="theirs",
            spec="Name the capital.",
            spec_variants=("Which city?",),
            examples=(("Input, 3!", "x"), ("?!", "y")),
        )
    ]
)


@pytest.mark.parametrize(
    ("one", "other"),
    [("A  b", "a b"), ("it's, so?", "It s so"), ("ﬁne", "FINE"), ("Straße", "STRASSE"), (" ?! ", "?!")],
)
def test_texts_are_the_same_up_to_case_punctuation_and_white_space(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(("one", "other"), [("a b", "ab"), ("?", "!"), ("1.5", "15")])
def test_different_texts_stay_different(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def test_a_task_without_anything_of_dev_is_kept_as_it_is() -> None:
    clean = replace(TASK, examples=ROWS[4:])
    kept, report = decontaminate([clean], DEV)
    assert kept == [clean]
    assert kept[0] is clean
    assert report.removals == ()
    require_clean([clean], DEV)


def test_examples_with_an_input_of_dev_go() -> None:
    kept, report = decontaminate([TASK], DEV)
    assert kept == [replace(TASK, examples=(*ROWS[:3], *ROWS[4:]))]
    assert [(r.task, r.reason, r.met, r.examples, r.whole) for r in report.removals] == [
        ("t", "inputs of dev", "dev/a", 1, False)
    ]


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        (replace(TASK, dataset="theirs"), "family of dev (theirs)"),
        (replace(TASK, spec="Name the capital!"), "specification of dev (dev/a)"),
        (replace(TASK, spec_variants=("fine", "which  city")), "specification of dev (dev/a)"),
        (replace(TASK, examples=ROWS[:8]), "fewer than 8 examples without inputs of dev (dev/a)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_task_of_dev_goes_as_a_whole(task: Task, reason: str) -> None:
    kept, report = decontaminate([task], DEV)
    assert kept == []
    assert f"t: {reason}" in str(report)
    assert report.removals[0].whole


def test_the_report_counts_what_it_saw_and_took() -> None:
    _, report = decontaminate(
        [TASK, replace(TASK, task="u", dataset="theirs"), replace(TASK, task="v", examples=ROWS[4:])], DEV
    )
    assert str(report).splitlines() == [
        "3 tasks, 56 examples",
        "taken out: 1 tasks, and 1 examples of 1 others",
        "  1 x inputs of dev",
        "  1 x family of dev",
        "  t: inputs of dev (dev/a)",
        "  u: family of dev (theirs)",
    ]


def test_what_was_decontaminated_is_clean_and_what_was_not_is_refused() -> None:
    kept, _ = decontaminate([TASK], DEV)
    require_clean(kept, DEV)
    with pytest.raises(PawError, match=r"(?s)P1109.*1 training tasks hold.*t, inputs of dev \(dev/a\)"):
        require_clean([TASK], DEV)
