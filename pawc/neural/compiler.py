"""One neural function -> its program, at an optimisation level: what `passes/neural_compile.py` calls.

| level | pseudo-program                                              | prefix                                     |
|-------|-------------------------------------------------------------|--------------------------------------------|
| 0     | the template: specification, then the examples as turns     | none                                       |
| 1     | what the neural compiler's form says, perhaps examples      | one forward pass of the neural compiler    |
| 2     | (absorbed by the prefix)                                    | the template's states, refined on examples |
| 3     | (absorbed by the prefix)                                    | the same, from the best template found     |

With a neural compiler `-O2` and `-O3` start behind its prefix where that does better on the examples held back.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from pawc.base.diagnostics import fail
from pawc.base.types import TEXT, Frozen, Optional, Type, choices
from pawc.ir.nodes import Calibration, NeuralFunction
from pawc.lowering import options
from pawc.neural.calibration import CONTENT_FREE, calibrate, fit, without_examples
from pawc.neural.o1 import O1, PLAIN
from pawc.neural.search import candidates, search
from pawc.neural.template import BUDGET, Shot, Template, instruction, shots, template
from pawc.neural.threads import single_thread
from pawc.neural.tune import Check, Progress, Schedule, Tuner
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.signature import input_text

SHOWN = 5
"""With a teacher's examples so many are shown: more cost every call, and are not worth more."""
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
    """A program before it has blobs: tokens, prefix `[layers, 2, kv_heads, length, head_dim]`, what to report.

    `compiler` is the sha256 of the neural compiler that had a part in it, if one had.
    """

    level: int
    tokens: tuple[int, ...]
    prefix: Tensor | None
    report: tuple[tuple[str, Frozen], ...]
    calibration: Calibration | None = None
    compiler: str = ""


def preferred_dtype() -> torch.dtype:
    """bfloat16 where the processor multiplies it natively (2 to 5 times as fast to train), else float32.

    oneDNN takes it on every processor with AVX-512, but emulates it where there are no instructions for it: slowly.
    """
    emulated = torch.cpu._is_avx512_supported() and not torch.cpu._is_avx512_bf16_supported()
    return torch.bfloat16 if torch.ops.mkldnn._is_mkldnn_bf16_supported() and not emulated else torch.float32


def compile_function(
    function: NeuralFunction,
    interpreter: Interpreter,
    settings: Settings,
    progress: Progress | None = None,
    o1: O1 | None = None,
    written: int = 0,
) -> Compiled:
    """The function's program, made with the neural compiler `o1` where there is one.

    The last examples, so many as are `written`, are a teacher's: shown, but nothing is refined or chosen by them.
    Deterministic: the same function, interpreter, compiler and settings give the same bytes.
    """
    examples = shots(function)
    own = examples[: len(examples) - written]
    settings = _adapted(function, settings)
    _refuse_too_long(function, own, interpreter)
    refined = _refined(settings, len(own))
    if not refined and (settings.level == 0 or o1 is None):
        return _plain(function, instruction(function), _few(examples, len(own)), interpreter)
    with single_thread():
        if refined:
            return _refine(function, own, interpreter, settings, progress, o1)
        assert o1 is not None
        if written:
            return _taught(function, examples, o1, len(own))
        return _one_pass(function, examples, o1, settings.seed)


def is_refined(function: NeuralFunction, settings: Settings, own: int) -> bool:
    """Whether compiling a function with so many examples of its `own` takes gradient steps, and therefore a while."""
    return _refined(_adapted(function, settings), own)


def _refined(settings: Settings, own: int) -> bool:
    return settings.level >= 2 and own >= MIN_EXAMPLES and settings.budget > 0


def _taught(function: NeuralFunction, examples: Sequence[Shot], o1: O1, own: int) -> Compiled:
    """`-O1` of a function whose examples but for the first `own` are a teacher's.

    No other way is compared with it on such examples: not all are true, and they chose worse (docs/adr/0010).
    """
    made = o1.taught(instruction(function), examples[:own], _few(examples, own))
    report = (("examples shown", len(made.segments)),)
    return Compiled(1, made.tokens, made.prefix, report, unseen(function, made, o1.compiler.interpreter), o1.sha256)


def _few(examples: Sequence[Shot], own: int) -> list[Shot]:
    """The author's `own` examples, and so many of a teacher's, with all kinds of answers, as make `SHOWN`."""
    more = varied(examples, range(own, len(examples)), max(0, SHOWN - own))
    return [*examples[:own], *(examples[row] for row in more)]


def _one_pass(function: NeuralFunction, examples: Sequence[Shot], o1: O1, seed: int) -> Compiled:
    """`-O1`: what the neural compiler makes, or the template where that does better on examples held back."""
    spec, labels = instruction(function), _labels(function.result)
    made, compared = o1.best(spec, examples, BUDGET, seed, labels)
    report: list[tuple[str, Frozen]] = []
    if compared:
        report += [("kept", compared[0].way)]
        report += [(f"exact {one.way}", one.check.exact) for one in sorted(compared, key=lambda one: one.way)]
    if made.prefix is None:
        return _plain(function, spec, examples, o1.compiler.interpreter, report)
    report.append(("examples shown", len(made.segments)))
    if compared:
        fitted = _fitted(compared[0].check, compared[0].rows, examples, labels)
    else:
        fitted = unseen(function, made, o1.compiler.interpreter)
    return Compiled(1, made.tokens, made.prefix, tuple(report), fitted, o1.sha256)


def _labels(result: Type) -> tuple[str, ...]:
    """The answers that a function chooses among, as texts; none where it writes, or has no choice."""
    texts = tuple(text for _, text in choices(result) or ())
    return texts if len(texts) > 1 else ()


