"""Tasks -> the batch of any step. The batch depends on (seed, phase, step) alone: to resume is to count on.

A `Function` of a batch says what the compiler reads (a wording of the specification, perhaps examples), what stands
in the interpreter's prompt, and which examples the loss is taken on; those are never shown anywhere else.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from pawc.base.diagnostics import fail
from pawc.data.task import Task
from pawc.runtime.layout import Layout
from pawc.train.config import Data

Pairs = tuple[tuple[str, str], ...]
FEWEST = 4
"""A task with fewer examples has nothing to hold back."""
TEACHER = 5
"""How many examples the interpreter is shown where its own behaviour is what is to be learned."""


@dataclass(frozen=True)
class Function:
    """One function of a batch. `seen`: what the interpreter's prompt has: `nothing`, `spec`, `program`, or `shots`,
    which are the specification and, as turns, the examples that the compiler is given."""

    task: Task
    spec: str
    given: Pairs
    rows: Pairs
    teacher: Pairs
    seen: str = "nothing"


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a phase wants of a batch."""

    functions: int
    rows: int
    given_share: float = 0.0
    given: int = 0
    spec_share: float = 0.0
    shots_share: float = 0.0
    program_share: float = 0.0

    def drawn(self, rng: random.Random) -> str:
        """What the interpreter's prompt has of a function (`Function.seen`)."""
        shares = {"spec": self.spec_share, "program": self.program_share, "shots": self.shots_share}
        [seen] = rng.choices([*shares, "nothing"], [*shares.values(), max(0.0, 1 - sum(shares.values()))])
        return seen


