"""The programs in examples/: sources and data hold together, and run on what stands in for an interpreter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pawc.base.types import mismatch, render, thaw
from pawc.driver.pipeline import checking
from pawc.driver.project import Project
from pawc.ir.nodes import Module, NeuralFunction
from pawc.pass_base import Context
from pawc.pass_manager import PassManager
from pawc.runtime.executor import Executor
from pawc.runtime.outcome import Answer, Failure, Outcome

EXAMPLES = sorted(path for path in (Path(__file__).parents[2] / "examples").iterdir() if path.is_dir())
NAMES = [path.name for path in EXAMPLES]


@cache
def modules(folder: Path) -> tuple[Module, ...]:
    """Checked, the one that imports the others last."""
    project = Project.load([folder / f"{folder.name}.paw"])
    ctx = Context(signatures=project.signatures)
    return tuple(PassManager(passes=checking().per_file).run(module, ctx) for module in project.modules)


def lines(folder: Path) -> list[str]:
    return (folder / "input.txt").read_text("utf-8").splitlines()


class FromExamples:
    """An engine that answers with the outputs of a function's examples, in turn."""

    def call(self, function: NeuralFunction, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
        values = [thaw(function.examples[len(str(args)) % len(function.examples)].output) for args in batch]
        return [Answer(value, render(function.result, value)) for value in values]


@pytest.mark.parametrize("folder", EXAMPLES, ids=NAMES)
def test_an_example_has_enough_data_and_tests_that_were_never_examples(folder: Path) -> None:
    for module in modules(folder):
        tests = {suite.function: [case.inputs for case in suite.cases] for suite in module.tests}
        for function in module.neural:
            examples = [example.inputs for example in function.examples]
            cases = tests[function.symbol]
            assert 16 <= len(examples) <= 40
            assert 12 <= len(cases) <= 30
            assert len({*examples, *cases}) == len(examples) + len(cases)


@pytest.mark.parametrize("folder", EXAMPLES, ids=NAMES)
def test_an_example_runs_on_lines_that_it_was_not_taught(folder: Path) -> None:
    found = [function for module in modules(folder) for function in module.functions]
    known = {example.inputs for f in found if isinstance(f, NeuralFunction) for example in f.examples}
    known |= {case.inputs for module in modules(folder) for suite in module.tests for case in suite.cases}
    assert 5 <= len(lines(folder)) <= 20
    assert not known & {(line,) for line in lines(folder)}

    program = Module(name=folder.name, stage="linked", functions=tuple(found))
    public = {f.symbol.rpartition(".")[2]: f for f in modules(folder)[-1].functions}
    entry = public["main"] if "main" in public else next(iter(public.values()))
    outcomes = Executor(program, FromExamples()).run(entry.symbol, [(line,) for line in lines(folder)])
    assert len(outcomes) == len(lines(folder))
    for outcome in outcomes:
        assert not isinstance(outcome, Failure)
        assert mismatch(entry.result, outcome.value) is None


@pytest.mark.parametrize("folder", EXAMPLES, ids=NAMES)
def test_an_example_says_in_its_readme_how_to_run_it(folder: Path) -> None:
    assert f"{folder.name}.pawx" in (folder / "README.md").read_text("utf-8")


def test_there_are_at_least_eight_examples() -> None:
    assert len(EXAMPLES) >= 8
