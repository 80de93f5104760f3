"""`-O1`: one pass of the compiler makes a program, in its form; examples decide whether it is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from pawc.base.types import TEXT
from pawc.ir.nodes import Example, NeuralFunction, Param
from pawc.neural import compiler as levels
from pawc.neural.model import NeuralCompiler
from pawc.neural.o1 import BARE, O1, PLAIN, SHOWN
from pawc.neural.rows import stacked
from pawc.neural.template import Shot
from pawc.neural.tune import Check, Tuner
from pawc.neural.writer import Written, write
from tests.compilers import compiler_path, random_compiler
from tests.tiny import tiny_interpreter

SHOTS = tuple(Shot(f"in {n}", f"out {n % 2}") for n in range(5))


def o1(form: str = "spec") -> O1:
    return O1(random_compiler(), form, "0" * 64)


def test_the_prefix_is_one_pass_of_the_compiler() -> None:
    made = o1("none").program("Say hello.")
    compiler = random_compiler()
    assert (made.tokens, made.ahead) == ((), 3)
    assert made.prefix is not None
    assert torch.equal(made.prefix, stacked(compiler.prefixes([compiler.head("Say hello.")])))


def test_the_form_says_what_stands_behind_the_prefix() -> None:
    layout = tiny_interpreter().layout
    assert list(o1("spec").program("Say a.").tokens) == layout.head("Say a.")
    written = o1("written").program("Say a.").tokens
    assert list(written[: len(layout.start)]) == list(layout.start)


def test_the_form_and_the_hash_are_those_of_the_file(tmp_path: Path) -> None:
    loaded = O1.load(compiler_path(tmp_path, form="none"), tiny_interpreter())
    assert loaded.form == "none" and len(loaded.sha256) == 64


@pytest.mark.parametrize("way", [BARE, SHOWN, PLAIN])
def test_what_answers_most_of_the_examples_held_back_is_kept(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def score(self: Tuner, start: object, rows: object) -> Check:
        shown, ahead = len(start.segments), start.ahead  # type: ignore[attr-defined]
        found = PLAIN if not ahead else SHOWN if shown else BARE
        return Check(0, float(found == way), 1.0)

    monkeypatch.setattr(Tuner, "score", score)
    made, compared = o1().best("Say a.", SHOTS, 500, 0)
    assert compared[0].way == way
    assert (made.ahead > 0, len(made.segments)) == (way != PLAIN, 0 if way == BARE else 5)


def test_examples_that_are_compared_on_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, asked = [], []

    def score(self: Tuner, start: object, rows: object) -> Check:
        seen.append(set(start.segments) & set(rows))  # type: ignore[attr-defined, call-overload]
        asked.append(tuple(rows))  # type: ignore[call-overload]
        return Check(0, 0.0, 1.0)

    monkeypatch.setattr(Tuner, "score", score)
    o1().best("Say a.", SHOTS, 500, 0)
    assert seen == [set()] * 6
    assert len(set(asked)) == 2 and not set(asked[0]) & set(asked[-1])


def test_a_single_example_is_enough_to_compare_on() -> None:
    _, compared = o1().best("Say a.", SHOTS[:1], 500, 0)
    assert {one.way for one in compared} == {BARE, PLAIN}


def test_ways_are_compared_on_the_labels_that_they_choose() -> None:
    labels = ("out 0", "out 1")
    _, compared = o1().best("Say a.", SHOTS, 500, 0, labels)
    for one in compared:
        assert len(one.check.scores) == len(one.rows) == len(set(one.rows)) == 4
        chosen = [labels[row.index(max(row))] for row in one.check.scores]
        right = [SHOTS[row].output for row in one.rows]
        assert one.check.exact == sum(a == b for a, b in zip(chosen, right, strict=True)) / 4


def test_a_program_is_written_once_for_all_that_stands_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    compiler, asked = o1("written"), []

    def noted(compiler: NeuralCompiler, prompts: list[list[int]], *, limit: int) -> list[Written]:
        asked.append(prompts)
        return write(compiler, prompts, limit=limit)

    monkeypatch.setattr("pawc.neural.o1.write", noted)
    first = compiler.written("Say a.")
    assert compiler.program("Say a.").tokens == first and len(asked) == 1
    compiler.written("Say b.")
    assert compiler.written("Say a.") == first and len(asked) == 3


def test_the_compiler_reads_a_function_once_for_all_ways_to_use_its_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    compiler, made = o1(), []
    plain = compiler.compiler.prefixes

    def prefixes(heads: list[list[int]]) -> object:
        made.append(heads)
        return plain(heads)

    monkeypatch.setattr(compiler.compiler, "prefixes", prefixes)
    compiler.best("Say a.", SHOTS, 500, 0)
    assert len(made) in (2, 3)  # once for each part held back, and for the winner if it has a prefix


@pytest.mark.parametrize("better", [True, False])
def test_o2_starts_behind_the_prefix_where_that_is_better(better: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    function = NeuralFunction(
        symbol="m.f",
        params=(Param(name="x", type=TEXT),),
        result=TEXT,
        spec="Say a.",
        examples=tuple(Example(inputs=(shot.input,), output=shot.output) for shot in SHOTS),
        options=(("steps", 2),),
    )

    def score(self: Tuner, start: object, rows: object) -> Check:
        return Check(0, float((start.ahead > 0) == better), 1.0)  # type: ignore[attr-defined]

    monkeypatch.setattr(Tuner, "score", score)
    monkeypatch.setattr(levels, "last_of_the_best", lambda checks: checks[-1])
    plain = levels.compile_function(function, tiny_interpreter(), levels.Settings(level=2))
    made = levels.compile_function(function, tiny_interpreter(), levels.Settings(level=2), o1=o1())
    assert plain.prefix is not None and made.prefix is not None
    assert made.compiler == ("0" * 64 if better else "")
    assert made.prefix.shape[3] - plain.prefix.shape[3] == (3 if better else 0)
