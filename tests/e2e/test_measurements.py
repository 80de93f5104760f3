"""The programs that measure, made small: on tiny interpreters, or on engines that only pretend to be one."""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from tiny import tiny_info

import pawc
from bench import composed, labels, link_passes
from bench.dev_tasks import Task
from pawc.base.types import Labels
from pawc.driver.build import Options
from pawc.driver.program import Program
from pawc.ir.nodes import NeuralFunction
from pawc.runtime.outcome import Answer, Outcome


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of our own, with tiny interpreters in it."""
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / "interpreters").symlink_to(tiny_info().folder.parent)
    monkeypatch.setenv("PAWC_CACHE_DIR", str(folder))


class Oracle:
    """Answers by the function's specification and the argument, so that equal calls have equal answers."""

    def call(self, function: NeuralFunction, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
        return [Answer(value, value) for value in (self._one(function, text) for (text,) in batch)]

    def _one(self, function: NeuralFunction, text: str) -> str:
        number = crc32(f"{function.spec}\0{text}".encode())
        return function.result.names[number % len(function.result.names)] if _is_labels(function) else f"w{number % 9}"


def _is_labels(function: NeuralFunction) -> bool:
    return isinstance(function.result, Labels)


def support(name: str) -> Program:
    """A program of examples/support on the oracle."""
    built = pawc.load(composed.SUPPORT / name, Options(level=0, interpreter="tiny-llama"))
    return Program(built.executable, Oracle())


def test_glue_in_python_answers_as_the_composed_program_does() -> None:
    parts = [support("mail/labels.paw"), support("mail/fields.paw")]
    by_hand = composed.ByHand({name: f for part in parts for name, f in part.functions.items()})
    result = composed.measure(support("support.paw"), by_hand, composed.lines(1000), linked_first=True)
    assert result["different"] == []
    assert result["calls"] > 3 * 1000
    table = "\n".join(composed.report([result], 0, "torch"))
    assert "Lines answered differently: **0 of 1000**" in table


def test_no_message_is_given_twice() -> None:
    messages = [message for line in composed.lines(1000) for message in line.split(" / ")]
    assert len(set(messages)) == len(messages) > 1200


def test_every_link_time_pass_changes_something_and_no_answer() -> None:
    found, program = link_passes.rows("tiny-llama")
    mails = [line.replace(" / ", ". ") for line in composed.lines(3, seed=1)]
    link_passes.measure(found, Oracle(), mails, rounds=1)
    assert [row.name for row in found] == [
        *("link", "share-programs", "inline", "fold-constants", "deduplicate-calls", "eliminate-dead"),
    ]
    facts = [(len(row.module.functions), row.operations, row.bytes, row.calls) for row in found]
    assert all(before != after for before, after in itertools.pairwise(facts))
    assert all(row.answers == found[0].answers and len(row.seconds) == 1 for row in found)
    assert found[-1].calls < found[0].calls and found[-1].bytes < found[0].bytes
    batched = link_passes.batching(program.executable.module, Oracle(), mails, rounds=1)
    assert [calls for _, calls, _, _ in batched] == [batched[0][1]] * 4
    assert batched[1][2] < batched[0][2] and batched[3][2] < batched[2][2]
    assert "All rows give the same answers." in "".join(link_passes.report(found, batched, 3, "tiny"))


def test_a_task_of_few_answers_is_measured_as_a_label_function(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [[f"{word} {number}", "yes" if number % 2 else "no"] for number in range(66) for word in ("a",)]
    corpus, work, page = tmp_path / "corpus.jsonl", tmp_path / "work", tmp_path / "page.md"
    free = {"task": "free", "spec": "Say it.", "examples": [[given, given] for given, _ in rows]}
    few = {"task": "odd", "spec": "Odd?", "examples": rows}
    corpus.write_text(json.dumps(free) + "\n" + json.dumps(few) + "\n")
    compile = pawc.compile
    monkeypatch.setattr(pawc, "compile", lambda *args, **named: compile(*args, interpreter="tiny-llama", **named))
    labels.run(argparse.Namespace(corpus=corpus, work=work, tasks=9, minutes=9.0))
    assert [path.name for path in work.iterdir()] == ["odd.json"]
    summary = labels.summary(json.loads((work / "odd.json").read_text()))
    assert summary["labels"] == 2 and summary["ratio"] > 0
    assert labels.report(argparse.Namespace(work=work, output=page)) == 0
    assert "| odd | 2 |" in page.read_text()


def test_a_task_whose_answers_are_all_different_is_no_classification() -> None:
    rows = tuple((str(number), str(number)) for number in range(20))
    assert labels.labels_of(Task("t", "s", rows, rows)) == []
