"""Decisions on the words of a text and the letters of a word, not on what they mean."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.families.surface import decision, sentence
from pawc.data.synthetic.function import Function, family
from pawc.data.synthetic.vocabulary import FRUIT, THINGS


@family("classification")
def word_count(draw: Draw) -> Function:
    """Whether a text has more words, or characters, than a limit."""
    limit, unit = draw.choice(
        ((4, "words"), (6, "words"), (8, "words"), (10, "words"), (20, "characters"), (40, "characters"))
    )
    count = (lambda t: len(t.split())) if unit == "words" else len

    def make(draw: Draw) -> str:
        return draw.choice(
            (draw.choice(THINGS), draw.phrase(), draw.filler(), sentence(draw), f"{draw.phrase()} {draw.phrase()}")
        )

    return decision(
        draw,
        (f"the text has more than {limit} {unit}", f"it is longer than {limit} {unit}"),
        (f"the text has {limit} {unit} or fewer", f"it has at most {limit} {unit}"),
        lambda t: count(t) > limit,
        make,
        stated=(f"{limit} {unit}",),
    )


@family("classification")
def has_word(draw: Draw) -> Function:
    """Whether a word occurs, starts the text, or occurs twice."""
    word = draw.choice(THINGS)
    said, test = draw.choice(
        (
            (f'contains the word "{word}"', lambda t: word in t.lower().split()),
            (f'starts with the word "{word}" in either case', lambda t: t.lower().split()[0] == word),
            (f'contains the word "{word}" twice or more', lambda t: t.lower().split().count(word) > 1),
        )
    )

    def make(draw: Draw) -> str:
        words = [draw.choice((word, word, draw.choice(THINGS))), draw.choice((word, draw.choice(THINGS)))]
        draw.shuffle(words)
        text = draw.choice(
            (
                "{0} and {1} are here",
                "the {0} is near the {1} now",
                "one {0} , one {1} , no more",
                "we saw the {1} behind a {0}",
            )
        ).format(*words)
        text = draw.choice((text, f"{text} and {draw.phrase()}"))
        return draw.choice((text, text.capitalize()))

    return decision(draw, (f"the text {said}",), (f"it is not so that the text {said}",), test, make, stated=(said,))


@family("classification")
def same_letters(draw: Draw) -> Function:
    """Rules about the letters of a word: first and last, doubles, vowels."""
    letter = draw.choice("aeilnorst")
    said, test = draw.choice(
        (
            (f'starts with "{letter}"', lambda w: w.startswith(letter)),
            (f'ends in "{letter}"', lambda w: w.endswith(letter)),
            (f'contains the letter "{letter}"', lambda w: letter in w),
            ("starts with a vowel", lambda w: w[0] in "aeiou"),
            ("ends in a vowel", lambda w: w[-1] in "aeiou"),
            ("has a double letter", lambda w: bool(re.search(r"(.)\1", w))),
            ("has more than six letters", lambda w: len(w) > 6),
            ("starts and ends with the same letter", lambda w: w[0] == w[-1]),
        )
    )
    pool = (
        *THINGS,
        *FRUIT,
        "level",
        "stats",
        "rower",
        "trout",
        "noon",
        "tent",
        "sees",
        "dared",
        "kayak",
        "echoe",
        "aroma",
        "area",
        "eagle",
    )
    return decision(
        draw,
        (f"the word {said}",),
        (f"it is not so that the word {said}",),
        test,
        lambda d: d.choice(pool),
        given=("a word", "one word in small letters"),
        stated=(said,),
    )
