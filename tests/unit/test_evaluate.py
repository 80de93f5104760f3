"""Evaluation: what is a test, what an arm makes, what is counted, and how sure a mean is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from pawc.base.diagnostics import PawError
from pawc.base.types import Labels
from pawc.data.task import write_tasks
from pawc.evaluate import measure
from pawc.evaluate.arms import ARMS, Tools
from pawc.evaluate.measure import Bench
from pawc.evaluate.report import Report, Table, pairs_of
from pawc.evaluate.results import Result, Results
from pawc.evaluate.statistics import difference, estimate
from pawc.evaluate.tasks import subjects
from pawc.ir.nodes import NeuralFunction
from pawc.neural.compiler import SHOWN, varied
from pawc.neural.o1 import O1
from pawc.neural.teacher import Teacher
from pawc.neural.template import Shot, instruction
from pawc.runtime.outcome import Answer, Outcome
from tests.compilers import random_compiler
from tests.tiny import tiny_info, tiny_interpreter
from tests.unit.training import toy_tasks

OWN = [name for name, arm in ARMS.items() if not arm.needs and "O2" not in name]


def corpus(folder: Path) -> Path:
    path = folder / "dev.jsonl"
    write_tasks(path, toy_tasks())
    return path


class Lecturer:
    """An engine that writes the same examples of every function; counts its calls."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def call(self, function: NeuralFunction, batch: Sequence[tuple[str]]) -> list[Outcome]:
        self.batches.append(len(batch))
        text = "\n".join(f"Input: day {n}\nOutput: {'ab'[n % 3 > 0]}" for n in range(8))
        return [Answer(text, text) for _ in batch]


def bench(folder: Path) -> Bench:
    interpreter = tiny_interpreter()
    o1 = O1(random_compiler(), "spec", "1" * 64)
    tools = {"": Tools(interpreter)} | {name: Tools(interpreter, o1) for name in ("compiler", "writer", "universal")}
    tools["teacher"] = Tools(interpreter, teacher=Teacher(tiny_info("qwen2"), Lecturer()))
    tools["teacher+compiler"] = replace(tools["teacher"], o1=o1)
    return Bench(tools, Results(folder / "results.jsonl"))


def result(task: str, arm: str, right: tuple[int, ...], decoding: str = "free") -> Result:
    name = f"{task}/{arm}/{decoding}"
    return Result(id=name, task=task, arm=arm, decoding=decoding, right=right, states=3, bytes=0, made_s=0.1, run_s=0.1)


def test_no_test_of_a_task_is_among_its_examples(tmp_path: Path) -> None:
    for subject in subjects([corpus(tmp_path)], tests=4):
        shown = {example.inputs for example in subject.function.examples}
        assert len(shown) == 6 and len(subject.tests) == 4
        assert shown.isdisjoint(given for given, _ in subject.tests)
        assert isinstance(subject.kind, Labels)


def test_which_tasks_are_drawn_depends_on_the_seed_alone(tmp_path: Path) -> None:
    names = [[s.name for s in subjects([corpus(tmp_path)], limit=2, seed=seed)] for seed in (0, 0, 1)]
    assert names[0] == names[1] != names[2]
    assert set(names[0]) < {s.name for s in subjects([corpus(tmp_path)], limit=3)}


def test_the_tests_of_a_source_are_its_own(tmp_path: Path) -> None:
    (tmp_path / "paw.toml").touch()
    source = tmp_path / "a.paw"
    source.write_text('fn odd(n: int) -> bool {\n  spec "Odd?"\n  test 1 -> true\n  test 2 -> false\n}\n')
    (subject,) = subjects([source])
    assert subject.tests == (((1,), "true"), ((2,), "false"))
    assert subject.kind == subject.function.result


def test_files_without_tests_are_refused(tmp_path: Path) -> None:
    (tmp_path / "paw.toml").touch()
    source = tmp_path / "a.paw"
    source.write_text('fn odd(n: int) -> bool { spec "Odd?" }\n')
    with pytest.raises(PawError, match="P1302"):
        subjects([source])


