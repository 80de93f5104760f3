"""Gaps in a sentence: the verb, the pronoun or the preposition that fits."""

from __future__ import annotations

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Rewrite, Single
from pawc.data.synthetic.function import Function, family
from pawc.data.synthetic.lexicon import PLURALS, with_s
from pawc.data.synthetic.saying import finishing
from pawc.data.synthetic.vocabulary import ANIMALS, MONTHS, THINGS, WEEKDAYS, each

_MASS = each("water sand money music furniture homework luggage rice traffic advice milk snow patience bread")


_GAPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # behind a singular or in front of it, and a plural
    "is or are": (("The {one} ___ in the kitchen.", "Your {one} ___ old."), ("is", "are")),
    "has or have": (("The {one} ___ a new colour.", "My {one} ___ no name."), ("has", "have")),
    "this or these": (("I like ___ {one}.", "Take ___ {one} with you."), ("this", "these")),
    "that or those": (("Look at ___ {one} over there.", "Who left ___ {one} here?"), ("that", "those")),
    "does or do": (("Where ___ the {one} belong?", "___ the {one} look good?"), ("does", "do")),
    "was or were": (("The {one} ___ too small.", "Our {one} ___ on the table."), ("was", "were")),
    "much or many": (("We do not have ___ {one}.", "How ___ {one} did you see?"), ("much", "many")),
    "a little or a few": (("She has ___ {one} left.", "I only need ___ {one}."), ("a little", "a few")),
}


@family("reasoning")
@finishing
def agreement(draw: Draw) -> Function:
    """The word that fits a gap: is or are, has or have, this or these, much or many."""
    name = draw.choice(sorted(_GAPS))
    frames, (one, many) = _GAPS[name]
    whole = draw.chance(0.4)
    mass = name in ("much or many", "a little or a few")
    plurals = {with_s(word) for word in (*THINGS, *ANIMALS) if word not in ("shelf", "moose")} | set(PLURALS.values())

    def reference(text: str) -> str:
        words = text.rstrip(".?").split(" ")
        fits = many if any(word in plurals for word in words) else one
        if not whole:
            return fits
        start = text.startswith("___")
        return text.replace("___", fits.capitalize() if start else fits)

    def case(draw: Draw) -> str:
        single = draw.chance(0.5)
        noun = draw.choice(_MASS if mass else (*THINGS, *ANIMALS[:5]))
        words = sorted(plurals)
        return draw.choice(frames).format(one=noun if single else draw.choice(words))

    choice = f'"{one}" or "{many}"'
    do = (
        (
            f"fill the gap ___ with {choice}",
            f"write the sentence with {choice} in the gap",
            f"complete it with {choice}",
        )
        if whole
        else (
            f"say which word goes into the gap ___: {choice}",
            f"choose between {choice} for the gap",
            f"decide if the gap needs {choice}",
        )
    )
    return Function(
        given=("a sentence with a gap", "a sentence in which ___ stands for a missing word", "a grammar exercise"),
        answer=Rewrite(do=do, what="sentence") if whole else Single(key=draw.choice(("word", "gap")), do=do),
        draw=case,
        reference=reference,
        stated=(choice,),
    )


@family("reasoning")
@finishing
def time_preposition(draw: Draw) -> Function:
    """on, in or at, by what kind of time follows."""
    whole = draw.chance(0.4)
    times = {
        "on": (*WEEKDAYS, *(f"{month} {day}" for month in MONTHS for day in (1, 4, 12, 23))),
        "in": (*MONTHS, "spring", "summer", "autumn", "winter", "1998", "2015", "2021"),
        "at": ("noon", "midnight", "sunrise", "half past two", "four o'clock", "ten o'clock", "dinner time"),
    }
    of = {time: word for word, group in times.items() for time in group}
    starts = (
        "We leave",
        "The course starts",
        "It was cold",
        "Call me",
        "The shop opens",
        "They got married",
        "I saw it",
    )

    def reference(text: str) -> str:
        word = of[text.partition("___ ")[2].rstrip(".")]
        return text.replace("___", word) if whole else word

    def case(draw: Draw) -> str:
        return f"{draw.choice(starts)} ___ {draw.choice(times[draw.choice(sorted(times))])}."

    do = (
        ("fill the gap with on, in or at", "write the sentence with the right one of on, in and at in the gap")
        if whole
        else ("choose the preposition for the gap: on, in or at", "say whether the gap takes on, in or at")
    )
    return Function(
        given=("a sentence with ___ in front of a time", "a sentence whose preposition of time is missing"),
        answer=Rewrite(do=do, what="sentence") if whole else Single(key=draw.choice(("word", "preposition")), do=do),
        draw=case,
        reference=reference,
        hints=("Days take on, months and seasons and years take in, points of the clock take at.",),
    )
