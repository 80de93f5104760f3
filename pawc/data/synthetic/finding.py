"""Finding: what all extractions share: things of one kind in a message -> the first, the last, all, how many, whether.

A family says what the thing looks like and how it is made; the rest is drawn here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision, Listing, Single
from pawc.data.synthetic.function import Answer, Case, Function, Value, Wordings

GIVEN = ("a message", "a short text", "a line of text", "a note from a colleague", "a text", "one or two sentences")


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A kind of thing in a text. `pattern` finds each (its first group, where there is one), `make` makes one.

    one, many: what it is called. carriers: clauses with one in `{x}`. copying: rules for functions that write it out.
    """

    key: str
    one: str
    many: str
    pattern: re.Pattern[str]
    make: Callable[[Draw], str]
    carriers: Wordings
    given: Wordings = GIVEN
    hints: Wordings = ()
    rules: Wordings = ()
    copying: Wordings = ()
    stated: Wordings = ()

    def every(self, text: str) -> tuple[str, ...]:
        """All things of the kind in a text, in order."""
        return tuple(match[match.lastindex or 0] for match in self.pattern.finditer(text))


def find(draw: Draw, thing: Thing) -> Function:
    """A function on the things of one kind in a text."""
    one, many = thing.one, thing.many
    act = draw.choice(("first", "first", "last", "only", "only", "all", "count", "whether"))
    answer: Answer
    do: Wordings
    match act:
        case "all":
            do = (
                f"list all {many}",
                f"extract every {one}",
                f"find all {many} in the text",
                f"collect the {many} in order",
            )
            answer = Listing(do=do, what=many)
        case "count":
            do = (f"count the {many}", f"say how many {many} there are", f"give the number of {many} in the text")
            answer = Single(key="count", do=do)
        case "whether":
            holds = (
                f"the text contains {_article(one)}",
                f"there is {_article(one)} in it",
                f"{_article(one)} is mentioned",
            )
            answer = Decision(holds=holds, fails=(f"there is no {one} in it", f"the text contains no {one}"))
        case _:
            which = one if act == "only" else f"{act} {one}"
            do = (
                f"extract the {which}",
                f"find the {which}",
                f"pull out the {which}",
                f"give the {which} of the text",
                f"copy the {which}",
            )
            answer = Single(key=thing.key, do=do, optional=draw.chance(0.6))
    most = 1 if act == "only" else 3
    least = 1 if isinstance(answer, Single) and not answer.optional and act != "count" else 0

    def case(draw: Draw) -> Case:
        count = draw.choice([number for number in (0, 1, 1, 2, 2, 3) if least <= number <= most])
        things = [thing.make(draw) for _ in range(count)]
        return text_with(draw, things, thing.carriers), _choose(act, tuple(thing.every(made)[0] for made in things))

    return Function(
        given=thing.given,
        answer=answer,
        draw=case,
        reference=lambda text: _choose(act, thing.every(text)),
        rules=thing.rules if act in ("count", "whether") else (*thing.rules, *thing.copying),
        hints=thing.hints,
        stated=thing.stated,
    )


def text_with(draw: Draw, things: list[str], carriers: Wordings) -> str:
    """A text that holds the things in order, between sentences that hold nothing."""
    parts = [draw.fill(_capital(draw.choice(carriers)), x=thing) for thing in things]
    for _ in range(draw.randint(0 if things else 1, 2)):
        parts.insert(draw.randint(0, len(parts)), draw.filler())
    return " ".join(parts)


def _choose(act: str, found: tuple[str, ...]) -> Value:
    match act:
        case "all":
            return found
        case "count":
            return str(len(found))
        case "whether":
            return bool(found)
        case "last":
            return found[-1] if found else None
        case _:
            return found[0] if found else None


def _article(noun: str) -> str:
    return f"{'an' if noun[0].lower() in 'aeiou' and not noun.startswith(('uni', 'use', 'UR')) else 'a'} {noun}"


def _capital(text: str) -> str:
    return text if text.startswith("{") else text[:1].upper() + text[1:]
