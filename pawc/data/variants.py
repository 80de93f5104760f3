"""Cheap specifications: a task of a corpus -> others that answer the same inputs otherwise, and say so.

A compiler that has seen each input answered in one way only may learn the inputs and leave the specification unread.
Here labels are renamed and answers are written in another form, in the specification and in the examples together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.vocabulary import HOUSE_TERMS, PAIRS
from pawc.data.task import Task

PLAIN = frozenset({"yes", "no", "true", "false", "1", "0", "y", "n"})
"""Labels that mean nothing by themselves: other pairs may stand in their places in a specification."""
LONGEST = 120
"""Characters of an answer, as in the corpus."""
MOST_LABELS = 8
_IN_PLACE = 0.6

_LEGENDS = (
    "Do not print the label itself; print a code instead: {}.",
    "Codes stand for the labels: {}. Answer with the code.",
    "Rename the answers: {}.",
    "Report in our own terms: {}.",
    "Write {}.",
)
_MEANINGS = ('"{new}" for {old}', "{new} instead of {old}", "{old} = {new}", "{new} means {old}")


@dataclass(frozen=True)
class Change:
    """What becomes of a specification and of an answer."""

    spec: Callable[[str], str]
    answer: Callable[[str], str]


@dataclass(frozen=True)
class Form:
    """Another form of any answer, and ways to ask for it."""

    answer: Callable[[str], str]
    asked: tuple[str, ...]


def _keyed(key: str) -> Form:
    asked = (f'Answer with a JSON object whose only key is "{key}".', f'Put the answer into JSON: {{"{key}": "..."}}.')
    return Form(lambda text: json.dumps({key: text}, ensure_ascii=False), asked)


def _after(words: str) -> Form:
    return Form(lambda text: f"{words} {text}", (f'Begin with "{words}".', f"Write it as: {words} <answer>"))


FORMS = (
    Form(str.upper, ("Write the answer in capital letters.", "Answer in UPPER CASE.")),
    Form(str.lower, ("Write everything in lower case.", "The answer has no capital letters.")),
    Form(lambda text: f"[{text}]", ("Put the answer in square brackets.", "Answer in the form [answer].")),
    Form(lambda text: f'"{text}"', ("Put the answer in double quotes.", 'Quote the answer, "like this".')),
    Form(lambda text: f"<{text}>", ("Put the answer in angle brackets, <like this>.",)),
    Form(lambda text: f"{text}.", ("End the answer with a full stop.", "Put a period behind the answer.")),
    *map(_keyed, ("answer", "result", "label", "value", "output")),
    *map(_after, ("Answer:", "Result:", "=>", "->", "Final answer:")),
)


def variants(tasks: Iterable[Task], count: int, seed: int) -> Iterator[Task]:
    """Up to `count` variants of each task: fewer where it has none that read otherwise and answer otherwise."""
    return chain.from_iterable(_variants(task, count, seed) for task in tasks)


def _variants(task: Task, count: int, seed: int) -> Iterator[Task]:
    seen = {task.spec}
    for number in range(count):
        draw = Draw(f"{seed}:{task.task}:{number}")
        renamed = task.labels is not None and 2 <= len(task.labels) <= MOST_LABELS and draw.chance(0.7)
        if not renamed and _keyed_already(task):
            continue
        change = _renamed(draw, task, task.labels or ()) if renamed else _formed(draw)
        made = replace(
            task,
            task=f"{task.task}~{number}",
            spec=change.spec(task.spec),
            spec_variants=tuple(change.spec(spec) for spec in task.spec_variants),
            labels=None if task.labels is None else tuple(change.answer(label) for label in task.labels),
            examples=tuple((given, change.answer(wanted)) for given, wanted in task.examples),
        )
        if made.spec not in seen and made.examples != task.examples and _short(made):
            seen.add(made.spec)
            yield made


def _short(task: Task) -> bool:
    return all(len(wanted) <= LONGEST for _, wanted in task.examples)


def _keyed_already(task: Task) -> bool:
    """Whether an answer is JSON: nobody would ask for that in quotes."""
    return any(wanted.startswith(("{", "[")) for _, wanted in task.examples)


def _formed(draw: Draw) -> Change:
    form = draw.choice(FORMS)
    asked = draw.choice(form.asked)
    return Change(lambda spec: f"{_sentence(spec)} {asked}", form.answer)


def _renamed(draw: Draw, task: Task, labels: Sequence[str]) -> Change:
    """Other labels: in the places of the old ones where these mean nothing, else by a legend behind them."""
    names = _names(draw, labels)
    places = {old: re.compile(rf"(?<!\w){re.escape(old)}(?!\w)") for old in labels}

    def in_place(spec: str) -> str:
        """Every label replaced at once, so that none is replaced twice."""
        either = re.compile("|".join(place.pattern for place in places.values()))
        return either.sub(lambda found: names[found[0]], spec)

    once = all(len(place.findall(spec)) == 1 for place in places.values() for spec in task.specs)
    plain = PLAIN.issuperset(label.lower() for label in labels)
    if once and plain and draw.chance(_IN_PLACE):
        return Change(in_place, lambda answer: names.get(answer, answer))
    meaning, legend = draw.choice(_MEANINGS), draw.choice(_LEGENDS)
    listed = ", ".join(meaning.format(new=new, old=old) for old, new in names.items())
    return Change(lambda spec: f"{_sentence(spec)} {legend.format(listed)}", lambda answer: names.get(answer, answer))


def _names(draw: Draw, labels: Sequence[str]) -> dict[str, str]:
    """A new name for each label: for two of them any pair of words, either way round; else terms of a house."""
    if len(labels) == 2 and draw.chance(0.6):
        names: Sequence[str] = draw.sample(draw.choice(PAIRS), 2)
    else:
        names = draw.sample([term for term in HOUSE_TERMS if term not in labels], len(labels))
    return dict(zip(labels, names, strict=True))


def _sentence(spec: str) -> str:
    return spec if spec.endswith((".", "!", "?", '"', ":")) else f"{spec}."