def test_every_arm_is_measured_and_what_is_known_is_not_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [
        replace(one, function=replace(one.function, options=(("steps", 1), ("max_tokens", 4))))
        for one in subjects([corpus(tmp_path)], limit=1, tests=3)
    ]
    arms = [name for name, arm in ARMS.items() if arm.needs != "large"]
    first = list(bench(tmp_path).run(found, dict.fromkeys(arms, found)))
    assert {(one.arm, one.decoding) for one in first} == {(a, d) for a in arms for d in ("free", "typed")}
    assert all(len(one.right) == 3 for one in first)
    sizes = {one.arm: one.bytes for one in first}
    assert sizes["raw"] == 0 < sizes["both-4"] < sizes["both"] == sizes["prefix"]
    monkeypatch.setattr(Bench, "_measure", lambda *_: pytest.fail("measured again"))
    assert list(bench(tmp_path).run(found, dict.fromkeys(arms, found))) == first


def test_typed_decoding_gives_one_of_the_labels_where_free_decoding_does_not(tmp_path: Path) -> None:
    """A random interpreter writes nonsense; constrained to two labels it is right on those that it happens on."""
    found = subjects([corpus(tmp_path)], tests=6)
    rows = list(bench(tmp_path).run(found, {"raw": found}))
    rates = {kind: sum(sum(one.right) for one in rows if one.decoding == kind) for kind in ("free", "typed")}
    assert rates["free"] == 0 < rates["typed"]


