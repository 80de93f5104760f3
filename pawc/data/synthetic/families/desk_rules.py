"""Rules for a desk, told in the specification: what a form lacks, points for words, ready answers."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision, Listing, Single
from pawc.data.synthetic.function import Case, Function, Value, family
from pawc.data.synthetic.saying import capital, either, quoted
from pawc.data.synthetic.vocabulary import CITIES, THINGS, each


@family("extraction")
def missing_field(draw: Draw) -> Function:
    """Which of the fields that a form must have are missing, or empty."""
    fields = draw.sample(each("name phone street town date number size color reason"), 5)
    needed = draw.sample(fields, draw.choice((2, 3)))
    joint, mark = draw.choice(("; ", "\n", ", ", " | ")), draw.choice((": ", "=", " = "))
    whether = draw.chance(0.4)
    named = either(needed, "and")

    def case(draw: Draw) -> str:
        share = 0.82 if whether else 0.6
        chosen = [field for field in fields if draw.chance(share if field in needed else 0.5)] or [fields[0]]
        values = {
            field: ""
            if draw.chance(0.1)
            else draw.choice((draw.choice(THINGS), str(draw.randint(1, 99)), draw.choice(CITIES)))
            for field in chosen
        }
        return joint.join(f"{field}{mark}{value}" for field, value in values.items())

    def reference(text: str) -> Value:
        found = dict(part.split(mark) for part in text.split(joint))
        gaps = tuple(field for field in needed if not found.get(field))
        return not gaps if whether else gaps

    do = (
        f"list which of {named} are missing or empty",
        f"name the required fields without a value; required are {named}",
        f"check that {named} are filled in and list those that are not",
    )
    return Function(
        given=("a filled-in form", "a form with named fields", "an order form as text", "fields and their values"),
        answer=Decision(
            holds=(f"each of {named} has a value", f"the form is complete: {named} all have values"),
            fails=(f"any of {named} is missing or empty",),
        )
        if whether
        else Listing(do=do, what="fields"),
        draw=case,
        reference=reference,
        stated=(named,),
        rules=() if whether else (f"Keep this order: {', '.join(needed)}.",),
    )


@family("classification")
def points_rule(draw: Draw) -> Function:
    """Points for words of a text, with a limit: the sum decides."""
    words = draw.sample(each("free winner click prize money offer now guarantee bonus secret cheap loan"), 3)
    points = [draw.choice((1, 2, 3)) for _ in words]
    limit = draw.choice((2, 3, 4))
    limit = min(limit, sum(points))
    told = either([f'"{word}" = {count}' for word, count in zip(words, points, strict=True)], "and")
    carriers = (
        "more {w} than ever",
        "all about {w}",
        "{w}! who would not want it",
        "{w} from {c}",
        "and then there is {w}",
    )

    def total(text: str) -> int:
        return sum(count for word, count in zip(words, points, strict=True) if re.search(rf"\b{word}\b", text))

    def case(draw: Draw) -> Case:
        wanted = draw.chance(0.5)
        while True:
            found = draw.sample(words, draw.randint(0, 3))
            parts = [draw.choice(carriers).format(w=word, c=draw.choice(CITIES)) for word in found]
            parts += [draw.filler().rstrip(".")] * (not parts or draw.chance(0.3))
            draw.shuffle(parts)
            text = ". ".join(capital(part) for part in parts).lower() + "."
            if (total(text) >= limit) == wanted:
                return text, wanted

    return Function(
        given=("a message", "a mail that may be junk", "a text to be scored"),
        answer=Decision(
            holds=(
                f"the points reach {limit} ({told})",
                f"the sum of the points is {limit} or more, where {told} count",
            ),
            fails=(f"the points stay below {limit} ({told})",),
        ),
        draw=case,
        reference=lambda text: total(text) >= limit,
        stated=(told, str(limit)),
        rules=("A word gives its points once, however often it occurs.",),
    )


@family("generation")
def canned_reply(draw: Draw) -> Function:
    """One of the house's ready answers, by what a message mentions."""
    replies = draw.sample(
        each(
            "We will call you back.|Please see our website.|Your request was passed on.|We are sorry about that.|"
            "Thank you, noted.|A colleague will write to you.|Please come to the office.|That is not possible.",
            "|",
        ),
        draw.choice((3, 3, 4)),
    )
    words = draw.sample(each("parcel|invoice|password|table|job|booking|repair|discount|newsletter|garden", "|"), 8)
    keys = [words[2 * at : 2 * at + draw.choice((1, 2))] for at in range(len(replies) - 1)]
    told = "; ".join(f'"{reply}" if it mentions {quoted(key)}' for reply, key in zip(replies, keys, strict=False))
    talk = (
        "where is my {k}?",
        "I have a question about the {k}.",
        "it is about the {k} again.",
        "the {k} is wrong.",
        "{k}, please.",
    )
    used = {word for key in keys for word in key}

    def reference(text: str) -> str:
        return next(
            (
                reply
                for reply, key in zip(replies, keys, strict=False)
                if any(re.search(rf"\b{w}\b", text) for w in key)
            ),
            replies[-1],
        )

    def case(draw: Draw) -> str:
        at = draw.randrange(len(replies))
        pool = keys[at] if at < len(keys) else [word for word in words if word not in used] or ["weather"]
        text = draw.fill(capital(draw.choice(talk)), k=draw.choice(pool))
        return draw.choice((text, f"{draw.filler()} {text}", f"{text} {draw.filler()}"))

    return Function(
        given=("a customer's message", "a short mail", "a message to our office"),
        answer=Single(
            key="reply",
            do=(
                f'reply {told}; otherwise "{replies[-1]}"',
                f'choose the ready answer: {told}; in all other cases "{replies[-1]}"',
                f'answer with one of our texts: {told}; for anything else "{replies[-1]}"',
            ),
        ),
        draw=case,
        reference=reference,
        stated=(told, f'"{replies[-1]}"'),
        hints=("Copy the text of the reply exactly.",),
    )
