"""Sentences understood: subject, verb and object, their kind, and what is counted in them."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision, Fields, Single
from pawc.data.synthetic.function import Answer, Case, Function, Value, family
from pawc.data.synthetic.lexicon import PARTICIPLES, ROLES, THIRD_PERSON
from pawc.data.synthetic.saying import capital, ways
from pawc.data.synthetic.vocabulary import CITIES, FIRST_NAMES, THINGS, WEEKDAYS


@family("extraction")
def part_of_sentence(draw: Draw) -> Function:
    """Who does what to what, where and when: one or two parts of a sentence."""
    nouns = {
        "subject": draw.choice(("the subject", "who does it")),
        "verb": draw.choice(("the verb as it is written", "the verb")),
        "object": draw.choice(("the object with its article", "what it is done to, with the article")),
        "place": draw.choice(("the town where it happens", "the town")),
        "day": draw.choice(("the weekday", "the day on which it happens")),
    }
    chosen = draw.sample(sorted(nouns), draw.choice((1, 1, 2)))
    optional = bool({"place", "day"} & set(chosen))

    def value(found: dict[str, str | None]) -> Value:
        return {key: found[key] for key in chosen} if chosen[1:] else found[chosen[0]]

    def case(draw: Draw) -> Case:
        role = f"the {draw.choice(ROLES)}"
        subject, thing = draw.choice((role, draw.choice(FIRST_NAMES))), f"the {draw.choice(THINGS)}"
        verb = THIRD_PERSON[draw.choice(sorted(PARTICIPLES))]
        place, day = (draw.choice(pool) if draw.chance(0.6) else None for pool in (CITIES, WEEKDAYS))
        front = draw.chance(0.4) and day
        text = f"{subject} {verb} {thing}" + (f" in {place}" if place else "")
        text = f"on {day}, {text}" if front else text + (f" on {day}" if day else "")
        found = {"subject": subject, "verb": verb, "object": thing, "place": place, "day": day}
        return f"{capital(text)}.", value(found)

    def reference(text: str) -> Value:
        match = re.fullmatch(r"(?:On (\w+), )?((?:[Tt]he )?\w+) (\w+) (the \w+)(?: in (\w+))?(?: on (\w+))?\.", text)
        if match is None:
            return None
        subject = match[2].replace("The ", "the ")
        parts = {
            "subject": subject,
            "verb": match[3],
            "object": match[4],
            "place": match[5],
            "day": match[1] or match[6],
        }
        return value(parts)

    return Function(
        given=("a sentence", "a sentence about what somebody does", "a simple statement", "one line of a report"),
        answer=Fields(nouns={key: nouns[key] for key in chosen}, optional=optional)
        if chosen[1:]
        else Single(key=chosen[0], do=ways("extract, give, copy, find", nouns[chosen[0]]), optional=optional),
        draw=case,
        reference=reference,
        rules=("Start it with a small letter unless it is a name.",) if "subject" in chosen else (),
        stated=tuple(nouns[key] for key in chosen),
    )


@family("classification")
def kind_of_sentence(draw: Draw) -> Function:
    """Whether a sentence is denied, passive, in the future, a command, about several."""
    act = draw.choice(("negated", "passive", "future", "command", "time"))
    said = {
        "negated": ("the sentence is negated", "it says that something is not so"),
        "passive": ("the sentence is in the passive", "the verb of the sentence is passive"),
        "future": ("the sentence speaks of the future", "it tells what is going to happen"),
        "command": ("the sentence is a command", "it tells somebody to do something"),
        "time": ("the sentence tells when it happens", "a time or day is given"),
    }[act]

    def case(draw: Draw) -> Case:
        role, thing, verb = draw.choice(ROLES), draw.choice(THINGS), draw.choice(sorted(PARTICIPLES))
        name = draw.choice((draw.choice(FIRST_NAMES), f"The {role}"))
        subject = name.replace("The", "the")
        kinds = {
            "negated": (f"{name} does not {verb} the {thing}.", f"{name} never {THIRD_PERSON[verb]} a {thing}."),
            "passive": (f"The {thing} is {PARTICIPLES[verb]} by {subject}.",),
            "future": (f"{name} will {verb} the {thing}.", f"{name} is going to {verb} the {thing}."),
            "command": (f"{capital(verb)} the {thing}!", f"Please {verb} the {thing}."),
            "time": (f"{name} {THIRD_PERSON[verb]} the {thing} on {draw.choice(WEEKDAYS)}.",),
            "plain": (f"{name} {THIRD_PERSON[verb]} the {thing}.",),
        }
        kind = act if draw.chance(0.5) else draw.choice([name for name in kinds if name != act])
        return draw.choice(kinds[kind]), kind == act

    def reference(text: str) -> bool:
        found = {
            "negated": r" not | never ", "passive": r" is \w+ by ", "future": r" will | is going to ",
            "command": r"!$|^Please ", "time": rf" on (?:{'|'.join(WEEKDAYS)})\.",
        }[act]  # fmt: skip
        return re.search(found, text) is not None

    return Function(
        given=("a sentence", "one English sentence", "a short sentence"),
        answer=Decision(holds=said, fails=tuple(f"it is not so that {clause}" for clause in said)),
        draw=case,
        reference=reference,
    )


@family("reasoning")
def counted_in_text(draw: Draw) -> Function:
    """How many sentences, questions, names, numbers, capitals a short text has."""
    what = draw.choice(
        (
            "sentences",
            "questions",
            "first names of people",
            "numbers",
            "words in capitals",
            "commas",
            "weekdays",
            "words",
        )
    )

    def sentence(draw: Draw) -> str:
        name, thing, day = draw.choice(FIRST_NAMES), draw.choice(THINGS), draw.choice(WEEKDAYS)
        return draw.choice(
            (
                f"{name} has the {thing}.", f"Where is the {thing}?", f"We saw {draw.randint(2, 99)} of them.",
                f"{name}, bring the {thing.upper()}!", f"On {day}, {name} leaves.", f"The {thing}, the key, the door.",
                f"Is {name} here on {day}?", f"It is the {thing.upper()} that {name} wants.",
                draw.filler().replace("I ", "we "),
            )
        )  # fmt: skip

    def reference(text: str) -> str:
        pattern = {
            "sentences": r"[.?!]", "questions": r"\?", "first names of people": rf"\b(?:{'|'.join(FIRST_NAMES)})\b",
            "numbers": r"\d+", "words in capitals": r"\b[A-Z]{2,}\b", "commas": ",",
            "weekdays": rf"\b(?:{'|'.join(WEEKDAYS)})\b", "words": r"\S+",
        }[what]  # fmt: skip
        return str(len(re.findall(pattern, text)))

    answer: Answer = Single(
        key=draw.choice(("count", "n", "number")),
        do=(f"count the {what} in the text", f"say how many {what} there are", f"give the number of {what}"),
    )
    return Function(
        given=("a short text", "one to three sentences", "a few sentences"),
        answer=answer,
        draw=lambda d: " ".join(sentence(d) for _ in range(1 if what == "words" else d.randint(1, 3))),
        reference=reference,
        stated=(what,),
    )