def test_programs_run_on_the_engine_that_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The native engine gives what torch gives where logits are far apart; results of each are kept apart."""
    found, usual = subjects([corpus(tmp_path)], limit=2, tests=6), bench(tmp_path)
    native = replace(usual, engine="native")
    arms = dict.fromkeys(["raw", "both"], found)
    want = {one.right for one in usual.run(found, arms) if one.decoding == "typed"}
    monkeypatch.setattr(measure, "TorchMachine", lambda *_: pytest.fail("ran with torch"))
    assert {one.right for one in native.run(found, arms) if one.decoding == "typed"} == want
    assert len(usual.results.known) == 2 * 2 * 2 * 2


def test_programs_may_be_written_by_another_compiler(tmp_path: Path) -> None:
    (subject,) = subjects([corpus(tmp_path)], limit=1)
    tools = bench(tmp_path).tools["compiler"]
    other = O1(random_compiler(seed=1), "program", "2" * 64)
    made = {arm: ARMS[arm].make(subject.function, replace(tools, writer=other)) for arm in ("program", "whole", "both")}
    written = other.written(instruction(subject.function))
    assert made["program"].tokens == made["whole"].tokens == written != tools.compiler.written(subject.function.spec)
    assert made["program"].prefix is None
    assert torch.equal(made["whole"].prefix, made["both"].prefix)  # type: ignore[arg-type]


def test_a_teacher_is_asked_about_all_functions_at_once_and_its_examples_are_shown(tmp_path: Path) -> None:
    made = bench(tmp_path)
    found = subjects([corpus(tmp_path)], limit=2, tests=2)
    tools = made.tools["teacher+compiler"]
    assert tools.teacher is not None and isinstance(lecturer := tools.teacher._engine, Lecturer)
    list(made.run(found, dict.fromkeys(["raw", "taught", "taught-O0"], found)))
    assert [size for size in lecturer.batches if size] == [len({subject.function.spec for subject in found})]
    layout, function = tools.interpreter.layout, found[0].function
    whole, bare = (ARMS[arm].make(function, tools) for arm in ("taught", "taught-O0"))
    every = [(f"day {n}", "ab"[n % 3 > 0]) for n in range(8)]
    shown = [every[row] for row in varied([Shot(*pair) for pair in every], range(8), SHOWN)]
    assert list(whole.tokens) == list(bare.tokens) == layout.head(instruction(function), shown)
    assert bare.prefix is None
    assert {answer for _, answer in shown[:2]} == {"a", "b"}
    assert torch.equal(whole.prefix, ARMS["both"].make(function, made.tools["compiler"]).prefix)  # type: ignore[arg-type]


def test_a_line_that_was_cut_short_is_measured_again(tmp_path: Path) -> None:
    results = Results(tmp_path / "r.jsonl")
    results.add(result("a", "raw", (1, 0)))
    with (tmp_path / "r.jsonl").open("a") as file:
        file.write('{"id": "x", "ta')
    again = Results(tmp_path / "r.jsonl")
    assert list(again.known) == ["a/raw/free"]
    again.add(result("b", "raw", (1, 0)))
    assert list(Results(tmp_path / "r.jsonl").known) == ["a/raw/free", "b/raw/free"]


def test_the_interval_holds_the_mean_and_is_wide_for_few_tasks() -> None:
    few, many = estimate([[1, 0], [0, 0]]), estimate([[1, 0], [0, 0]] * 50)
    assert few.mean == many.mean == 0.25
    assert few.low <= 0.25 <= few.high
    assert few.high - few.low > 2 * (many.high - many.low) > 0


def test_one_task_has_an_interval_of_its_tests() -> None:
    found = estimate([[1, 0] * 20])
    assert 0.3 < found.low < 0.45 and 0.55 < found.high < 0.7


def test_tasks_that_are_alike_have_the_interval_of_all_their_tests_together() -> None:
    together, apart = estimate([[1, 0] * 200]), estimate([[1, 0] * 25] * 8)
    assert apart.high - apart.low == pytest.approx(together.high - together.low, rel=0.06)


def test_tasks_may_have_different_numbers_of_tests() -> None:
    found = estimate([[1] * 30, [0], [1, 1]])
    assert found.mean == pytest.approx(2 / 3)
    assert 0 <= found.low < found.mean < found.high == 1


def test_a_paired_difference_of_arms_that_are_alike_is_nothing() -> None:
    rows = [[1, 0, 1], [0, 0, 1]]
    found = difference(rows, rows)
    assert (found.mean, found.low, found.high) == (0, 0, 0)
    assert difference([[1, 1]], [[0, 0]]).low == 1


def test_the_table_has_means_differences_and_every_task() -> None:
    rows = [
        result("a", "raw", (0, 0)),
        result("a", "O0", (1, 1)),
        result("b", "raw", (0, 1)),
        result("b", "O0", (1, 0)),
    ]
    text = Report.of(rows, ["raw", "O0"]).markdown([("O0", "raw")])
    assert "2 tasks, 4 tests" in text
    assert "| 0.250 (" in text and "| 0.750 (" in text
    assert "| `O0` - `raw` | +50.0 (" in text
    assert "| b | 0.50 | 0.50 |" in text


def test_an_arm_of_fewer_tasks_has_a_table_of_its_own_beside_the_others_on_the_same_tasks() -> None:
    rows = [result(task, arm, (1, 0)) for task in "abc" for arm in ("raw", "both")]
    rows += [result("a", "large-raw", (1, 1)), result("b", "large-raw", (1, 1))]
    report = Report.of(rows, ["raw", "large-raw", "both"])
    assert [(table.tasks, table.arms) for table in report.tables] == [
        (("a", "b", "c"), ("raw", "both")),
        (("a", "b"), ("raw", "large-raw", "both")),
    ]
    first, second = report.markdown([("both", "raw"), ("large-raw", "both")]).split("2 tasks, 4 tests")
    assert first.startswith("3 tasks, 6 tests")
    assert "`both` - `raw`" in first and "`large-raw`" not in first
    assert "| `large-raw` - `both` | +50.0 (" in second and "`both` - `raw`" not in second
    drawn = report.svg()
    assert ">3 tasks<" in drawn and ">2 tasks<" in drawn and ">1.000<" in drawn


def test_declared_is_typed_where_a_task_has_labels_and_free_where_it_has_none() -> None:
    rows = [result(task, arm, (0, 0)) for task in ("a", "b") for arm in ("raw", "O0")]
    rows += [result("a", "raw", (0, 1), "typed"), result("a", "O0", (1, 1), "typed")]
    report = Table.of(rows, ["raw", "O0"])
    assert report.declared("O0") == [(1, 1), (0, 0)]
    text = report.markdown([("O0", "raw")])
    means, difference = (next(line for line in text.splitlines() if start in line) for start in ("`O0`:", "`O0` -"))
    assert [cell.split()[0] for cell in means.split(" | ")[1:5]] == ["0.000", "0.000", "1.000", "0.500"]
    assert [cell.split()[0] for cell in difference.split(" | ")[1:4]] == ["+0.0", "+50.0", "+25.0"]


def test_the_plot_has_a_bar_for_every_arm_and_decoding() -> None:
    rows = [result("a", "raw", (1, 0)), result("a", "raw", (1, 1), "typed")]
    drawn = Report.of(rows, ["raw"]).svg()
    assert "(free)" in drawn and "(typed)" in drawn and ">0.500<" in drawn and ">1.000<" in drawn


def test_a_difference_of_arms_that_are_not_measured_is_refused() -> None:
    assert pairs_of(["a,b"], ["a", "b"]) == [("a", "b")]
    with pytest.raises(PawError, match="P1301"):
        pairs_of(["a,c"], ["a", "b"])
