"""The pass that gives every neural function its program: levels, the cache, processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pawc.passes.neural_compile import NeuralCompile

from pawc.base.diagnostics import PawError
from pawc.base.types import TEXT, Frozen, Labels, Type
from pawc.files.blobs import BlobStore
from pawc.files.cache import CompileCache
from pawc.ir.nodes import Example, Module, NeuralFunction, Param, Program
from pawc.neural.shipped import compiler_file
from pawc.pass_base import Context
from pawc.pass_manager import PassManager
from pawc.runtime.outcome import Answer, Outcome
from tests.compilers import compiler_path, random_compiler
from tests.tiny import tiny_info, tiny_interpreter, tiny_store


def function(name: str, examples: int) -> NeuralFunction:
    return NeuralFunction(
        symbol=f"m.{name}",
        params=(Param(name="x", type=TEXT),),
        result=TEXT,
        spec=f"Do {name}.",
        examples=tuple(Example(inputs=(f"in {n}",), output=f"out {n % 2}") for n in range(examples)),
        options=(("steps", 1),),
    )


def module(*functions: NeuralFunction) -> Module:
    return Module(name="m", stage="checked", functions=functions)


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    return Context(store=tiny_store(), interpreter="tiny-llama", cache=CompileCache(tmp_path / "cache"))


def compiled(given: Module, ctx: Context, **options: int) -> Module:
    return PassManager(passes=[NeuralCompile(**options)]).run(given, ctx)


def programs(given: Module) -> list[object]:
    return [f.program for f in given.neural]


def test_a_function_with_enough_examples_is_refined_and_another_gets_the_template(ctx: Context) -> None:
    made = compiled(module(function("few", 7), function("many", 8)), ctx)
    few, many = (f.program for f in made.neural)
    assert made.stage == "compiled"
    assert few is not None and few.level == 0 and few.prefix is None and few.tokens
    assert many is not None and many.level == 2 and many.prefix is not None
    assert few.interpreter == many.interpreter == tiny_info("llama").sha256
    assert many.prefix.data in ctx.blobs


def test_what_the_cache_knows_is_not_compiled_again(ctx: Context) -> None:
    told: list[str] = []
    ctx.log = told.append
    first = compiled(module(function("a", 8), function("b", 8)), ctx)
    assert len([line for line in told if ": -O" in line]) == 2
    later = replace(ctx, blobs=BlobStore(), told=set())
    edited = replace(function("b", 8), spec="Do something else.")
    second = compiled(module(function("a", 8), edited), later)
    kept, *others = [line for line in told if ": -O" in line][2:]
    assert kept == f"{told[1]}; from the cache"
    assert [line.split(":")[0] for line in others] == ["m.b"]
    assert [line for line in told if "tuning" in line] == ["[1/2] tuning m.a", "[2/2] tuning m.b", "[1/1] tuning m.b"]
    assert second.neural[0].program == first.neural[0].program
    prefix = second.neural[0].program.prefix  # type: ignore[union-attr]
    assert prefix is not None and prefix.data in later.blobs


def test_how_a_function_was_compiled_is_said_once_in_a_build(ctx: Context) -> None:
    told: list[str] = []
    ctx.log = told.append
    for build in (ctx, ctx, replace(ctx, told=set())):
        compiled(module(function("a", 3)), build, level=2)
    said = "m.a: -O0 (-O2 needs more examples), 3 examples"
    assert told == [said, f"{said}; from the cache"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_takes_long_is_announced_before_it_is_done(ctx: Context, tmp_path: Path, jobs: int) -> None:
    told: list[str] = []
    ctx.log, ctx.jobs, ctx.cache = told.append, jobs, None
    untuned = replace(function("untuned", 9), options=(("prefix_tokens", 0),))
    compiled(module(function("few", 3), function("a", 8), untuned, function("b", 8), function("c", 8)), ctx, level=2)
    tuning = [line for line in told if "tuning" in line]
    assert tuning == ["[1/3] tuning m.a", "[2/3] tuning m.b", "[3/3] tuning m.c"]
    for name in "abc":
        (begun,) = (n for n, line in enumerate(told) if line.endswith(f"tuning m.{name}"))
        assert begun < told.index(next(line for line in told if line.startswith(f"m.{name}: -O")))


def report_told(*report: tuple[str, Frozen], result: Type = TEXT, level: int = 2) -> list[str]:
    """What a build says of a program with this report that it finds in the cache."""

    class Cache:
        def get(self, key: str, blobs: BlobStore) -> Program:
            return Program(level=level, interpreter=tiny_info("llama").sha256, tokens=(1,), report=report)

    told: list[str] = []
    found = Context(store=tiny_store(), interpreter="tiny-llama", cache=Cache(), log=told.append)  # type: ignore[arg-type]
    compiled(module(replace(function("a", 8), result=result)), found)
    return told


def test_held_back_examples_are_counted_and_none_right_is_warned_of() -> None:
    rates = (("held back", 3), ("exact before", 1 / 3), ("exact after", 2 / 3))
    assert report_told(*rates) == ["m.a: -O2, held-back examples right: 1 -> 2 of 3; from the cache"]
    none = (("held back", 2), ("exact before", 0.0), ("exact after", 0.0))
    assert report_told(*none, result=Labels(("out 0", "out 1"))) == [
        "m.a: -O2, held-back examples right: 0 -> 0 of 2; from the cache",
        "m.a: warning: answers none of the 2 held-back examples right; "
        "see what it answers to tests, and give it more examples",
    ]
    assert "held-back examples word for word;" in report_told(*none)[1]
    kept = (("kept", "-O1"), ("exact -O0", 0.5), ("exact -O1", 0.0))
    assert "warning: answers none of the held-back examples" in report_told(*kept, level=1)[1]
    assert len(report_told(("kept", "-O1"), ("exact -O0", 0.0), ("exact -O1", 0.5), level=1)) == 1


def test_the_level_and_the_seed_are_part_of_what_the_cache_knows(ctx: Context) -> None:
    given = module(function("a", 8))
    seen = [programs(compiled(given, ctx, **options)) for options in ({}, {"level": 0}, {"seed": 1}, {"level": 3})]
    assert len({repr(program) for program in seen}) == 4


def test_processes_give_what_one_process_gives(ctx: Context, tmp_path: Path) -> None:
    given = module(function("a", 8), function("b", 9), function("c", 2))
    shared = replace(ctx, cache=CompileCache(tmp_path / "other"), blobs=BlobStore(), jobs=2)
    assert compiled(given, shared) == compiled(given, ctx)


def test_level_1_says_that_there_is_no_neural_compiler(ctx: Context) -> None:
    with pytest.raises(PawError, match="P1001"):
        compiled(module(function("a", 8)), ctx, level=1)


def test_without_a_level_few_examples_mean_o1_where_there_is_a_compiler(ctx: Context, tmp_path: Path) -> None:
    ctx.compiler = str(compiler_path(tmp_path))
    made = compiled(module(function("bare", 0), function("many", 8)), ctx)
    bare, many = (f.program for f in made.neural)
    assert bare is not None and (bare.level, bare.compiler) == (1, compiler_file(Path(ctx.compiler)).sha256)
    assert bare.prefix is not None and bare.prefix.length == 3 and bare.prefix.data in ctx.blobs
    assert many is not None and many.level != 1


def test_a_function_s_o1_program_does_not_depend_on_what_is_compiled_with_it(ctx: Context, tmp_path: Path) -> None:
    ctx.compiler = str(compiler_path(tmp_path))
    functions = [function("a" * n, n % 3) for n in range(1, 6)]
    alone = [programs(compiled(module(one), replace(ctx, cache=None)))[0] for one in functions]
    assert programs(compiled(module(*functions), replace(ctx, cache=None))) == alone
    assert programs(compiled(module(*functions), replace(ctx, cache=None, jobs=2))) == alone


def test_another_compiler_compiles_again(ctx: Context, tmp_path: Path) -> None:
    ctx.compiler = str(compiler_path(tmp_path))
    (first,) = programs(compiled(module(function("a", 0)), ctx))
    ctx.compiler = str(compiler_path(tmp_path / "cache", form="none"))
    (second,) = programs(compiled(module(function("a", 0)), ctx))
    assert first != second


def test_what_was_compared_is_said(ctx: Context, tmp_path: Path) -> None:
    told: list[str] = []
    ctx.log, ctx.compiler = told.append, str(compiler_path(tmp_path))
    compiled(module(function("a", 3)), ctx)
    assert "the best on examples held back (-O0 0%, -O1 0%, -O1 with the examples as turns 0%)" in told[0]


def test_a_compiler_for_another_interpreter_is_refused(ctx: Context, tmp_path: Path) -> None:
    ctx.compiler, ctx.interpreter = str(compiler_path(tmp_path)), "tiny-qwen3"
    with pytest.raises(PawError, match="P1206"):
        compiled(module(function("a", 0)), ctx)


def test_a_compiler_may_read_with_another_network_of_the_store(ctx: Context, tmp_path: Path) -> None:
    other = random_compiler(mapper=6, network=tiny_interpreter("gpt2"))
    ctx.compiler = str(compiler_path(tmp_path, other))
    (program,) = programs(compiled(module(function("a", 0)), ctx, level=1))
    assert program.prefix.length == 3  # type: ignore[attr-defined]


def test_a_module_without_neural_functions_needs_no_interpreter() -> None:
    assert compiled(module(), Context()).stage == "compiled"


def test_asking_for_more_than_the_examples_allow_is_said(ctx: Context) -> None:
    told: list[str] = []
    ctx.log = told.append
    compiled(module(function("a", 3)), ctx, level=2)
    assert told == ["m.a: -O0 (-O2 needs more examples), 3 examples"]


@pytest.mark.parametrize("options", [{"level": 4}, {"level": -2}, {"seed": -1}, {"seed": 2**32}])
def test_a_level_or_a_seed_that_there_is_not_is_refused(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"level is 0 to 3|seed is 0 to 4294967295"):
        NeuralCompile(**options)


class Teacher:
    """An engine that answers every question alike, and counts them."""

    def __init__(self, answer: str) -> None:
        self.answer, self.asked = answer, []

    def call(self, teacher: NeuralFunction, batch: Sequence[tuple[str]]) -> list[Outcome]:
        assert teacher.program is not None and teacher.program.interpreter == tiny_info("qwen2").sha256
        self.asked += [question for (question,) in batch]
        return [Answer(self.answer, self.answer) for _ in batch]


def taught(ctx: Context, answer: str) -> tuple[Context, Teacher, list[str]]:
    teacher, said = Teacher(answer), []
    return replace(ctx, teacher="tiny-qwen2", engine=lambda _: teacher, log=said.append), teacher, said


WRITTEN = "\n".join(f"Input: in {n}\nOutput: out" for n in range(8))


def test_a_teacher_writes_examples_of_functions_with_few(ctx: Context) -> None:
    with_teacher, teacher, said = taught(ctx, WRITTEN)
    few, several = function("few", 0), function("several", 5)
    made = compiled(module(few, several), with_teacher)
    assert len(teacher.asked) == 1 and "Do few." in teacher.asked[0]
    assert ("examples written", 8) in made.neural[0].program.report
    assert not any(name == "examples written" for name, _ in made.neural[1].program.report)
    given = replace(few, examples=tuple(Example(inputs=(f"in {n}",), output="out") for n in range(5)))
    assert made.neural[0].program.tokens == compiled(module(given), ctx, level=0).neural[0].program.tokens
    assert made.neural[0].examples == ()  # the source's, which has none
    assert said[0] == "tiny-qwen2 writes examples of 1 function"
    assert said[1] == "m.few: -O0, 0 examples and 8 of the teacher's"


def test_what_was_taught_comes_from_the_cache_and_untaught_functions_too(ctx: Context) -> None:
    with_teacher, teacher, _ = taught(ctx, WRITTEN)
    untaught = compiled(module(function("few", 0)), ctx)
    first = compiled(module(function("few", 0)), with_teacher)
    assert programs(compiled(module(function("few", 0)), with_teacher)) == programs(first) != programs(untaught)
    assert len(teacher.asked) == 1
    assert programs(compiled(module(function("few", 0)), ctx)) == programs(untaught)


def test_a_function_of_labels_is_not_taught_and_that_is_said(ctx: Context) -> None:
    with_teacher, teacher, said = taught(ctx, WRITTEN)
    labels = replace(function("few", 0), result=Labels(("a", "b")))
    assert programs(compiled(module(labels), with_teacher)) == programs(compiled(module(labels), ctx))
    assert teacher.asked == [] and said[0].startswith("m.few: not taught, as its answers are labels")


def test_a_teacher_that_writes_nothing_changes_nothing(ctx: Context) -> None:
    with_teacher, _, said = taught(ctx, "I cannot do that.")
    assert programs(compiled(module(function("few", 0)), with_teacher)) == programs(
        compiled(module(function("few", 0)), ctx)
    )
    assert said[1] == "m.few: -O0, 0 examples"


def test_a_teacher_that_is_not_there_is_told_how_to_get(ctx: Context) -> None:
    with pytest.raises(PawError, match=r"P0701(.*\n)*.*pawc interp pull qwen2.5-coder-1.5b-instruct"):
        compiled(module(function("few", 0)), replace(ctx, teacher="qwen2.5-coder-1.5b-instruct"))
