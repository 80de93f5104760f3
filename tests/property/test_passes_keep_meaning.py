"""Link-time passes change how a program is evaluated, never what it answers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ir_strategies import BLOBS, modules, values
from pawc.passes import PASSES

from pawc.base.types import Bool, Float, Int, Labels, List, Matching, Optional, Record, Type, conform, thaw
from pawc.ir.codec import canonical_json
from pawc.ir.nodes import Module, NeuralFunction
from pawc.pass_base import Context
from pawc.pass_manager import PassManager
from pawc.pass_spec import parse_pipeline
from pawc.runtime.executor import Executor
from pawc.runtime.outcome import Answer, Failure, Outcome

LINK_TIME = "share-programs,inline{limit=60},fold-constants,deduplicate-calls,eliminate-dead"
MATCHED = {r"[a-c]+": "abca", r"a/b": "a/b", r"a\/b": "a/b", r"\d{2}\\": "42\\", r"x|": "x", "\n": "\n"}


def some_value(kind: Type, rng: random.Random) -> Any:
    """A value of a type that the state of `rng` decides."""
    match kind:
        case Int():
            return rng.randrange(4)
        case Float():
            return rng.random()
        case Bool():
            return rng.random() < 0.5
        case Labels(names):
            return rng.choice(names)
        case Matching(pattern):
            return MATCHED[pattern]
        case List(item):
            return [some_value(item, rng) for _ in range(rng.randrange(3))]
        case Optional(item):
            return None if rng.random() < 0.3 else some_value(item, rng)
        case Record(fields):
            return {name: some_value(field, rng) for name, field in fields}
    return rng.choice(["", "a", "b"])


class Oracle:
    """Answers by what decides a neural function's answers: its program and the arguments, not its name."""

    def call(self, function: NeuralFunction, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
        assert function.program is not None
        who = canonical_json(replace(function, symbol="", spec="", examples=(), program=None))
        who += repr((function.program.tokens, function.program.prefix))
        outcomes: list[Outcome] = []
        for arguments in batch:
            rng = random.Random(who + repr(arguments))
            failed = rng.random() < 0.1
            value = conform(function.result, some_value(function.result, rng))
            outcomes.append(Failure("P0803", "out of tokens") if failed else Answer(value, ""))
        return outcomes


def answers(module: Module, symbol: str, arguments: tuple[Any, ...]) -> str:
    (outcome,) = Executor(module, Oracle()).run(symbol, [arguments])
    return repr(outcome.value) if isinstance(outcome, Answer) else outcome.code


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(modules("linked"), st.data())
def test_a_program_answers_the_same_after_link_time_passes(module: Module, data: st.DataObject) -> None:
    optimised = PassManager(passes=parse_pipeline(LINK_TIME, PASSES)).run(module, Context(blobs=BLOBS))
    for function in module.functions:
        arguments = tuple(conform(p.type, thaw(data.draw(values(p.type)))) for p in function.params)
        assert answers(optimised, function.symbol, arguments) == answers(module, function.symbol, arguments)
