"""Small faults of a sentence mended: agreement, lost capitals, words run together or written twice, articles."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision, Rewrite, Single
from pawc.data.synthetic.function import Answer, Case, Function, family
from pawc.data.synthetic.lexicon import PARTICIPLES, ROLES, THIRD_PERSON, many
from pawc.data.synthetic.saying import an, capital, finishing
from pawc.data.synthetic.vocabulary import (
    ADJECTIVES,
    ANIMALS,
    CITIES,
    FIRST_NAMES,
    FRUIT,
    MONTHS,
    PREDICATES,
    SUBJECTS,
    THINGS,
    WEEKDAYS,
    each,
)

_NOUNS = tuple(noun for noun in (*THINGS, *ANIMALS, *ROLES) if noun != "moose")
_ENDS = each("in the kitchen|very old|late again|on the roof|too loud|ready now|behind the house|not here", "|")
_PLURAL = {many(noun) for noun in _NOUNS}


@family("transformation")
@finishing
def agreement_repair(draw: Draw) -> Function:
    """Sentences whose verb may not agree with their subject, put right."""
    verbs = draw.choice((("is", "are"), ("has", "have"), ("does not", "do not"), ("is", "are")))
    ends = {"is": _ENDS, "has": each("a new owner|no name|many friends|a red spot|little time", "|")}
    tails = ends.get(verbs[0], each("stay here|cost much|sleep well|need water|look good", "|"))

    def right(text: str) -> str:
        noun = text.split(" ")[1]
        wrong, good = verbs if noun in _PLURAL else verbs[::-1]
        return text.replace(f"{noun} {wrong} ", f"{noun} {good} ", 1)

    def case(draw: Draw) -> str:
        noun = draw.choice(_NOUNS)
        subject = draw.choice((noun, many(noun)))
        return f"{draw.choice(('The', 'Our', 'Her'))} {subject} {draw.choice(verbs)} {draw.choice(tails)}."

    pair = f"{verbs[0]} / {verbs[1]}"
    return Function(
        given=("a sentence, perhaps with a wrong verb form", "a sentence of a learner", "a short sentence"),
        answer=Rewrite(
            do=(
                f"correct the verb if it does not agree with its subject ({pair})",
                f"mend the agreement of subject and verb ({pair}); leave a correct sentence alone",
                f"choose the right one of {pair} and change nothing else",
            ),
            what="sentence",
        ),
        draw=case,
        reference=right,
        stated=(pair,),
    )


@family("transformation")
def capitals_restored(draw: Draw) -> Function:
    """Text in small letters with its capitals again: at the start, in names, towns, days and months."""
    act = draw.choice(("all", "names", "start"))
    proper = {
        word.lower(): word for word in (*FIRST_NAMES, *CITIES, *WEEKDAYS, *MONTHS) if word not in ("May", "March")
    }
    shapes = (
        "{n} lives in {c}", "on {w} we meet {n}", "the shop in {c} is closed on {w}", "{n} and {o} come in {m}",
        "is {n} at home?", "call {o} before {w}", "{c} is nice in {m}", "the {t} belongs to {n}",
    )  # fmt: skip

    def case(draw: Draw) -> str:
        first, second = draw.sample(FIRST_NAMES, 2)
        text = draw.choice(shapes).format(
            n=first, o=second, c=draw.choice(CITIES), w=draw.choice(WEEKDAYS), t=draw.choice(THINGS),
            m=draw.choice([month for month in MONTHS if month not in ("May", "March")]),
        )  # fmt: skip
        return text.lower() + ("" if text.endswith("?") else draw.choice((".", "", ".")))

    def reference(text: str) -> str:
        done = text if act == "start" else re.sub("[a-z]+", lambda match: proper.get(match[0], match[0]), text)
        return done if act == "names" else capital(done)

    do = {
        "all": (
            "restore the capitals: at the start, in names, towns, days and months",
            "write capitals where English wants them (first word, people, towns, weekdays, months)",
            "repair the case of the sentence: first letter, and every name of a person, town, day or month",
        ),
        "names": (
            "write the names of people, towns, days and months with a capital; the start of the sentence stays",
            "put capitals on proper names, weekdays and months only, not on the first word as such",
        ),
        "start": (
            "write the first letter as a capital and leave all others",
            "capitalise the first word only",
            "begin the sentence with a capital; names stay in small letters",
        ),
    }[act]
    return Function(
        given=(
            "a sentence without capitals",
            "a line all in small letters",
            "a message somebody typed in small letters",
        ),
        answer=Rewrite(do=do, what="sentence"),
        draw=case,
        reference=reference,
    )


@family("transformation")
@finishing
def words_apart(draw: Draw) -> Function:
    """Words that run together, with the spaces between them again."""
    mark, count = draw.choice((" ", " ", "-", "_")), draw.choice((2, 2, 3))
    pool = sorted(word for word in (*THINGS, *ADJECTIVES, *FRUIT) if len(word) > 3)

    def split(text: str) -> list[str]:
        if not text:
            return []
        for word in pool:
            if text.startswith(word) and ((rest := split(text[len(word) :])) or text == word):
                return [word, *rest]
        return []

    def case(draw: Draw) -> Case:
        while True:
            words = [*draw.sample(ADJECTIVES, count - 1), draw.choice((*THINGS, *FRUIT))]
            if min(map(len, words)) > 3 and split("".join(words)) == words:
                return "".join(words), mark.join(words)

    said = {" ": "a space", "-": "a hyphen", "_": "an underscore"}[mark]
    return Function(
        given=(f"{count} words run together", f"{count} English words without anything between them"),
        answer=Single(
            key=draw.choice(("words", "text")),
            do=(
                f"take the words apart, with {said} between them",
                f"put {said} between the words that were run together",
                f"find the words in the text and write {said} after each but the last",
            ),
        ),
        draw=case,
        reference=lambda text: mark.join(split(text)),
        stated=(said,),
    )


@family("transformation")
@finishing
def doubled_words(draw: Draw) -> Function:
    """Words written twice in a row: one of them taken out, named, or noticed."""
    act = draw.choice(("mend", "mend", "name", "whether"))

    def case(draw: Draw) -> str:
        words = f"{draw.choice(SUBJECTS)} {draw.choice(PREDICATES)}".split(" ")
        if draw.chance(0.6):
            at = draw.randrange(len(words))
            words.insert(at, words[at])
        return " ".join(words)

    def reference(text: str) -> str | bool | None:
        match = re.search(r"\b(\w+) \1\b", text)
        if act == "whether":
            return match is not None
        return re.sub(r"\b(\w+) \1\b", r"\1", text) if act == "mend" else match[1] if match else None

    answer: Answer
    match act:
        case "mend":
            do = ("take out a word that is written twice in a row", "remove the repetition where a word follows itself")
            answer = Rewrite(do=(*do, "write a doubled word only once and keep the rest"), what="sentence")
        case "name":
            do = ("name the word that is written twice in a row", "find the doubled word")
            answer = Single(key="word", do=do, optional=True)
        case _:
            answer = Decision(
                holds=("a word is written twice in a row", "some word follows itself"),
                fails=("no word is written twice in a row",),
            )
    return Function(
        given=("a sentence without capitals", "a line that was typed in a hurry", "a few words"),
        answer=answer,
        draw=case,
        reference=reference,
    )


@family("transformation")
@finishing
def article_repair(draw: Draw) -> Function:
    """a and an put right in a sentence, or the missing ones put in."""
    missing = draw.chance(0.4)
    gap = draw.choice(("_", "...", "[]", "?"))
    shapes = (
        "I saw {x} in the hall.",
        "There is {x} on the desk.",
        "{n} has {x}.",
        "We need {x} and {y}.",
        "Is this {x}?",
    )
    pool = tuple(word for word in (*THINGS, *FRUIT, *ANIMALS, *ADJECTIVES) if word not in ("urban", "umbrella"))

    vowels = tuple(word for word in pool if word[0] in "aeio")

    def noun(draw: Draw) -> str:
        word = draw.choice(vowels if draw.chance(0.4) else pool)
        word = f"{word} {draw.choice(THINGS)}" if word in ADJECTIVES else word
        return f"{gap if missing else draw.choice(('a', 'an'))} {word}"

    def reference(text: str) -> str:
        marks = re.escape(gap) if missing else r"\ban?"
        return re.sub(rf"{marks} (\w+)", lambda match: an(match[1]), text)

    do = (
        (f"put a or an in the place of {gap}", f"fill each {gap} with the article that fits, a or an")
        if missing
        else ("correct every a that should be an and every an that should be a", "put the articles a and an right")
    )
    return Function(
        given=("a sentence with gaps for a and an", f"a sentence in which {gap} stands for an article")
        if missing
        else ("a sentence with a or an, right or wrong", "a sentence of a learner"),
        answer=Rewrite(do=do, what="sentence"),
        draw=lambda d: d.choice(shapes).format(x=noun(d), y=noun(d), n=d.choice(FIRST_NAMES)),
        reference=reference,
    )


@family("transformation")
def end_mark(draw: Draw) -> Function:
    """The mark that a sentence lacks at its end: a full stop, or a question mark."""
    alone = draw.chance(0.3)
    stop, ask = draw.choice(((".", "?"), (".", "?"), ("!", "?"), (";", "?"), (".", "??")))

    def case(draw: Draw) -> str:
        thing, name, role = draw.choice(THINGS), draw.choice(FIRST_NAMES), draw.choice(ROLES)
        verb = draw.choice(sorted(PARTICIPLES))
        return draw.choice(
            (
                f"Where is the {thing}", f"Does the {role} {verb} the {thing}", f"Who has the {thing}",
                f"Can {name} {verb} it",
                f"The {role} {THIRD_PERSON[verb]} the {thing}", f"{name} has a {draw.choice(ADJECTIVES)} {thing}",
                f"Why is {name} so late", f"We wait for {name}", f"I do not know where the {thing} is",
            )
        )  # fmt: skip

    def reference(text: str) -> str:
        mark = ask if text.split(" ")[0] in ("Where", "Does", "Who", "Can", "Why") else stop
        return mark if alone else text + mark

    told = f'"{ask}" for a question, "{stop}" for a statement'
    do = (
        (f"say which mark is missing at the end: {told}", f"give the mark that the sentence needs: {told}")
        if alone
        else (f"put the missing mark at the end: {told}", f"end the sentence with {told}")
    )
    return Function(
        given=("a sentence without a mark at its end", "a question or a statement whose last mark is missing"),
        answer=Single(key="mark", do=do) if alone else Rewrite(do=do, what="sentence"),
        draw=case,
        reference=reference,
        stated=(told,),
    )
