"""Generation: the same seed gives the same tasks, thousands of them differ, and a wrong family is found out."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from pawc.base.diagnostics import InternalError, PawError
from pawc.data.decontaminate import Dev, decontaminate
from pawc.data.synthetic.__main__ import main
from pawc.data.synthetic.draw import NOISES, Draw
from pawc.data.synthetic.families import FAMILIES
from pawc.data.synthetic.forms import Rewrite
from pawc.data.synthetic.function import Case, Family, Function, Value
from pawc.data.synthetic.generator import generate, make_task
from pawc.data.task import Task, read_tasks, write_tasks


@pytest.fixture(scope="module")
def sample() -> tuple[list[Task], float]:
    """2,000 tasks and the processor time that they took."""
    start = time.process_time()
    tasks = list(generate(11, 2000))
    return tasks, time.process_time() - start


def test_two_thousand_tasks_have_different_names_and_specifications(sample: tuple[list[Task], float]) -> None:
    tasks, seconds = sample
    assert len({task.task for task in tasks}) == 2000
    specs = [spec for task in tasks for spec in task.specs]
    assert len(set(specs)) == len(specs) == 8000
    assert seconds < 20


def test_families_take_turns(sample: tuple[list[Task], float]) -> None:
    counts = Counter(task.dataset for task in sample[0])
    assert len(counts) == len(FAMILIES)
    assert max(counts.values()) - min(counts.values()) <= 1


def test_thousands_of_functions_differ_in_more_than_wording() -> None:
    """A function is its ways to be said, its rules and its form; neither frame nor inputs count."""
    functions = set()
    for name, family in FAMILIES.items():
        for number in range(25):
            draw = Draw(f"{name}:{number}")
            draw.choice(NOISES)
            function = family.function(draw)
            form = function.answer.settle(draw)
            said = frozenset((statement.do, statement.out, statement.notes) for statement in form.statements)
            functions.add((name, said, function.rules, frozenset(function.given)))
    assert len(functions) > 2000


def test_tasks_that_are_generated_are_valid_tasks(sample: tuple[list[Task], float], tmp_path: Path) -> None:
    write_tasks(tmp_path / "t.jsonl.gz", sample[0])
    assert list(read_tasks(tmp_path / "t.jsonl.gz")) == sample[0]


def test_the_same_seed_gives_the_same_tasks_and_more_of_them_continue() -> None:
    few, many = list(generate(5, 30)), list(generate(5, 60))
    assert many[:30] == few
    assert list(generate(6, 30)) != few


def test_a_smaller_number_of_examples_is_kept_to() -> None:
    assert {len(task.examples) for task in generate(2, 40, examples=16)} == {16}


@pytest.mark.parametrize(("count", "examples"), [(0, 40), (5, 15), (5, 401)])
def test_numbers_out_of_range_are_refused(count: int, examples: int) -> None:
    with pytest.raises(PawError, match="P1110"):
        list(generate(0, count, examples=examples))


def upper(draw: Draw) -> Function:
    """Words in capitals."""

    def case(draw: Draw) -> Case:
        word = f"{draw.phrase()}"
        return word, word.upper()

    return Function(
        given=("a text",), answer=Rewrite(do=("write it in capitals",)), draw=case, reference=lambda text: text.upper()
    )


def broken(**changes: object) -> Family:
    """The family of capitals with something wrong."""
    return Family("upper", "transformation", "Words.", lambda draw: replace(upper(draw), **changes))  # type: ignore[arg-type]


def test_a_family_that_keeps_the_rules_makes_tasks() -> None:
    task = make_task(broken(), "k", 40)
    assert task is not None
    assert all(wanted == given.upper() for given, wanted in task.examples)


def lower(text: str) -> Value:
    return text.lower()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reference": lower}, "was drawn for .* its reference gives"),
        ({"stated": ("seven",)}, "mention all of"),
        ({"draw": lambda draw: " "}, "blank"),
        ({"draw": lambda draw: draw.phrase(), "reference": lambda text: None}, "where a text is due"),
    ],
    ids=["wrong reference", "parameter not mentioned", "blank input", "value of another kind"],
)
def test_a_family_that_breaks_a_rule_is_found_out(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InternalError, match=message):
        make_task(broken(**changes), "k", 40)


@pytest.mark.parametrize(
    "changes",
    [
        {"draw": lambda draw: draw.choice(["a", "b"])},
        {"draw": lambda draw: draw.phrase(), "reference": lambda text: "same"},
    ],
    ids=["two inputs", "one output"],
)
def test_a_function_without_enough_different_examples_is_not_taken(changes: dict[str, object]) -> None:
    assert make_task(broken(**changes), "k", 40) is None


def test_a_family_that_runs_dry_is_an_error_and_no_shorter_list() -> None:
    with pytest.raises(PawError, match=r"P1110.*`upper` makes no new task"):
        list(generate(0, 1, families={"upper": broken(draw=lambda draw: "a", reference=lambda text: "A")}))


def test_the_command_writes_the_tasks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.jsonl.gz"
    assert main(["--count", "9", "--seed", "3", "-o", str(path)]) == 0
    assert list(read_tasks(path)) == list(generate(3, 9))
    assert "9 tasks of 9 of" in capsys.readouterr().out


def test_the_command_leaves_out_what_dev_tasks_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tasks = list(generate(3, 9))
    write_tasks(tmp_path / "dev.jsonl", [replace(tasks[4], task="dev/x")])
    assert (
        main(["--count", "9", "--seed", "3", "--not-in", str(tmp_path / "dev.jsonl"), "-o", str(tmp_path / "t.jsonl")])
        == 0
    )
    kept, _ = decontaminate(tasks, Dev.of([tasks[4]]))
    assert list(read_tasks(tmp_path / "t.jsonl")) == kept
    assert f"{tasks[4].task}: family of dev" in capsys.readouterr().err


def test_the_command_tells_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--count", "0", "-o", str(tmp_path / "t.jsonl")]) == 1
    assert "error[P1110]" in capsys.readouterr().err
    assert not (tmp_path / "t.jsonl").exists()
