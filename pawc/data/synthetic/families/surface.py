"""Decisions on the surface of a text: its characters, words and punctuation, not what it means."""

from __future__ import annotations

import re
from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision
from pawc.data.synthetic.function import Case, Function, Wordings, family
from pawc.data.synthetic.vocabulary import FIRST_NAMES, FRUIT, MONTHS, THINGS

GIVEN = ("a short text", "a message", "a line of text", "a sentence")


def decision(
    draw: Draw,
    holds: Wordings,
    fails: Wordings,
    test: Callable[[str], bool],
    make: Callable[[Draw], str],
    *,
    given: Wordings = GIVEN,
    stated: Wordings = (),
) -> Function:
    """A decision on texts that `make` draws; both answers are drawn about as often."""

    def case(draw: Draw) -> Case:
        wanted = draw.chance(0.5)
        for _ in range(60):
            if test(text := make(draw)) == wanted:
                break
        return text

    return Function(given=given, answer=Decision(holds=holds, fails=fails), draw=case, reference=test, stated=stated)


def sentence(draw: Draw) -> str:
    """One or two sentences, perhaps with a number, a name, capitals or another mark at the end."""
    text = draw.filler()
    if draw.chance(0.4):
        text = draw.choice(
            (
                "The {t} is {n} years old.",
                "We need {n} of them by {m}.",
                "{p} has the {t}.",
                "Where is the {t}?",
                "Can {p} come?",
                "Stop it!",
                "The {t} and the {f}.",
            )
        ).format(
            t=draw.choice(THINGS),
            f=draw.choice(FRUIT),
            n=draw.randint(2, 99),
            m=draw.choice(MONTHS),
            p=draw.choice(FIRST_NAMES),
        )
    return f"{draw.filler()} {text}" if draw.chance(0.25) else text


@family("classification")
def has_number(draw: Draw) -> Function:
    """Whether there are digits in a text, perhaps a number of so many digits."""
    size = draw.choice((0, 0, 2, 3, 4))
    what = f"a number of exactly {size} digits" if size else "a digit"
    pattern = re.compile(rf"(?<!\d)\d{{{size}}}(?!\d)" if size else r"\d")

    def make(draw: Draw) -> str:
        number = draw.choice(("", draw.digits(2), draw.digits(3), draw.digits(4), draw.digits(size or 1)))
        return (
            draw.fill(
                draw.choice(("the {t} has {n} on it.", "room {n}, behind the {t}.", "{n} more of the {t}.")),
                t=draw.choice(THINGS),
                n=number,
            )
            if number
            else sentence(draw)
        )

    return decision(
        draw,
        (f"the text contains {what}", f"there is {what} in it"),
        (f"there is not {what} in the text",),
        lambda t: bool(pattern.search(t)),
        make,
        stated=(what,),
    )


@family("classification")
def ends_with(draw: Draw) -> Function:
    """How a text ends: question mark, exclamation mark, full stop, no mark."""
    said, test = draw.choice(
        (
            ("ends in a question mark", lambda t: t.endswith("?")),
            ("ends in an exclamation mark", lambda t: t.endswith("!")),
            ("ends in a full stop", lambda t: t.endswith(".")),
            ("ends without any punctuation", lambda t: t[-1].isalnum()),
            ("ends in three dots", lambda t: t.endswith("...")),
        )
    )

    def make(draw: Draw) -> str:
        return draw.filler().rstrip(".") + draw.choice((".", "?", "!", "", "..."))

    test_dots = (lambda t: t.endswith(".") and not t.endswith("...")) if said == "ends in a full stop" else test
    said = "ends in a single full stop" if said == "ends in a full stop" else said
    return decision(
        draw, (f"the text {said}",), (f"it is not so that the text {said}",), test_dots, make, stated=(said,)
    )


