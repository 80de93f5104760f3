"""Sentences turned round: one part stressed, put into the plural, the time moved."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.families.sentences import GIVEN, inside, parts_of, some_action
from pawc.data.synthetic.forms import Rewrite
from pawc.data.synthetic.function import Function, family
from pawc.data.synthetic.lexicon import THIRD_PERSON, with_s
from pawc.data.synthetic.saying import an, capital, finishing
from pawc.data.synthetic.vocabulary import ANIMALS, THINGS, WEEKDAYS

_NOUNS = tuple(word for word in (*THINGS, *ANIMALS) if word not in ("shelf", "moose"))


@family("transformation")
@finishing
def emphasis(draw: Draw) -> Function:
    """`Ada paints the fence.` -> `It is Ada who paints the fence.`, and other ways to stress one part."""
    act = draw.choice(("who", "what", "there"))

    def case(draw: Draw) -> str:
        if act != "there":
            return some_action(draw)
        place = draw.choice(("in the room", "under the bed", "behind the house", "on the roof", "next to the door"))
        return f"{capital(an(draw.choice(THINGS)))} is {place}."

    def reference(text: str) -> str:
        if act == "there":
            return f"There is {text[0].lower()}{text[1:].replace(' is ', ' ', 1)}"
        subject, verb, thing = parts_of(text)
        said = f"{inside(subject)} who" if act == "who" else f"{thing} that {inside(subject)}"
        return f"It is {said} {THIRD_PERSON[verb]}{f' {thing}' if act == 'who' else ''}."

    do = {
        "who": ("stress the subject: It is ... who ...", 'start with "It is", the subject and "who"'),
        "what": ("stress the object: It is ... that ...", 'start with "It is", the object and "that"'),
        "there": ("start the sentence with There is", 'say it with "There is" in front and without the second is'),
    }[act]
    return Function(given=GIVEN, answer=Rewrite(do=do, what="sentence"), draw=case, reference=reference)


@family("transformation")
@finishing
def whole_in_plural(draw: Draw) -> Function:
    """Sentences about one thing <-> about several."""
    forward = draw.chance(0.7)
    number = draw.choice(("The", "The", "Two", "Many", "All", "Some"))
    one = {with_s(noun): noun for noun in _NOUNS}
    ends = ("on the floor", "for sale", "very old", "new", "too big", "ready", "expensive", "near the door", "lost")

    def there(text: str) -> str:
        _, noun, _, *rest = text.split(" ")
        return " ".join((number, with_s(noun), "are", *rest))

    def reference(text: str) -> str:
        if forward:
            return there(text)
        words = text.split(" ")
        return " ".join(("The", one[words[1]], "is", *words[3:]))

    def case(draw: Draw) -> str:
        text = f"The {draw.choice(_NOUNS)} is {draw.choice(ends)}."
        return text if forward else there(text)

    do = (
        (
            f'write the sentence in the plural, starting with "{number}"',
            f'let the sentence speak of several; its first word is "{number}"',
        )
        if forward
        else (
            f'write it about a single one: "{number}" becomes "The", and the verb fits',
            f'put the sentence, which starts with "{number}", into the singular with "The"',
        )
    )
    return Function(
        given=("a sentence about one thing", "a sentence in the singular")
        if forward
        else ("a sentence about several things", "a sentence in the plural"),
        answer=Rewrite(do=do, what="sentence"),
        draw=case,
        reference=reference,
        stated=(f'"{number}"',),
    )


@family("transformation")
@finishing
def moved_time(draw: Draw) -> Function:
    """The time of a sentence moved to its front or its end, or taken out."""
    act = draw.choice(("front", "end", "drop"))
    times = (
        *(f"on {day}" for day in WEEKDAYS), "every morning", "in the summer", "after lunch", "once a week", "at night",
    )  # fmt: skip
    pattern = re.compile(rf"^({'|'.join(map(capital, times))}), (.+)\.$")

    def case(draw: Draw) -> str:
        text, time = some_action(draw).rstrip("."), draw.choice(times)
        front = act == "end" or (act == "drop" and draw.chance(0.5))
        return f"{capital(time)}, {inside(text)}." if front else f"{text} {time}."

    def reference(text: str) -> str:
        match = pattern.match(text)
        time = match[1] if match else next(time for time in times if text.endswith(f" {time}."))
        rest = match[2] if match else text.removesuffix(f" {time}.")
        if act == "front":
            return f"{capital(time)}, {inside(rest)}."
        return f"{capital(rest)} {time[0].lower()}{time[1:]}." if act == "end" else f"{capital(rest)}."

    do = {
        "front": ("move the time to the front, with a comma behind it", "start the sentence with when it happens"),
        "end": ("move the time from the front to the end", "end the sentence with when it happens, without a comma"),
        "drop": ("take out when it happens", "remove the words that tell the time", "drop the time and keep the rest"),
    }[act]
    return Function(
        given=("a sentence that tells when something happens", "a sentence with a time in it"),
        answer=Rewrite(do=do, what="sentence"),
        draw=case,
        reference=reference,
    )
