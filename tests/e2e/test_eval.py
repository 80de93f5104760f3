"""`pawc eval` from the command line: a table, a plot, results that are kept; wrong calls are refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import INTERPRETER, Place, Result

from pawc.data.task import write_tasks
from pawc.runtime.interpreter import Interpreter
from tests.compilers import compiler_path
from tests.unit.training import toy_tasks

Command = Callable[..., Result]


def test_arms_are_measured_side_by_side_and_kept(place: Place, pawc: Command) -> None:
    write_tasks(place.folder / "dev.jsonl", toy_tasks())
    compiler_path(place.folder)
    call = ["eval", "dev.jsonl", *INTERPRETER, "--compiler", "compiler.safetensors", "--limit", "2", "--tests", "3"]
    call += ["--arms", "raw,both,generic", "--versus", "both,generic", "--out", "out"]
    first = pawc(*call)
    assert first.code == 0
    assert "2 tasks, 6 tests" in first.out and "| `both` - `generic` |" in first.out
    assert (place.folder / "out/report.md").read_text() == first.out
    assert (place.folder / "out/report.svg").read_text().startswith("<svg")
    kept = (place.folder / "out/results.jsonl").read_text()
    assert kept.count("\n") == 2 * 3 * 2
    assert pawc(*call).out == first.out
    assert (place.folder / "out/results.jsonl").read_text() == kept


def test_arms_run_on_the_native_engine_with_a_writer_of_their_own(place: Place, pawc: Command) -> None:
    write_tasks(place.folder / "dev.jsonl", toy_tasks())
    compiler_path(place.folder)
    (place.folder / "compiler.safetensors").rename(place.folder / "writer.safetensors")
    call = ["eval", "dev.jsonl", *INTERPRETER, "--writer", "writer.safetensors", "--limit", "1", "--tests", "2"]
    made = pawc(*call, "--arms", "raw,program,whole", "--engine", "native", "--out", "out")
    assert made.code == 0
    assert all(f"| `{arm}`: " in made.out for arm in ("raw", "program", "whole"))


def test_functions_are_taught_where_a_teacher_is_named(place: Place, pawc: Command) -> None:
    write_tasks(place.folder / "dev.jsonl", toy_tasks())
    compiler_path(place.folder)
    call = ["eval", "dev.jsonl", *INTERPRETER, "--compiler", "compiler.safetensors", "--limit", "1", "--tests", "2"]
    made = pawc(*call, "--arms", "both,taught", "--teacher", "tiny-qwen2", "--out", "out")
    assert made.code == 0 and "| `taught`: " in made.out
    refused = pawc(*call, "--arms", "both,taught")
    assert refused.code == 2 and "the arm `taught` needs --teacher and --compiler" in refused.err


def test_an_arm_may_be_measured_on_fewer_tasks(place: Place, pawc: Command) -> None:
    write_tasks(place.folder / "dev.jsonl", toy_tasks())
    made = pawc("eval", "dev.jsonl", *INTERPRETER, "--arms", "raw,fewshot:1", "--limit", "2", "--tests", "3")
    first, second = made.out.split("1 task, 3 tests")
    assert first.startswith("2 tasks, 6 tests")
    assert "| `fewshot`: " in second and "| `fewshot`: " not in first and "| `raw`: " in first


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--arms", "raw:0"), "P1301"),
        (("--arms", "raw:few"), "P1301"),
        (("--arms", "raw,fewshots"), "P1301"),
        (("--arms", "both"), "P1301"),
        (("--arms", "raw", "--versus", "raw,O0"), "P1301"),
        (("--tests", "0"), "P0901"),
    ],
)
def test_what_cannot_be_measured_is_refused(place: Place, pawc: Command, arguments: tuple[str, ...], code: str) -> None:
    write_tasks(place.folder / "dev.jsonl", toy_tasks())
    refused = pawc("eval", "dev.jsonl", *INTERPRETER, *arguments)
    assert refused.code == 2 and code in refused.err


@pytest.mark.parametrize(
    ("flags", "wrong"), [((), "there is no arm `fewshots`"), (INTERPRETER, "the arm `both` needs --compiler")]
)
def test_arms_are_judged_before_tasks_are_read_or_anything_is_loaded(
    pawc: Command, monkeypatch: pytest.MonkeyPatch, flags: tuple[str, ...], wrong: str
) -> None:
    monkeypatch.setattr(Interpreter, "load", None)
    refused = pawc("eval", "none.jsonl", *flags, "--arms", "both" if flags else "raw,fewshots")
    assert (refused.code, refused.out, wrong in refused.err) == (2, "", True)
