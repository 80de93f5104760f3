"""One function to its program, at every level, on a tiny random interpreter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch

from pawc.base.diagnostics import PawError
from pawc.base.types import TEXT, Labels
from pawc.ir.nodes import Example, NeuralFunction, Param
from pawc.neural.compiler import SHOWN, Compiled, Settings, compile_function, last_of_the_best, preferred_dtype, varied
from pawc.neural.o1 import HELD, O1
from pawc.neural.search import candidates, wordings
from pawc.neural.template import Shot, Template, instruction, shots, template
from pawc.neural.tune import Check, Schedule, Tuner
from tests.compilers import random_compiler
from tests.tiny import tiny_interpreter

DTYPES = {(False, False): torch.bfloat16, (True, False): torch.float32, (True, True): torch.bfloat16}
"""By whether a processor has AVX-512, and its instructions for bfloat16, where oneDNN takes bfloat16."""
FAST = Schedule(steps=4, batch=4)


def function(examples: int = 12, **fields: object) -> NeuralFunction:
    made = NeuralFunction(
        symbol="m.f",
        params=(Param(name="x", type=TEXT),),
        result=TEXT,
        spec="Echo.",
        examples=tuple(Example(inputs=(f"in {n}",), output=f"out {n % 3}") for n in range(examples)),
    )
    return replace(made, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(("wide", "native"), DTYPES)
def test_bfloat16_is_not_preferred_where_it_is_emulated(
    monkeypatch: pytest.MonkeyPatch, wide: bool, native: bool
) -> None:
    monkeypatch.setattr(torch.cpu, "_is_avx512_supported", lambda: wide)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: native)
    taken = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    assert preferred_dtype() == (DTYPES[wide, native] if taken else torch.float32)


def compiled(level: int, made: NeuralFunction | None = None, **settings: object) -> Compiled:
    told = Settings(level=level, schedule=FAST, candidates=5)
    return compile_function(made or function(), tiny_interpreter(), replace(told, **settings))  # type: ignore[arg-type]


def test_level_0_is_the_template_without_a_prefix() -> None:
    made = compiled(0)
    plain = template(instruction(function()), shots(function()), tiny_interpreter().layout)
    assert (made.level, made.tokens, made.prefix) == (0, plain.tokens, None)


@pytest.mark.parametrize("level", [2, 3])
def test_refined_levels_give_a_prefix_and_no_tokens(level: int) -> None:
    made = compiled(level)
    assert made.level == level and made.tokens == () and made.prefix is not None
    interpreter = tiny_interpreter()
    assert made.prefix.shape[:3] == (interpreter.layers, 2, interpreter.kv_heads)
    facts = dict(made.report)
    assert facts["held back"] == 3
    assert facts["exact after"] >= facts["exact before"]
    assert ("candidates" in facts) == (level == 3)


@pytest.mark.parametrize("level", [2, 3])
def test_the_same_function_compiles_to_the_same_program(level: int) -> None:
    first, again = compiled(level), compiled(level)
    assert first.prefix is not None and again.prefix is not None
    assert torch.equal(first.prefix, again.prefix) and first.report == again.report


LABELLED = {"result": Labels(("out 0", "out 1", "out 2")), "spec": "Answer out 0, out 1 or out 2."}


@pytest.mark.parametrize("level", [2, 3])
def test_refined_labels_are_calibrated_on_the_examples_held_back(level: int) -> None:
    made = compiled(level, function(**LABELLED))
    assert (made.level, compiled(level).calibration) == (level, None)
    assert made.calibration is not None
    assert (len(made.calibration.bias), made.calibration.examples) == (3, dict(made.report)["held back"])
    assert made.calibration == compiled(level, function(**LABELLED)).calibration


@pytest.mark.parametrize("prefixed", [True, False])
def test_o1_is_calibrated_on_the_examples_that_it_was_compared_on(
    prefixed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Tuner.score

    def score(self: Tuner, start: Template, rows: Sequence[int]) -> Check:
        return replace(plain(self, start, rows), exact=float((start.ahead > 0) == prefixed))

    monkeypatch.setattr(Tuner, "score", score)
    o1, settings = O1(random_compiler(), "spec", "0" * 64), Settings(level=1)
    made = compile_function(function(**LABELLED), tiny_interpreter(), settings, o1=o1)
    assert made.calibration is not None
    assert made.calibration.examples == (2 * HELD if prefixed else 12)
    assert compile_function(function(), tiny_interpreter(), settings, o1=o1).calibration is None


def test_threads_do_not_change_the_program_and_are_put_back() -> None:
    torch.set_num_threads(2)
    try:
        two = compiled(2).prefix
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(1)
    one = compiled(2).prefix
    assert one is not None and two is not None and torch.equal(one, two)


def test_too_few_examples_to_hold_any_back_compile_to_the_template() -> None:
    assert compiled(2, function(3)).level == 0


def test_options_of_the_function_override_the_settings() -> None:
    assert compiled(2, function(options=(("prefix_tokens", 0),))).level == 0
    assert compiled(2, function(options=(("steps", 0),))).level == 0
    assert dict(compiled(2, function(options=(("steps", 2),))).report)["steps"] <= 2
    bare = len(tiny_interpreter().layout.head("Echo."))
    short = compiled(2, function(options=(("prefix_tokens", 1),))).prefix
    assert short is not None and short.shape[3] == bare
    seeds = [compiled(2, function(options=(("seed", seed),))).prefix for seed in (1, 2)]
    assert seeds[0] is not None and seeds[1] is not None and not torch.equal(seeds[0], seeds[1])


def test_an_example_longer_than_the_interpreter_reads_is_refused() -> None:
    long = Example(inputs=("a" * 600,), output="x")
    with pytest.raises(PawError, match="P1003"):
        compiled(0, function(examples=0, spec="Echo.") and replace(function(), examples=(long,)))


def test_a_specification_longer_than_the_interpreter_reads_is_refused() -> None:
    with pytest.raises(PawError, match=r"P1003(.|\n)*a specification of"):
        compiled(0, function(examples=0, spec="word " * 300))


def test_candidates_are_ranked_as_they_will_be_refined(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = []
    plain = Tuner.score

    def score(self: Tuner, start: Template, rows: Sequence[int]) -> Check:
        longest.append(len(start.tokens))
        return plain(self, start, rows)

    monkeypatch.setattr(Tuner, "score", score)
    compiled(3, function(options=(("prefix_tokens", 90),)))
    assert len(longest) == 5 and max(longest) <= 90


def test_a_function_that_every_step_makes_worse_keeps_the_whole_template(monkeypatch: pytest.MonkeyPatch) -> None:
    def worse(self: Tuner, *args: object, **kwargs: object) -> tuple[None, list[Check]]:
        return None, [Check(0, 0.5, 1.0), Check(4, 0.25, 0.5)]

    monkeypatch.setattr(Tuner, "run", worse)
    made = compiled(2)
    assert (made.level, made.prefix, made.tokens) == (0, None, compiled(0).tokens)
    assert dict(made.report)["exact before"] == 0.5


def test_progress_counts_up_to_its_total() -> None:
    told: list[tuple[int, int]] = []
    compile_function(
        function(), tiny_interpreter(), Settings(level=3, schedule=FAST, candidates=5), lambda *at: told.append(at)
    )
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1][0] == told[-1][1]


def test_shown_examples_vary_in_their_outputs() -> None:
    examples = [Shot(str(n), output) for n, output in enumerate("aaaabbc")]
    assert varied(examples, range(7), 4) == (0, 4, 6, 1)
    assert varied(examples, (1, 2), 5) == (1, 2)


def test_to_stop_early_needs_a_better_answer() -> None:
    checks = [Check(0, 0.25, 1.0), Check(4, 0.5, 0.6), Check(8, 0.5, 0.9), Check(12, 0.25, 1.4)]
    assert last_of_the_best(checks).step == 8


def test_candidates_are_different_and_the_first_is_the_plain_template() -> None:
    import random

    found = candidates(function(), range(9), 12, random.Random(0))
    assert len(set(found)) == 12
    assert found[0].rows == tuple(range(9)) and found[0].instruction == instruction(function())
    assert {candidate.instruction for candidate in found} <= set(wordings(function()))


def test_a_teachers_examples_stand_behind_a_prefix_that_did_not_read_them() -> None:
    o1, interpreter = O1(random_compiler(), "spec", "1" * 64), tiny_interpreter()
    known = function(10)  # two of the author's, eight of a teacher's
    made = compile_function(known, interpreter, Settings(level=1), None, o1, written=8)
    every = shots(known)
    shown = [*every[:2], *(every[row] for row in varied(every, range(2, 10), SHOWN - 2))]
    assert {shot.output for shot in shown[2:]} == {"out 0", "out 1", "out 2"}
    assert made.tokens == template(instruction(known), shown, interpreter.layout, budget=256).tokens
    assert made.prefix is not None and torch.equal(made.prefix, o1.prefix(instruction(known), every[:2]))
    assert (made.level, made.compiler, dict(made.report)["examples shown"]) == (1, "1" * 64, SHOWN)


@pytest.mark.parametrize("level", [0, 1])
def test_a_teachers_example_that_is_too_long_is_no_fault_of_the_authors(level: int) -> None:
    known = replace(function(0), examples=(Example(inputs=("a" * 300,), output="x"),))
    o1 = O1(random_compiler(), "spec", "1" * 64)
    made = compile_function(known, tiny_interpreter(), Settings(level=level), None, o1, written=1)
    assert made.level == level
    assert level == 0 or list(made.tokens) == tiny_interpreter().layout.head(instruction(known))


def test_nothing_is_refined_on_a_teachers_examples() -> None:
    known = function(10)
    made = compile_function(known, tiny_interpreter(), Settings(level=2, schedule=FAST), written=6)
    own = compile_function(function(4), tiny_interpreter(), Settings(level=2, schedule=FAST))
    assert own.prefix is not None and made.prefix is not None and torch.equal(made.prefix, own.prefix)
    fewer = compile_function(known, tiny_interpreter(), Settings(level=2, schedule=FAST), written=7)
    assert (fewer.level, fewer.prefix, dict(fewer.report)["examples shown"]) == (0, None, SHOWN)
