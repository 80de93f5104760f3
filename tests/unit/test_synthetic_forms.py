"""Forms, wordings, noise and numbers: each says what it does, and does what it says."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from pawc.base.diagnostics import InternalError
from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.finding import Thing, find
from pawc.data.synthetic.forms import Choice, Decision, Fields, Listing, Rewrite, Single
from pawc.data.synthetic.function import Answer, Form, Function, Statement
from pawc.data.synthetic.numbers_text import from_roman, from_words, in_words, ordinal, roman
from pawc.data.synthetic.vocabulary import HOUSE_TERMS
from pawc.data.synthetic.wording import FRAMES, write

DECISION = Decision(holds=("it rains",), fails=("it does not rain",))
CHOICE = Choice(when={"low": "it is small", "high": "it is big"}, otherwise="odd")
ANSWERS: dict[str, Answer] = {
    "single": Single(key="n", do=("find it",), optional=True),
    "rewrite": Rewrite(do=("write it",)),
    "decision": DECISION,
    "choice": CHOICE,
    "listing": Listing(do=("list them",), what="words"),
    "fields": Fields(nouns={"a": "the first", "b": "the second"}, optional=True),
}


def forms(answer: Answer, count: int = 60) -> list[Form]:
    """Forms that this kind of answer may settle on."""
    return [answer.settle(Draw(f"form-{number}")) for number in range(count)]


@pytest.mark.parametrize("form", forms(DECISION), ids=lambda form: form.statements[0].out[:40])
def test_a_decision_says_which_label_is_for_what(form: Form) -> None:
    """Each way to say it is read back: the label that it gives to rain is the one that rain gets."""
    yes, no = (
        json.loads(text) if (text := form.render(value)).startswith("{") else {"": text} for value in (True, False)
    )
    (yes_label,), (no_label,) = yes.values(), no.values()
    for statement in form.statements:
        first, second = re.findall(r'"([^"]+)"', statement.do)
        unless = " unless " in statement.do
        negated = "does not rain" in statement.do
        assert (first, second) == ((yes_label, no_label) if unless == negated else (no_label, yes_label))


def test_decisions_are_negated_renamed_and_turned_round() -> None:
    found = forms(DECISION, 200)
    assert len({form.labels for form in found}) > 40
    assert {"not" in form.statements[0].do for form in found} == {True, False}
    assert {("yes", "no"), ("no", "yes")} & {form.labels for form in found}
    assert any(label in HOUSE_TERMS for form in found for label in form.labels or ())


@pytest.mark.parametrize("form", forms(CHOICE), ids=lambda form: form.statements[0].out[:40])
def test_a_choice_says_every_label_with_its_clause(form: Form) -> None:
    assert form.labels is not None
    for statement in form.statements:
        for value, clause in (("low", "it is small"), ("high", "it is big")):
            text = form.render(value)
            (label,) = json.loads(text).values() if text.startswith("{") else (text,)
            assert re.search(rf'"{re.escape(label)}" (?:if|when|=) {clause}', statement.do)


def test_what_is_absent_is_written_as_the_specification_says() -> None:
    for form in forms(ANSWERS["single"]):
        absent = form.stated[-1].strip('"')
        assert absent in form.render(None)
        assert all(any(f'"{absent}"' in note for note in statement.notes) for statement in form.statements)


@pytest.mark.parametrize("name", ["single", "fields", "listing"])
def test_values_are_written_in_several_formats(name: str) -> None:
    value = {"single": "v", "fields": {"a": "v", "b": None}, "listing": ("v", "w")}[name]
    assert len({form.render(value) for form in forms(ANSWERS[name])}) >= 5  # type: ignore[arg-type]


def test_fields_are_written_in_the_order_that_is_told() -> None:
    for form in forms(ANSWERS["fields"]):
        text = form.render({"a": "1", "b": "2"})
        assert (text.index("1") < text.index("2")) == (
            form.statements[0].do.index("first") < form.statements[0].do.index("second")
        )


@pytest.mark.parametrize("name", [name for name in ANSWERS if name != "decision"])
def test_a_value_of_another_kind_is_a_fault_of_ours(name: str) -> None:
    with pytest.raises(InternalError, match="the reference gave"):
        ANSWERS[name].settle(Draw("k")).render(True)


FUNCTION = Function(
    given=("an input",), answer=DECISION, draw=lambda draw: "x", reference=lambda text: True, rules=("Rule one.",)
)


def test_every_frame_holds_the_clause_and_the_rules() -> None:
    statement = Statement(do="find the thing", out="the output", notes=("Note two.",))
    specs = {write(Draw(f"w{number}"), FUNCTION, statement, ("in", "out")) for number in range(600)}
    assert len(specs) > 100
    assert all(
        "ind the thing" in spec and "Rule one." in spec and "Note two." in spec and "'in'" in spec for spec in specs
    )
    assert not any("{" in spec for spec in specs)


def test_there_are_many_frames() -> None:
    assert len({frame.text for frame in FRAMES}) == len(FRAMES) >= 40


@pytest.mark.parametrize("noise", ["none", "typos", "lower", "spaces", "chatter"])
def test_noise_leaves_the_values_alone(noise: str) -> None:
    draw = Draw("noise", noise)  # type: ignore[arg-type]
    texts = {draw.fill("Somebody wrote about {x} and nobody answered {y}", x="Value One", y="TWO") for _ in range(30)}
    assert all("Value One" in text and "TWO" in text for text in texts)
    clean = "Somebody wrote about Value One and nobody answered TWO"
    assert (texts == {clean}) == (noise == "none")


def test_the_same_key_draws_the_same() -> None:
    assert [Draw("k").phrase() for _ in range(2)] == [Draw("k").phrase()] * 2
    assert Draw("k").name() != Draw("l").name()


STAR = Thing(
    key="star",
    one="star",
    many="stars",
    pattern=re.compile(r"\*(\w+)"),
    make=lambda d: f"*{d.digits(3)}",
    carriers=("see {x} there.",),
)


def test_finding_makes_all_its_functions() -> None:
    """First, last, all, count, whether: told apart by what they give for a text with two things, and for none."""
    functions = [find(Draw(f"find-{number}"), STAR) for number in range(80)]
    assert {function.reference("see *1 and *2") for function in functions} == {"1", "2", ("1", "2"), True}
    assert {function.reference("see *1 and *2 and *4") for function in functions} >= {"3", "1", "4"}
    assert {function.reference("nothing") for function in functions} == {None, (), "0", False}


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (40, "forty"),
        (99, "ninety-nine"),
        (100, "one hundred"),
        (12_345, "twelve thousand three hundred forty-five"),
    ],
)
def test_numbers_are_written_in_words(number: int, words: str) -> None:
    assert in_words(number) == words


def test_words_and_roman_numerals_are_read_back() -> None:
    assert [from_words(in_words(number)) for number in range(0, 1_000_000, 997)] == list(range(0, 1_000_000, 997))
    assert [from_roman(roman(number)) for number in range(1, 400)] == list(range(1, 400))
    assert [roman(number) for number in (4, 9, 14, 90, 399)] == ["IV", "IX", "XIV", "XC", "CCCXCIX"]


def test_ordinals_have_their_endings() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th")
    ]


@pytest.mark.parametrize("name", ["single", "fields", "listing"])
def test_no_wording_may_leave_out_a_format_that_is_not_bare(name: str) -> None:
    """Two forms that write a value differently must differ in what every wording has to mention."""
    values = {"single": "v", "fields": {"a": "v", "b": "w"}, "listing": ("v", "w")}
    by_text: dict[str, set[tuple[str, ...]]] = {}
    for form in forms(ANSWERS[name], 300):
        by_text.setdefault(form.render(values[name]), set()).add(tuple(sorted(form.stated)))  # type: ignore[arg-type]
    every = [stated for found in by_text.values() for stated in found]
    assert len(set(every)) == len(every)


def test_rules_for_copying_are_told_only_where_something_is_copied() -> None:
    thing = replace(STAR, copying=("Leave out the *.",), rules=("A star is *123.",))
    for number in range(60):
        function = find(Draw(f"copy-{number}"), thing)
        copies = function.reference("see *1") in ("1", ("1",)) and function.reference("*7") in ("7", ("7",))
        assert function.rules == (("A star is *123.", "Leave out the *.") if copies else ("A star is *123.",))
