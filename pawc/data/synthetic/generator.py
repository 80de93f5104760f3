"""Generation: a seed -> tasks, one family after another, every example checked against its reference."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping

from pawc.base.diagnostics import InternalError, fail
from pawc.data.synthetic.draw import NOISES, Draw
from pawc.data.synthetic.families import FAMILIES
from pawc.data.synthetic.function import Family, Form, Function
from pawc.data.synthetic.wording import write
from pawc.data.task import Task

INPUT_MOST, OUTPUT_MOST = 600, 120  # characters, as in the corpus
SHARE_MOST = 0.6  # of the examples of a task that may have the same output
LEAST, EXAMPLES, MOST = 16, 40, 400  # examples of a task: the fewest, the usual number, the most
VARIANTS = 3
_PATIENCE = 20  # draws for each thing wanted, before there are fewer of them


def generate(
    seed: int, count: int, *, examples: int = EXAMPLES, families: Mapping[str, Family] = FAMILIES
) -> Iterator[Task]:
    """`count` tasks with different specifications. A larger `count` gives the same tasks and more behind them."""
    if count < 1 or not LEAST <= examples <= MOST:
        fail("P1110", f"{count} tasks of {examples} examples", help=f"1 task or more, {LEAST} to {MOST} examples")
    seen: set[str] = set()
    order: list[str] = []
    for number in range(count):
        if not order:
            order = sorted(families)
            Draw(f"order:{seed}:{number}").shuffle(order)
        yield _new_task(families[order.pop()], f"{seed}-{number:05}", examples, seen)


def _new_task(family: Family, name: str, examples: int, seen: set[str]) -> Task:
    """A task none of whose specifications was seen before."""
    for attempt in range(_PATIENCE):
        task = make_task(family, f"{name}:{attempt}", examples, name)
        if task and seen.isdisjoint(task.specs):
            break
    else:
        fail("P1110", f"the family `{family.name}` makes no new task", help="ask for fewer tasks")
    seen.update(task.specs)
    return task


def make_task(family: Family, key: str, examples: int, name: str = "0") -> Task | None:
    """The task of a family that a key determines; nothing where the function drawn has too few different inputs."""
    draw = Draw(f"{family.name}:{key}")
    draw.noise = draw.choice(NOISES)
    function = family.function(draw)
    form = function.answer.settle(draw)
    wanted = examples + 1  # one to show in a specification
    rows = _examples(draw, family, function, form, wanted)
    if len(rows) < LEAST + 1:
        return None
    shown, *rest = rows
    specs = _specs(draw, family, function, form, shown)
    return Task(
        task=f"synthetic/{family.name}/{name}",
        source="pawc.data.synthetic",
        dataset=f"synthetic/{family.name}",
        license="Apache-2.0",
        spec=specs[0],
        spec_variants=tuple(specs[1:]),
        kind=family.kind,
        labels=form.labels,
        examples=tuple(rest),
    )


def _examples(draw: Draw, family: Family, function: Function, form: Form, wanted: int) -> list[tuple[str, str]]:
    """Examples with different inputs, of which no output takes more than its share."""
    cap = math.ceil(SHARE_MOST * wanted)
    rows: dict[str, str] = {}
    outputs: Counter[str] = Counter()
    for _ in range(_PATIENCE * wanted):
        if len(rows) == wanted:
            break
        given, output = _example(draw, family, function, form)
        if len(given) > INPUT_MOST or len(output) > OUTPUT_MOST:
            continue
        if given not in rows and outputs[output] < cap:
            rows[given] = output
            outputs[output] += 1
    most = max(outputs.values(), default=0)
    if most > max(SHARE_MOST * len(rows) + 1, 1):  # it ran dry: all that is left has one output
        return []
    return list(rows.items())


def _example(draw: Draw, family: Family, function: Function, form: Form) -> tuple[str, str]:
    case = function.draw(draw)
    given, *known = (case,) if isinstance(case, str) else case
    value = function.reference(given)
    if known and known[0] != value:
        raise InternalError(
            f"family {family.name}: {given!r} was drawn for {known[0]!r}, its reference gives {value!r}"
        )
    output = form.render(value)
    if not given.strip() or not output.strip():
        raise InternalError(f"family {family.name}: blank: {given!r} -> {output!r}")
    if form.labels is not None and output not in form.labels:
        raise InternalError(f"family {family.name}: {output!r} is no label")
    return given, output


def _specs(draw: Draw, family: Family, function: Function, form: Form, shown: tuple[str, str]) -> list[str]:
    """Different wordings of one specification. A wording that leaves a parameter out says something else: not taken."""
    found: dict[str, None] = {}
    parameters = (*function.stated, *form.stated)
    small = len(shown[0]) + len(shown[1]) <= 120
    for _ in range(_PATIENCE * (1 + VARIANTS)):
        example = shown if small and draw.chance(0.12) else None
        spec = write(draw, function, draw.choice(form.statements), example)
        if all(parameter in spec for parameter in parameters):
            found[spec] = None
        if len(found) == 1 + VARIANTS:
            return list(found)
    raise InternalError(f"family {family.name}: too few specifications mention all of {parameters}; one is {spec!r}")