def _fitted(check: Check, rows: Sequence[int], examples: Sequence[Shot], labels: Sequence[str]) -> Calibration | None:
    """What the examples `rows`, which the program of this check had not seen, say of the scores of its labels."""
    return fit(check.scores, [labels.index(examples[row].output) for row in rows]) if labels else None


def unseen(function: NeuralFunction, made: Template, interpreter: Interpreter) -> Calibration | None:
    """What can be said without examples of the scores of its labels, behind the template `made`.

    Nothing where no text is an input, or where an answer may be null: of an input that says nothing that is right.
    """
    labels = _labels(function.result)
    if not labels or isinstance(function.result, Optional) or any(param.type != TEXT for param in function.params):
        return None
    inputs = [input_text(function.params, [text] * len(function.params)) for text in CONTENT_FREE]
    with single_thread():
        return without_examples(interpreter, made.states(interpreter), made, inputs, labels)


def _refuse_too_long(function: NeuralFunction, examples: Sequence[Shot], interpreter: Interpreter) -> None:
    layout = interpreter.layout
    spec = len(layout.head(instruction(function)))
    if 2 * spec > layout.max_positions:  # twice: examples and an input follow
        fail(
            "P1003",
            f"`{function.symbol}` has a specification of {spec} tokens; interpreter `{interpreter.name}` reads"
            f" {layout.max_positions}, and an input must fit behind it",
            function.span,
            help="shorten the specification",
        )
    for example, shot in zip(function.examples, examples, strict=False):  # a teacher's are left out where too long
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
    o1: O1 | None,
) -> Compiled:
    """Refine the template (at level 3 the best one found), behind the neural compiler's prefix if that is better.

    Two runs: the first holds examples back and learns from them after how many steps to stop; the second uses
    all examples, for that many steps. (Keeping the first run's prefix wastes the held-back examples: docs/adr/.)
    """
    schedule, rng = settings.schedule, random.Random(settings.seed)
    order = rng.sample(range(len(examples)), len(examples))
    count = max(2, round(len(order) * schedule.held_back))
    held, train = order[:count], order[count:]
    labels = _labels(function.result)
    tuner = Tuner(interpreter, examples, schedule, settings.seed, labels)
    trials = settings.candidates if settings.level >= 3 else 0
    total = trials + 2 * schedule.steps
    report: list[tuple[str, Frozen]] = []
    spec, shown = instruction(function), varied(examples, train, schedule.shown)
    if trials:
        found = candidates(function, train, trials, rng)
        ranked = search(
            interpreter, tuner, examples, found, held, settings.budget, lambda done, _: _tell(progress, done, total)
        )
        spec, shown = ranked[0].candidate.instruction, ranked[0].candidate.rows
        report += [("candidates", len(ranked)), ("instruction", spec)]
    first = _start(spec, examples, interpreter, shown, settings.budget, None)
    if o1 is not None:
        behind = _start(spec, examples, interpreter, shown, settings.budget, o1)
        one, other = (tuner.score(start, held) for start in (first, behind))
        if (other.exact, -other.loss) > (one.exact, -one.loss):
            first = behind
        else:
            o1 = None  # not even a start
        report.append(("start", PLAIN if o1 is None else "-O1"))
    _, checks = tuner.run(first, train, held, progress=lambda done, _: _tell(progress, trials + done, total))
    best = last_of_the_best(checks)
    report += [("held back", len(held)), ("exact before", checks[0].exact), ("exact after", best.exact)]
    report += [("loss before", checks[0].loss), ("loss after", best.loss)]
    if best.step == 0:  # steps only made it worse: then the whole template is worth more than the part that is refined
        fitted = _fitted(best, held, examples, labels)
        return _unrefined(function, spec, examples, interpreter, report, fitted, o1)
    if not trials:
        shown = varied(examples, order, schedule.shown)
    whole = _start(spec, examples, interpreter, shown, settings.budget, o1)
    ahead = trials + schedule.steps
    states, _ = tuner.run(
        whole, order, steps=best.step, progress=lambda done, _: _tell(progress, ahead + done, ahead + best.step)
    )
    report += [("examples shown", len(whole.segments)), ("steps", best.step)]
    fitted = _fitted(best, held, examples, labels)
    return Compiled(settings.level, (), states, tuple(report), fitted, o1.sha256 if o1 else "")


def _start(
    spec: str, examples: Sequence[Shot], interpreter: Interpreter, shown: Sequence[int], budget: int, o1: O1 | None
) -> Template:
    """What is refined: the template, behind the neural compiler's prefix if there is one."""
    if o1 is not None:
        return o1.shown(spec, examples, shown, budget)
    return template(spec, examples, interpreter.layout, shown, budget)


def _unrefined(
    function: NeuralFunction,
    spec: str,
    examples: Sequence[Shot],
    interpreter: Interpreter,
    report: Sequence[tuple[str, Frozen]],
    fitted: Calibration | None,
    o1: O1 | None,
) -> Compiled:
    if o1 is None:
        return _plain(function, spec, examples, interpreter, report)
    made = _start(spec, examples, interpreter, range(len(examples)), BUDGET, o1)
    report = (*report, ("examples shown", len(made.segments)))
    return Compiled(1, made.tokens, made.prefix, report, fitted, o1.sha256)


def _plain(
    function: NeuralFunction,
    spec: str,
    examples: Sequence[Shot],
    interpreter: Interpreter,
    report: Sequence[tuple[str, Frozen]] = (),
) -> Compiled:
    """The template as it is, with all the examples that fit."""
    plain = template(spec, examples, interpreter.layout)
    calibration = None
    if not examples:
        calibration = unseen(function, plain, interpreter)
    elif labels := _labels(function.result):
        with single_thread():
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
