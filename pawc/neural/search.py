"""A function's examples -> the best of several pseudo-programs: the discrete half of `-O3`.

Candidates differ in how the instruction is worded, in how many examples they show and in which ones, in what
order. Each is scored on examples it does not show: the share the interpreter answers exactly, then the loss.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from pawc.ir.nodes import NeuralFunction
from pawc.neural.template import Shot, Template, instruction, template
from pawc.neural.tune import Check, Progress, Tuner
from pawc.runtime.interpreter import Interpreter

SHOWN = (3, 5, 8, 16)
"""How many examples candidates show."""


@dataclass(frozen=True)
class Candidate:
    """A pseudo-program: its wording of the instruction, and the examples it shows, in order."""

    instruction: str
    rows: tuple[int, ...]

    def template(self, examples: Sequence[Shot], interpreter: Interpreter, budget: int) -> Template:
        """The candidate as tokens, with the examples that fit in `budget` of them."""
        return template(self.instruction, examples, interpreter.layout, self.rows, budget)


@dataclass(frozen=True)
class Scored:
    """A candidate and how it did on the examples that no candidate shows."""

    candidate: Candidate
    check: Check


def wordings(function: NeuralFunction) -> tuple[str, ...]:
    """Ways to say what the function does."""
    spec = instruction(function)
    named = f"{function.spec}\nAnswer with the output only, exactly in the form of the examples."
    return tuple(dict.fromkeys((spec, function.spec, named)))


def candidates(function: NeuralFunction, train: Sequence[int], count: int, rng: random.Random) -> list[Candidate]:
    """`count` different candidates over the examples `train`; the first is the plain template of `-O0`."""
    found = [Candidate(instruction(function), tuple(train))]
    said = wordings(function)
    for _ in range(50 * count):  # few examples give few candidates: do not look for more than there are
        if len(found) == count:
            break
        shown = min(rng.choice(SHOWN), len(train))
        candidate = Candidate(rng.choice(said), tuple(rng.sample(list(train), shown)))
        if candidate not in found:
            found.append(candidate)
    return found


def search(
    interpreter: Interpreter,
    tuner: Tuner,
    examples: Sequence[Shot],
    found: Sequence[Candidate],
    held: Sequence[int],
    budget: int,
    progress: Progress | None = None,
) -> list[Scored]:
    """The candidates as they fit in `budget` tokens, best first; equally good ones stay in order."""
    scored = []
    for number, candidate in enumerate(found):
        scored.append(Scored(candidate, tuner.score(candidate.template(examples, interpreter, budget), held)))
        if progress:
            progress(number + 1, len(found))
    return sorted(scored, key=lambda s: (-s.check.exact, s.check.loss))
