"""Every family: its functions keep their promises, whatever is drawn."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pawc.data.synthetic import vocabulary
from pawc.data.synthetic.docs import table, updated
from pawc.data.synthetic.draw import NOISES, Draw
from pawc.data.synthetic.families import FAMILIES, MODULES, families_of
from pawc.data.synthetic.function import Family
from pawc.data.synthetic.generator import make_task

KEYS = [f"test-{number}" for number in range(12)]
KINDS = {"classification", "extraction", "transformation", "reasoning", "generation"}
every_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)


@every_family
def test_the_tasks_of_a_family_keep_the_rules(family: Family) -> None:
    """The generator itself compares what was drawn with the reference, and demands every parameter in every wording."""
    tasks = [task for key in KEYS if (task := make_task(family, key, 40))]
    assert len(tasks) >= len(KEYS) // 2
    for task in tasks:
        inputs, outputs = zip(*task.examples, strict=True)
        assert len(set(inputs)) == len(inputs) >= 16
        assert all(text.strip() and len(text) <= 600 for text in inputs)
        assert all(text.strip() and len(text) <= 120 for text in outputs)
        assert max(Counter(outputs).values()) <= 0.8 * len(outputs)
        assert len(set(task.specs)) == len(task.specs) == 4
        if task.labels is not None:
            assert set(outputs) <= set(task.labels)
            assert len(set(task.labels)) == len(task.labels)


@every_family
def test_every_wording_mentions_the_parameters_of_its_function(family: Family) -> None:
    """Drawn again from the task's key, the function and its form say what the specifications must hold."""
    for key in KEYS:
        if (task := make_task(family, key, 20)) is None:
            continue
        draw = Draw(f"{family.name}:{key}")
        draw.choice(NOISES)  # which is drawn first
        function = family.function(draw)
        form = function.answer.settle(draw)
        assert form.labels == task.labels
        for spec in task.specs:
            assert [parameter for parameter in (*function.stated, *form.stated) if parameter not in spec] == []
            assert [rule for rule in function.rules if rule not in spec] == []


@every_family
def test_a_family_says_what_it_is(family: Family) -> None:
    assert family.about.endswith(".")
    assert family.kind in KINDS


@every_family
def test_labels_are_told_where_a_family_decides(family: Family) -> None:
    labelled = [task.labels is not None for key in KEYS[:6] if (task := make_task(family, key, 20))]
    if family.kind == "classification":
        assert all(labelled)


def test_there_are_enough_families_and_each_stands_in_one_file() -> None:
    assert len(FAMILIES) >= 60
    assert sum(len(families_of(module)) for module in MODULES) == len(FAMILIES)


def test_every_file_of_families_is_in_the_table() -> None:
    folder = Path(MODULES[0].__file__ or "").parent
    names = {module.__name__.rpartition(".")[2] for module in MODULES}
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == names


def test_fillers_hold_nothing_that_a_function_looks_for() -> None:
    named = (vocabulary.THINGS, vocabulary.FRUIT, vocabulary.ANIMALS, vocabulary.FIRST_NAMES, vocabulary.CITIES)
    looked_for = {
        word.lower()
        for words in (*named, vocabulary.SERVICES, vocabulary.MONTHS, vocabulary.WEEKDAYS)
        for word in words
    }
    around = (
        *vocabulary.FILLERS,
        *vocabulary.SUBJECTS,
        *vocabulary.PREDICATES,
        *vocabulary.GREETINGS,
        *vocabulary.CLOSINGS,
    )
    assert {word for text in around for word in text.lower().strip(" .,!:").split()} & looked_for == set()
    assert not any(char.isdigit() for text in around for char in text)


def test_the_words_of_the_vocabulary_do_not_overlap() -> None:
    pools = (
        vocabulary.THINGS,
        vocabulary.FRUIT,
        vocabulary.ANIMALS,
        vocabulary.FIRST_NAMES,
        vocabulary.CITIES,
        vocabulary.ADJECTIVES,
    )
    counts = Counter(word for pool in pools for word in pool)
    assert [word for word, count in counts.items() if count > 1] == []
    assert len(set(vocabulary.HOUSE_TERMS)) == len(vocabulary.HOUSE_TERMS)


def test_the_table_in_the_documentation_is_the_one_that_the_code_gives() -> None:
    page = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    assert table() in page
    assert updated(page) == page, "python -m pawc.data.synthetic.docs docs/data.md"
