"""Output types -> how large their automata are, how long they take to build, and their masks against llguidance's.

    python -m bench.automata

Over the vocabulary of the embedded interpreter, one thread. Times in
milliseconds; prints the table of docs/adr/0004-automata.md.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from pawc.backends.automata import tables

from pawc.base.types import FLOAT, INT, TEXT, Labels, List, Matching, Optional, Record, Type
from pawc.interpreters.store import Store
from pawc.runtime import constraint
from pawc.runtime.automaton_compiler import compile_automaton
from pawc.runtime.automaton_masks import Constraint
from pawc.runtime.language import language
from pawc.runtime.tokenizer import Tokenizer

TAGS = Labels(tuple(f"tag {number}" for number in range(20)))
TICKET = Record((("id", INT), ("cost", Optional(FLOAT)), ("note", TEXT), ("tags", List(TAGS))))
TYPES: dict[str, Type] = {
    "int": INT,
    "float": FLOAT,
    r"text matching /\d{4}-\d\d-\d\d/": Matching(r"\d{4}-\d\d-\d\d"),
    r"text matching /\w{1,64}/": Matching(r"\w{1,64}"),
    "text matching /.{0,2000}/": Matching(".{0,2000}"),
    "list<int>": List(INT),
    "list<text>": List(TEXT),
    "record of 4 fields, with a list": TICKET,
    "list of such records": List(TICKET),
    "list<list<list<float>>>": List(List(List(FLOAT))),
}
STEPS = 60


def timed(function: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and what came of it."""
    begun = time.perf_counter()
    result = function()
    return 1000 * (time.perf_counter() - begun), result


def walk(start: Callable[[], Any], stop: int) -> list[float]:
    """The milliseconds of each mask on the way of a random answer, the same for all who give the same masks."""
    choose, state, times = random.Random(0), start(), []
    for _ in range(STEPS):
        milliseconds, allowed = timed(state.allowed)
        times.append(milliseconds)
        tokens = [int(token) for token in allowed.nonzero()[0] if token != stop]
        if not tokens:
            break
        state.advance(choose.choice(tokens))
    return times


def main() -> None:
    """Measure every type."""
    tokenizer = Tokenizer.load(Store().resolve().folder)
    stop = min(tokenizer.control.values())
    Constraint(compile_automaton(language(INT)), tokenizer).start().allowed()  # reads the vocabulary, once
    constraint.Constraint(INT, tokenizer)
    print("| type | build | states | classes | bytes | first mask | new mask | known mask | llguidance |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, kind in TYPES.items():
        build, automaton = timed(lambda kind=kind: compile_automaton(language(kind)))
        ours = Constraint(automaton, tokenizer, {stop})
        first, *new = walk(ours.start, stop)
        known = walk(ours.start, stop)
        theirs = walk(constraint.Constraint(kind, tokenizer, {stop}).start, stop)
        states, classes = automaton.moves.shape
        size = sum(table.nbytes for table in tables(automaton).values())
        print(
            f"| {name} | {build:.0f} | {states - 1} | {classes} | {size:,} | {first:.1f} "
            f"| {statistics.median(new):.2f} | {statistics.median(known):.2f} | {statistics.median(theirs):.2f} |"
        )


if __name__ == "__main__":
    main()
