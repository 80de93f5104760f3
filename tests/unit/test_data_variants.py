"""Variants of tasks: specification and examples change together."""

from __future__ import annotations

import json
from collections import Counter

from pawc.data.task import Task
from pawc.data.variants import LONGEST, variants

TASK = Task(
    task="mail/urgent",
    source="tests",
    dataset="mail",
    license="CC0-1.0",
    spec="Is the mail urgent? Answer yes or no.",
    spec_variants=("Say yes if the mail is urgent, else no.",),
    kind="classification",
    labels=("yes", "no"),
    examples=(("the server is down", "yes"), ("lunch?", "no"), ("fire", "yes"), ("minutes of Monday", "no")),
)
FREE = Task(
    task="mail/sender",
    source="tests",
    dataset="mail",
    license="CC0-1.0",
    spec="Who wrote the mail?",
    kind="extraction",
    examples=(("from Ann", "Ann"), ("from Bo", "Bo"), ("Cy wrote", "Cy"), ("by Di", "Di")),
)


def test_labels_are_renamed_in_specification_and_examples_together() -> None:
    kinds: Counter[str] = Counter()
    for made in variants([TASK], 60, 0):
        assert made.labels is not None
        assert [given for given, _ in made.examples] == [given for given, _ in TASK.examples]
        answers = [wanted for _, wanted in made.examples]
        assert set(answers) == set(made.labels)
        assert answers[0] == answers[2] != answers[1] == answers[3]
        if made.spec.startswith("Is the mail urgent? Answer yes or no."):
            kinds["behind"] += 1
            assert len(made.spec) > len(TASK.spec)
            assert len(made.specs) == 2
        else:
            kinds["in place"] += 1
            assert made.spec == f"Is the mail urgent? Answer {answers[0]} or {answers[1]}."
            assert made.spec_variants == (f"Say {answers[0]} if the mail is urgent, else {answers[1]}.",)
    assert min(kinds["behind"], kinds["in place"]) > 5


def test_any_answer_takes_another_form() -> None:
    made = list(variants([FREE], 40, 0))
    assert len({one.spec for one in made}) == len(made) > 10
    for one in made:
        assert one.spec.startswith("Who wrote the mail? ")
        assert one.labels is None
        given, wanted = one.examples[0]
        assert (given, "ann" in wanted.lower(), wanted != "Ann") == ("from Ann", True, True)
        if "JSON" in one.spec:
            assert list(json.loads(wanted).values()) == ["Ann"]


def test_a_variant_that_would_answer_as_the_task_does_is_none() -> None:
    digits = [(f"{number} of them", str(number)) for number in range(8)]
    task = Task(**{**vars(FREE), "examples": tuple(digits)})
    assert all(one.examples != task.examples for one in variants([task], 60, 0))


def test_json_takes_no_other_form() -> None:
    keyed = Task(**{**vars(FREE), "examples": (("a", '{"name": "Ann"}'), *FREE.examples[1:])})
    assert not list(variants([keyed], 10, 0))


def test_variants_that_answer_too_much_are_none() -> None:
    long = Task(**{**vars(FREE), "examples": (("a", "x" * LONGEST), *FREE.examples[1:])})
    assert all(len(wanted) <= LONGEST for one in variants([long], 30, 0) for _, wanted in one.examples)


def test_variants_depend_on_the_seed_and_the_task_alone() -> None:
    first, again = (list(variants([TASK, FREE], 3, 5)) for _ in range(2))
    assert first == again
    assert first != list(variants([TASK, FREE], 3, 6))
    assert [one for one in first if one.task.startswith("mail/sender")] == list(variants([FREE], 3, 5))
    assert len({one.task for one in first}) == len(first)