@family("classification")
def letter_case(draw: Draw) -> Function:
    """How a text is written: all capitals, all small, first letter, a word in capitals."""
    said, test = draw.choice(
        (
            ("the text is all in capitals", str.isupper),
            ("the text is all in small letters", str.islower),
            ("the first letter is a capital", lambda t: t[0].isupper()),
            ("every word starts with a capital", lambda t: all(w[0].isupper() for w in t.split())),
            ("at least one whole word is in capitals", lambda t: any(w.isupper() and len(w) > 1 for w in t.split())),
        )
    )

    def make(draw: Draw) -> str:
        text = draw.choice((draw.phrase(), draw.filler().rstrip(".").replace("I ", "we "), draw.phrase().capitalize()))
        words = text.split()
        words[-1] = words[-1].upper()
        return draw.choice((text, text.upper(), text.lower(), text.title(), " ".join(words)))

    return decision(draw, (said,), (f"it is not so that {said}",), test, make, stated=(said,))


@family("classification")
def looks_like(draw: Draw) -> Function:
    """Whether a text has the shape that the specification gives."""
    said, good, test = draw.choice(
        (
            ("a number between 100 and 999", lambda d: d.digits(3), r"[1-9]\d\d"),
            (
                "two capital letters followed by four digits",
                lambda d: d.choice(("AB", "KX", "ZT")) + d.digits(4),
                r"[A-Z]{2}\d{4}",
            ),
            ("a year from 1900 to 2099", lambda d: str(d.randint(1900, 2099)), r"(?:19|20)\d\d"),
            ("a hexadecimal number with 0x in front", lambda d: f"0x{d.randint(16, 65535):x}", r"0x[0-9a-f]+"),
            ("small letters and hyphens only", lambda d: "-".join(d.sample(THINGS, 2)), r"[a-z]+(?:-[a-z]+)*"),
            (
                "a word followed by a number in brackets",
                lambda d: f"{d.choice(THINGS)} [{d.randint(1, 99)}]",
                r"[a-z]+ \[\d+\]",
            ),
            ("two words joined by an underscore", lambda d: "_".join(d.sample(THINGS, 2)), r"[a-z]+_[a-z]+"),
        )
    )

    def make(draw: Draw) -> str:
        return draw.choice(
            (
                good(draw),
                good(draw),
                draw.digits(draw.randint(1, 5)),
                draw.choice(THINGS).upper(),
                f"{draw.choice('ABKZ')}{draw.digits(3)}",
                draw.phrase(),
                f"{draw.choice(THINGS)}.{draw.choice(THINGS)}",
            )
        )

    return decision(
        draw,
        (f"the text is {said}", f"it has the form of {said}"),
        (f"the text is not {said}",),
        lambda t: bool(re.fullmatch(test, t)),
        make,
        given=("a code", "a short text", "the content of a field"),
        stated=(said,),
    )


@family("classification")
def sentence_type(draw: Draw) -> Function:
    """Sentences with their final mark left out or kept: question or statement."""
    keep = draw.chance(0.5)
    asks = (
        "Where is the {}",
        "Who has the {}",
        "Can you see the {}",
        "Is the {} ready",
        "How old is the {}",
        "Why is the {} open",
        "Do you need the {}",
        "What colour is the {}",
    )
    tells = (
        "The {} is here",
        "I like the {}",
        "We sold the {}",
        "Nobody saw the {}",
        "This {} is mine",
        "They painted the {}",
        "You can take the {}",
        "My {} is broken",
    )

    def case(draw: Draw) -> Case:
        question = draw.chance(0.5)
        text = draw.choice(asks if question else tells).format(draw.choice(THINGS))
        return text + (("?" if question else ".") if keep else ""), question

    def reference(text: str) -> bool:
        return text.startswith(tuple(ask.split()[0] for ask in asks))

    return Function(
        given=("a sentence", "one sentence")
        if keep
        else ("a sentence without its final mark", "a sentence as somebody typed it, without punctuation"),
        answer=Decision(
            holds=("the sentence is a question", "it asks something"),
            fails=("the sentence is a statement", "it states something"),
        ),
        draw=case,
        reference=reference,
    )
