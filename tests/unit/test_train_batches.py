"""Batches: a matter of seed, phase and step alone; what is asked for is never shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from training import toy_tasks

from pawc.base.diagnostics import PawError
from pawc.train.batches import Corpus, Shape
from pawc.train.config import Data
from tests.tiny import tiny_interpreter

SHAPE = Shape(functions=6, rows=3, given_share=0.5, given=4, spec_share=0.3, program_share=0.3)


def corpus(**data: object) -> Corpus:
    return Corpus({"toy": toy_tasks()}, Data(**data), tiny_interpreter().layout)  # type: ignore[arg-type]


def test_a_batch_depends_on_seed_phase_and_step_alone() -> None:
    one, other = corpus(), corpus()
    other.batch(0, "prefix", 1, SHAPE)  # what was drawn before does not matter
    assert one.batch(0, "prefix", 5, SHAPE) == other.batch(0, "prefix", 5, SHAPE)
    different = [(1, "prefix", 5), (0, "warm", 5), (0, "prefix", 6)]
    assert all(one.batch(*key, SHAPE) != one.batch(0, "prefix", 5, SHAPE) for key in different)


def test_what_is_asked_for_is_shown_nowhere() -> None:
    for step in range(40):
        for function in corpus().batch(0, "prefix", step, SHAPE):
            asked = {given for given, _ in function.rows}
            assert asked.isdisjoint(given for given, _ in (*function.given, *function.teacher))
            assert len(function.rows) == 3


def test_shares_are_kept() -> None:
    one = corpus(contrast=0.0)
    functions = [f for step in range(100) for f in one.batch(0, "prefix", step, SHAPE)]
    seen = Counter(function.seen for function in functions)
    assert seen["spec"] / len(functions) == pytest.approx(0.3, abs=0.06)
    assert seen["program"] / len(functions) == pytest.approx(0.3, abs=0.06)
    assert sum(bool(function.given) for function in functions) / len(functions) == pytest.approx(0.5, abs=0.06)
    assert {function.spec for function in functions} == {spec for task in toy_tasks() for spec in task.specs}


def test_contrasting_neighbours_answer_the_same_inputs_otherwise() -> None:
    one, other = corpus(contrast=1.0).batch(0, "prefix", 0, Shape(functions=2, rows=3))
    assert one.task.dataset == other.task.dataset
    for (asked, answer), (asked_too, other_answer) in zip(one.rows, other.rows, strict=True):
        assert asked == asked_too
        assert answer != other_answer


def test_sources_are_drawn_by_their_weights() -> None:
    tasks = toy_tasks()
    sources = {"a": tasks[:2], "b": tasks[2:]}
    layout = tiny_interpreter().layout
    data = Data(weights={"a": 3.0}, contrast=0.0)
    functions = Corpus(sources, data, layout).batch(0, "prefix", 0, Shape(functions=400, rows=1))
    assert sum(function.task in tasks[:2] for function in functions) / 400 == pytest.approx(0.75, abs=0.06)


def test_a_small_task_keeps_half_of_its_examples_to_show() -> None:
    small = [replace(task, examples=task.examples[:4]) for task in toy_tasks()]
    one = Corpus({"toy": small}, Data(contrast=0.0), tiny_interpreter().layout)
    [function] = one.batch(0, "prefix", 0, Shape(functions=1, rows=5))
    assert len(function.rows) == 5
    assert len(set(function.rows)) == 2
    assert len(function.teacher) == 2


def test_what_does_not_fit_is_counted_not_silently_dropped() -> None:
    first, *others = toy_tasks()
    long = replace(first, examples=(*first.examples, ("word " * 200, "a")))
    few = replace(others[0], examples=others[0].examples[:3])
    wordy = replace(others[1], spec="word " * 200, spec_variants=())
    one = Corpus({"toy": [long, few, wordy]}, Data(longest_spec=90), tiny_interpreter().layout)
    assert one.tasks == [first]
    assert sorted(one.left_out.values()) == [1, 1, 1]


def test_no_task_at_all_is_refused_with_the_reason() -> None:
    few = [replace(task, examples=task.examples[:3]) for task in toy_tasks()]
    with pytest.raises(PawError, match=r"P1212.*6 tasks with fewer than 4"):
        Corpus({"toy": few}, Data(), tiny_interpreter().layout)


def test_a_weight_for_no_source_is_refused() -> None:
    with pytest.raises(PawError, match=r"P1212.*`tyo`"):
        corpus(weights={"tyo": 1.0})


def test_where_examples_are_turns_the_compiler_reads_the_same_ones() -> None:
    shape = Shape(functions=32, rows=2, given_share=0.5, given=2, spec_share=0.3, shots_share=0.4, program_share=0.2)
    functions = corpus().batch(0, "prefix", 0, shape)
    assert {function.seen for function in functions} == {"nothing", "spec", "shots", "program"}
    for function in functions:
        if function.seen == "shots":
            assert function.given
            assert not set(function.given) & set(function.rows)
