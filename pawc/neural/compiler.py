"""One neural function -> its program, at an optimisation level: what `passes/neural_compile.py` calls.

| level | pseudo-program                                              | prefix                                     |
|-------|-------------------------------------------------------------|--------------------------------------------|
| 0     | the template: specification, then the examples as turns     | none                                       |
| 2     | (absorbed by the prefix)                                    | the template's states, refined on examples |
| 3     | (absorbed by the prefix)                                    | the same, from the best template found     |
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from pawc.base.diagnostics import fail
from pawc.base.types import Frozen, Type, choices
from pawc.ir.nodes import Calibration, NeuralFunction
from pawc.lowering import options
from pawc.neural.calibration import calibrate
from pawc.neural.search import candidates, search
from pawc.neural.template import Shot, instruction, shots, template
from pawc.neural.tune import Check, Progress, Schedule, Tuner
from pawc.runtime.interpreter import Interpreter

MIN_EXAMPLES = 4
"""Below this there is nothing to hold back, and nothing is refined."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How functions are compiled; `option` lines of a function override `schedule.steps`, `seed` and `budget`.

    `budget` is the longest template to refine, in tokens; the specification is never cut.
    """

    level: int
    seed: int = 0
    candidates: int = 12
    budget: int = 512
    schedule: Schedule = field(default_factory=Schedule)


@dataclass(frozen=True)
class Compiled:
    """A program before it has blobs: tokens, prefix `[layers, 2, kv_heads, length, head_dim]`, what to report."""

    level: int
    tokens: tuple[int, ...]
    prefix: Tensor | None
    report: tuple[tuple[str, Frozen], ...]
    calibration: Calibration | None = None


def preferred_dtype() -> torch.dtype:
    """bfloat16 where the processor multiplies it natively (about 5 times faster to train), else float32."""
    return torch.bfloat16 if torch.ops.mkldnn._is_mkldnn_bf16_supported() else torch.float32


@contextmanager
def single_thread() -> Iterator[None]:
    """One thread of torch: sums have one order, so that a build does not depend on `-j` or on the machine's load."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def compile_function(
    function: NeuralFunction, interpreter: Interpreter, settings: Settings, progress: Progress | None = None
) -> Compiled:
    """The function's program. Deterministic: the same function, interpreter and settings give the same bytes."""
    examples = shots(function)
    settings = _adapted(function, settings)
    _refuse_too_long(function, examples, interpreter)
    if settings.level == 0 or len(examples) < MIN_EXAMPLES or settings.budget == 0:
        return _plain(function.result, instruction(function), examples, interpreter)
    with single_thread():
        return _refine(function, examples, interpreter, settings, progress)


def _refuse_too_long(function: NeuralFunction, examples: Sequence[Shot], interpreter: Interpreter) -> None:
    layout = interpreter.layout
    spec = len(layout.head(instruction(function)))
    for example, shot in zip(function.examples, examples, strict=True):
        length = spec + len(layout.query(shot.input)) + len(layout.answer(shot.output))
        if 2 * length > layout.max_positions:  # twice: an input follows that may be as long
            fail(
                "P1003",
                f"`{function.symbol}` has an example of {length} tokens; interpreter `{interpreter.name}` reads"
                f" {layout.max_positions}, and an input must fit behind it",
                example.span,
                help="shorten the example or the specification",
            )


def _adapted(function: NeuralFunction, settings: Settings) -> Settings:
    steps, seed, length = (options.value(function.options, name) for name in ("steps", "seed", "prefix_tokens"))
    schedule = settings.schedule if steps is None else replace(settings.schedule, steps=int(steps))
    return replace(
        settings,
        schedule=schedule,
        seed=settings.seed if seed is None else int(seed),
        budget=settings.budget if length is None else int(length),
    )


def _refine(
    function: NeuralFunction,
    examples: Sequence[Shot],
    interpreter: Interpreter,
    settings: Settings,
    progress: Progress | None,
) -> Compiled:
    """Refine the template (at level 3 the best one found).

    Two runs: the first holds examples back and learns from them after how many steps to stop; the second uses
    all examples, for that many steps. (Keeping the first run's prefix wastes the held-back examples: docs/adr/.)
    """
    schedule, rng = settings.schedule, random.Random(settings.seed)
    order = rng.sample(range(len(examples)), len(examples))
    count = max(2, round(len(order) * schedule.held_back))
    held, train = order[:count], order[count:]
    tuner = Tuner(interpreter, examples, schedule, settings.seed)
    trials = settings.candidates if settings.level >= 3 else 0
    total = trials + 2 * schedule.steps
    report: list[tuple[str, Frozen]] = []
    spec, shown = instruction(function), varied(examples, train, schedule.shown)
    if trials:
        found = candidates(function, train, trials, rng)
        ranked = search(interpreter, tuner, examples, found, held, lambda done, _: _tell(progress, done, total))
        spec, shown = ranked[0].candidate.instruction, ranked[0].candidate.rows
        report += [("candidates", len(ranked)), ("instruction", spec)]
    first = template(spec, examples, interpreter.layout, shown, settings.budget)
    _, checks = tuner.run(first, train, held, progress=lambda done, _: _tell(progress, trials + done, total))
    best = last_of_the_best(checks)
    report += [("held back", len(held)), ("exact before", checks[0].exact), ("exact after", best.exact)]
    report += [("loss before", checks[0].loss), ("loss after", best.loss)]
    if best.step == 0:  # steps only made it worse: then the whole template is worth more than the part that is refined
        return _plain(function.result, spec, examples, interpreter, report)
    if not trials:
        shown = varied(examples, order, schedule.shown)
    whole = template(spec, examples, interpreter.layout, shown, settings.budget)
    ahead = trials + schedule.steps
    states, _ = tuner.run(
        whole, order, steps=best.step, progress=lambda done, _: _tell(progress, ahead + done, ahead + best.step)
    )
    report += [("examples shown", len(whole.segments)), ("steps", best.step)]
    return Compiled(settings.level, (), states, tuple(report))


def _plain(
    result: Type,
    spec: str,
    examples: Sequence[Shot],
    interpreter: Interpreter,
    report: Sequence[tuple[str, Frozen]] = (),
) -> Compiled:
    """The template as it is, with all the examples that fit."""
    plain = template(spec, examples, interpreter.layout)
    calibration = None
    if (answers := choices(result)) and examples:
        with single_thread():
            labels = [text for _, text in answers]
            calibration = calibrate(interpreter, interpreter.states(plain.tokens), plain, examples, labels)
    return Compiled(0, plain.tokens, None, (*report, ("examples shown", len(plain.segments))), calibration)


def varied(examples: Sequence[Shot], rows: Sequence[int], count: int) -> tuple[int, ...]:
    """`count` of `rows`, those with outputs not yet shown first: five shots of three labels show all three."""
    chosen: list[int] = []
    while len(chosen) < min(count, len(rows)):
        seen: set[str] = set()
        for row in rows:
            if row not in chosen and examples[row].output not in seen and len(chosen) < count:
                seen.add(examples[row].output)
                chosen.append(row)
    return tuple(chosen)


def last_of_the_best(checks: Sequence[Check]) -> Check:
    """The latest of the checks with the most right answers: to stop earlier needs a reason.

    The loss is none: it rises with the interpreter's confidence while its answers still get better.
    """
    return max(checks, key=lambda check: (check.exact, check.step))


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress:
        progress(done, total)
