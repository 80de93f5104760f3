"""Words and finishes: the lexicon holds what it says, classes do not overlap, a finish is told and done."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from pawc.data.synthetic import lexicon
from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.families import FAMILIES
from pawc.data.synthetic.forms import Rewrite
from pawc.data.synthetic.function import Function
from pawc.data.synthetic.saying import an, either, finishing, quoted, ways
from pawc.data.synthetic.vocabulary import ANIMALS, FRUIT, THINGS

TABLES = [
    *("PLURALS", "COMPARATIVES", "SUPERLATIVES", "ADVERBS", "ING_FORMS", "AGENTS", "NOUNS_OF_VERBS"),
    *("NOUNS_OF_QUALITIES", "ADJECTIVES_OF_NOUNS", "OPPOSITES", "NEGATIVES", "SPELLINGS", "PARTICIPLES"),
]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_words_reads_both_ways(name: str) -> None:
    """A function may ask for either side, so no word may have two partners."""
    table = getattr(lexicon, name)
    assert len(table) >= 30
    assert all(left and right and left != right for left, right in table.items())
    assert [word for word, count in Counter(table.values()).items() if count > 1] == []
    assert {right: left for left, right in table.items()} == lexicon.back(table)


def test_known_forms() -> None:
    assert [lexicon.many(noun) for noun in ("lamp", "shelf", "city", "box", "child", "moose")] == [
        *("lamps", "shelves", "cities", "boxes", "children", "moose")
    ]
    assert [lexicon.COMPARATIVES[word] for word in ("big", "happy", "large", "good", "careful")] == [
        *("bigger", "happier", "larger", "better", "more careful")
    ]
    assert [lexicon.SUPERLATIVES[word] for word in ("thin", "safe", "useful")] == ["thinnest", "safest", "most useful"]


def test_a_word_is_of_one_class() -> None:
    named = [word for words in (*lexicon.CLASSES.values(), FRUIT, ANIMALS, THINGS) for word in words]
    assert [word for word, count in Counter(named).items() if count > 1] == []


@pytest.mark.parametrize("name", [name for name, family in FAMILIES.items() if family.kind == "classification"])
def test_a_decision_gives_both_answers(name: str) -> None:
    """No class of a family stays empty: a task where one label never comes up teaches nothing about it."""
    seen = 0
    for key in range(6):
        draw = Draw(f"{name}:both-{key}")
        function = FAMILIES[name].function(draw)
        cases = [case if isinstance(case := function.draw(draw), str) else case[0] for _ in range(60)]
        seen += len({str(function.reference(text)) for text in cases}) > 1
    assert seen >= 5


def function(draw: Draw) -> Function:
    """Words in reverse."""
    return Function(
        given=("a word",),
        answer=Rewrite(do=("reverse it",)),
        draw=lambda d: (word := d.choice(THINGS), word[::-1]),
        reference=lambda text: text[::-1],
        rules=("Rule one.",),
    )


def test_a_finish_is_told_and_done() -> None:
    made = [finishing(function)(Draw(f"finish-{number}")) for number in range(300)]
    by_rules: dict[tuple[str, ...], set[object]] = {}
    for one in made:
        by_rules.setdefault(one.rules, set()).add(one.reference("Lamp"))
        case = one.draw(Draw("k"))
        assert isinstance(case, tuple)
        assert one.reference(case[0]) == case[1]
    assert all(len(results) == 1 for results in by_rules.values())
    assert by_rules[("Rule one.",)] == {"pmaL"}
    assert by_rules[("Rule one.", "Write the result in capitals.")] == {"PMAL"}
    assert by_rules[("Rule one.", 'Write the input first, then " => " and the result.')] == {"Lamp => pmaL"}
    assert len(by_rules) >= 10


def test_a_finish_leaves_what_is_no_text_alone() -> None:
    def decides(draw: Draw) -> Function:
        return replace(function(draw), draw=lambda d: "x", reference=lambda text: True)

    assert {finishing(decides)(Draw(f"d{number}")).reference("x") for number in range(40)} == {True}


def test_clauses_are_put_together() -> None:
    assert ways("give, write", "the name", "it") == ("give the name", "give it", "write the name", "write it")
    assert (an("apple"), an("lamp"), an("unicycle")) == ("an apple", "a lamp", "a unicycle")
    assert (either(("a",)), either(("a", "b", "c")), quoted(["a", "b"], "and")) == ("a", "a, b or c", '"a" and "b"')