class Corpus:
    """Tasks by source, those parts of them that fit."""

    def __init__(self, sources: Mapping[str, Iterable[Task]], data: Data, layout: Layout) -> None:
        self.left_out: Counter[str] = Counter()
        self._contrast = data.contrast
        self._tasks: dict[str, list[Task]] = {}
        for name, tasks in sources.items():
            if kept := list(self._fitting(list(tasks), data, layout)):
                self._tasks[name] = kept
        if not self._tasks:
            why = ", ".join(f"{count} {what}" for what, count in sorted(self.left_out.items())) or "none were given"
            fail(
                "P1212",
                f"there is no task to train on: {why}",
                where="data",
                help="give --data FILE, or data.synthetic",
            )
        unknown = set(data.weights) - set(self._tasks)
        if unknown:
            fail(
                "P1212", f"`data.weights` names `{min(unknown)}`, no source", help=f"sources: {', '.join(self._tasks)}"
            )
        self._names = list(self._tasks)
        self._weights = [data.weights.get(name, 1.0) for name in self._names]
        if sum(self._weights) <= 0:
            fail("P1212", "all sources have the weight 0", where="data.weights")
        self._partners = _partners([task for name in self._names for task in self._tasks[name]])

    @property
    def tasks(self) -> list[Task]:
        """All tasks, source after source."""
        return [task for name in self._names for task in self._tasks[name]]

    def batch(self, seed: int, phase: str, step: int, shape: Shape) -> list[Function]:
        """The functions of a step."""
        rng = random.Random(f"{seed}/{phase}/{step}")
        found: list[Function] = []
        while len(found) < shape.functions:
            [source] = rng.choices(self._names, self._weights)
            task = rng.choice(self._tasks[source])
            partners = self._partners.get(task.task, ())
            paired = rng.random() < self._contrast and partners and len(found) + 1 < shape.functions
            if paired:
                other, inputs = rng.choice(partners)
                chosen = [rng.choice(inputs) for _ in range(shape.rows)] if len(inputs) < shape.rows else None
                asked = chosen or rng.sample(inputs, shape.rows)
                found.append(self._function(task, rng, shape, asked))
                found.append(self._function(other, rng, shape, asked, found[-1].seen))
            else:
                found.append(self._function(task, rng, shape, None))
        return found

    def function(self, task: Task, seed: int, rows: int, given: int = 0) -> Function:
        """A function to look at outside training: its first wording, examples chosen by the seed."""
        rng = random.Random(f"{seed}/{task.task}")
        shape = Shape(functions=1, rows=rows, given_share=1.0 if given else 0.0, given=given)
        return replace(self._function(task, rng, shape, None), spec=task.spec)

    @staticmethod
    def _function(
        task: Task, rng: random.Random, shape: Shape, inputs: Sequence[str] | None, seen: str = ""
    ) -> Function:
        if inputs is None:
            # At most half of a small task is asked for; the rows that are missing are asked for twice.
            order = rng.sample(task.examples, len(task.examples))
            half = order[: max(1, min(shape.rows, len(order) // 2))]
            rows = tuple(half[at % len(half)] for at in range(shape.rows))
        else:
            known = dict(task.examples)
            rows = tuple((text, known[text]) for text in inputs)
        asked = {text for text, _ in rows}
        others = [example for example in task.examples if example[0] not in asked]
        shown = rng.sample(others, min(TEACHER, len(others)))
        give = rng.random() < shape.given_share and shape.given > 0 and others
        given = rng.sample(others, rng.randint(1, min(shape.given, len(others)))) if give else []
        seen = seen or shape.drawn(rng)
        if seen == "shots":
            given = rng.sample(others, min(len(others), rng.randint(1, max(1, shape.given))))
        return Function(task, rng.choice(task.specs), tuple(given), rows, tuple(shown), seen)

    def _fitting(self, tasks: Sequence[Task], data: Data, layout: Layout) -> Iterator[Task]:
        """The tasks with the wordings and examples that fit; what does not is counted in `left_out`."""
        long = _too_long(layout, [spec for task in tasks for spec in task.specs], data.longest_spec)
        both = (_together(example) for task in tasks for example in task.examples)
        long_examples = _too_long(layout, list(both), data.longest_example)
        for task in tasks:
            specs = [spec for spec in task.specs if spec not in long]
            examples = [example for example in task.examples if _together(example) not in long_examples]
            self.left_out["examples that are too long"] += len(task.examples) - len(examples)
            if not specs:
                self.left_out["tasks whose specification is too long"] += 1
            elif len(examples) < FEWEST:
                self.left_out[f"tasks with fewer than {FEWEST} examples that fit"] += 1
            else:
                yield replace(task, spec=specs[0], spec_variants=tuple(specs[1:]), examples=tuple(examples))


def _together(example: tuple[str, str]) -> str:
    return f"{example[0]}{example[1]}"


def _too_long(layout: Layout, texts: Sequence[str], most: int) -> set[str]:
    """The texts of more than so many tokens. No text has more tokens than bytes; the few that might be too long are
    counted at once, on all cores."""
    doubtful = list({text for text in texts if len(text.encode()) > most})
    counted = zip(doubtful, layout.tokenizer.encode_all(doubtful), strict=True)
    return {text for text, tokens in counted if len(tokens) > most}


def _partners(tasks: Sequence[Task]) -> dict[str, list[tuple[Task, list[str]]]]:
    """For each task those of its family that answer the same inputs otherwise, with these inputs.

    Such pairs differ in what the specification says and in nothing else: a label's name, a negation, a format.
    """
    families: dict[str, list[tuple[Task, dict[str, str]]]] = {}
    for task in tasks:
        families.setdefault(task.dataset, []).append((task, dict(task.examples)))
    found: dict[str, list[tuple[Task, list[str]]]] = {}
    for family in families.values():
        for (one, answers), (other, others) in combinations(family, 2):
            if answers.keys().isdisjoint(others):
                continue
            common = [text for text, wanted in answers.items() if others.get(text, wanted) != wanted]
            # Something must be left that is not asked for: it is what the compiler may be shown.
            common = common[: min(len(answers), len(others)) // 2]
            if common:
                found.setdefault(one.task, []).append((other, common))
                found.setdefault(other.task, []).append((one, common))
    return found
