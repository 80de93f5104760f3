"""Whatever a function is given, what it answers is of its type, or a reported error: `bench.hostile`, made small."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import INTERPRETER, Place
from tiny import tiny_info

from bench.hostile import assault, judge, load, report, run
from bench.hostile_inputs import KINDS, records
from pawc.base import types
from pawc.driver.program import Program
from pawc.driver.records import split
from pawc.runtime.outcome import Answer, Failure


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The functions of every type, compiled for a tiny interpreter: it says anything at all."""
    folder = tmp_path_factory.mktemp("cache")
    (folder / "interpreters").symlink_to(tiny_info().folder.parent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAWC_CACHE_DIR", str(folder))
        found = load("tiny-llama")
        assert found.engine is not None  # loaded while its cache is known
    return found


def test_the_functions_are_of_every_type(program: Program) -> None:
    kinds = {type(function.definition.result) for function in program.functions.values()}
    assert kinds == set(types.Type.__args__)


def test_every_kind_of_record_is_made_and_the_same_ones_each_time() -> None:
    made = list(records(300, seed=1))
    assert {kind for kind, _ in made} == set(KINDS)
    assert made == list(records(300, seed=1)) != list(records(300, seed=2))


def test_what_comes_of_hostile_records_is_a_value_of_the_type_or_a_reported_error(program: Program) -> None:
    wrong = [
        (name, verdict)
        for seed, (name, function) in enumerate(program.functions.items())
        for verdict in assault(function, list(records(len(KINDS), seed)))
        if not verdict.fine
    ]
    assert wrong == []


def test_a_value_of_another_type_and_an_error_without_a_code_would_be_noticed(program: Program) -> None:
    labels, integer = program["labels"], program["integer"]
    assert judge(labels, Answer("wait", "wait")) == ("answer", True)
    assert not judge(labels, Answer("poem", "poem"))[1]
    assert not judge(labels, Answer("wait", "wait", (("wait", 0.7), ("never", 0.7))))[1]
    assert not judge(integer, Answer(True, "true"))[1]
    assert judge(integer, Failure("P0803", "no complete int")) == ("P0803", True)
    assert not judge(integer, Failure("P9999", "?"))[1]
    assert not judge(integer, Failure("P0803", ""))[1]


def test_what_raises_is_counted_as_a_crash_of_that_record_alone(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = program["exact"]
    stream = function.stream

    def fragile(given: list[object], batch: int = 32) -> object:
        if ("boom",) in given:
            raise ValueError("boom")
        return stream(given, batch)  # type: ignore[arg-type]

    monkeypatch.setattr(function, "stream", fragile)
    verdicts = list(assault(function, [("a", b"x"), ("b", b"boom"), ("c", b"y")] * 2))
    assert [verdict.outcome for verdict in verdicts if verdict.kind == "b"] == ["crash: ValueError"] * 2


def test_the_report_counts_them_all(program: Program, tmp_path: Path) -> None:
    found = run(program, 40, tmp_path)
    assert run(program, 40, tmp_path) == found  # from the files
    lines = list(report(found, "tiny", "torch"))
    assert lines[2].startswith(f"40 records, to {len(program.functions)} functions")
    assert any("0 of anything else" in line for line in lines)


def test_the_command_line_answers_every_record_and_never_with_a_traceback(place: Place) -> None:
    place.write("x.paw", 'fn urgency(x: text) -> ("now" | "later")? { spec "Urgent?" option abstain = 0.6 }\n')
    data = b"\0".join(record for kind, record in records(150, seed=5) if kind != "100 kB")
    count = len(list(split([data], "nul")))
    done = place.run("run", "x.paw", "-q", *INTERPRETER, "--in", "nul", "--out", "jsonl", input=data)
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert (done.code, len(answers), done.err) == (1, count, "")
    assert {answer["output"] for answer in answers if "output" in answer} <= {"now", "later", None}
    assert all(answer["error"]["code"].startswith("P") for answer in answers if "output" not in answer)
