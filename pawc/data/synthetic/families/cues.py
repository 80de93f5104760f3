"""Messages sorted by cues that the specification names: where they go, how urgent they are, their tone."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Choice, Decision
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.saying import capital, either, quoted
from pawc.data.synthetic.vocabulary import THINGS, each

TOPICS = each(
    "invoice|refund|password|delivery|contract|scanner|parking|holiday|elevator|catering|insurance|"
    "visitor badge|key card|"
    "meeting room|newsletter|warranty|vending machine|training|bicycle|lost luggage|website|salary|noise|cleaning",
    "|",
)


_TALK = (
    "could somebody tell me about the {k}?",
    "I am writing because of the {k}.",
    "the {k} is what this is about.",
    "there is news about the {k}.",
    "my colleague asked for the {k} again.",
    "{k}: is there anything new?",
    "we had trouble with the {k} yesterday.",
    "what do I have to do for the {k}?",
)


_DESKS = each(
    "accounts|front desk|maintenance|legal|personnel|warehouse|helpdesk|press office|Ms. Duarte|"
    "Mr. Novak|the night shift|"
    "team blue|team red|archive|inbox 2|the manager|purchasing|security|office@acorn.test|help@lumen.test",
    "|",
)


_GIVEN = ("an incoming message", "a mail to the office", "a short message", "what somebody wrote to us", "a note")


def _mentions(text: str, words: tuple[str, ...] | list[str]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", text) for word in words)


def _message(draw: Draw, topics: list[str]) -> str:
    """A message that mentions the topics, in any order, and says little else."""
    draw.shuffle(topics)
    parts = [draw.fill(capital(draw.choice(_TALK)), k=topic) for topic in topics]
    for _ in range(draw.randint(0 if parts else 1, 2)):
        parts.insert(draw.randint(0, len(parts)), draw.filler())
    return " ".join(parts)


@family("classification")
def forward(draw: Draw) -> Function:
    """Forwarded to one desk if this is mentioned, to another if that is; the first rule that fits wins."""
    count = draw.choice((1, 2, 2, 3))
    topics = draw.sample(TOPICS, 12)
    rules = [topics[at * 3 : at * 3 + draw.choice((1, 2, 3))] for at in range(count)]
    desks = draw.sample(_DESKS, count + 1)
    when = {desk: f"it mentions {quoted(words)}" for desk, words in zip(desks, rules, strict=False)}
    order = either([f'the one with "{words[0]}"' for words in rules], "and last")

    def reference(text: str) -> str:
        return next((desk for desk, words in zip(desks, rules, strict=False) if _mentions(text, words)), desks[-1])

    def case(draw: Draw) -> str:
        hits = draw.sample(range(count), draw.choice([n for n in (0, 1, 1, 1, 2) if n <= count]))
        found = [draw.choice(rules[at]) for at in hits]
        if not found or draw.chance(0.3):
            found.append(draw.choice(topics[9:]))
        return _message(draw, found)

    conflict = (f"If several rules apply, the first of them in this order counts: {order}.",) if count > 1 else ()
    return Function(
        given=_GIVEN,
        answer=Choice(when=when, otherwise=desks[-1]),
        draw=case,
        reference=reference,
        rules=conflict,
        stated=tuple(f'"{word}"' for words in rules for word in words),
        hints=("The label says who gets the message.", "Only the words in quotes count."),
    )


@family("classification")
def all_of_any(draw: Draw) -> Function:
    """Messages that mention all, none, exactly one, or at least two of some words."""
    words = draw.sample(TOPICS, draw.choice((2, 3, 3)))
    others = [topic for topic in TOPICS if topic not in words]
    act = draw.choice(("all", "none", "one", "two") if len(words) == 3 else ("all", "none", "one"))
    named = quoted(words, "and")
    holds, fails = {
        "all": (
            (f"the message mentions all of {named}", f"none of {named} is missing"),
            (f"any of {named} is missing",),
        ),
        "none": (
            (f"the message mentions none of {named}", f"not one of {named} comes up"),
            (f"any of {named} comes up",),
        ),
        "one": (
            (f"exactly one of {named} comes up", f"the text mentions one of {named} and no other of them"),
            (f"none or several of {named} come up",),
        ),
        "two": (
            (f"two or more of {named} come up", f"at least two of these occur: {named}"),
            (f"at most one of {named} comes up", f"fewer than two of these occur: {named}"),
        ),
    }[act]

    def reference(text: str) -> bool:
        count = sum(_mentions(text, [word]) for word in words)
        return {"all": count == len(words), "none": count == 0, "one": count == 1, "two": count >= 2}[act]

    def case(draw: Draw) -> Case:
        wanted = draw.chance(0.5)
        while True:
            found = draw.sample(words, draw.randint(0, len(words)))
            if not found or draw.chance(0.3):
                found.append(draw.choice(others))
            if reference(text := _message(draw, found)) == wanted:
                return text, wanted

    return Function(
        given=_GIVEN, answer=Decision(holds=holds, fails=fails), draw=case, reference=reference, stated=(named,)
    )


_RUSH = ("right now", "today", "as soon as possible", "at once", "before noon", "immediately", "this very minute")


_CALM = ("next month", "some day", "when you have time", "no hurry", "at your leisure", "whenever it suits you")


@family("classification")
def urgency(draw: Draw) -> Function:
    """How urgent a message is, by words and marks that the specification names."""
    rush, calm = draw.sample(_RUSH, draw.choice((1, 2, 3))), draw.sample(_CALM, draw.choice((1, 2)))
    mark, three = draw.chance(0.4), draw.chance(0.6)
    names = draw.choice((("urgent", "can wait", "normal"), ("high", "low", "medium"), ("now", "later", "soon")))
    when = {names[0]: f"it says {quoted(rush)}" + (" or has an exclamation mark" if mark else "")}
    if three:
        when[names[1]] = f"it says {quoted(calm)}"

    def reference(text: str) -> str:
        if _mentions(text, rush) or (mark and "!" in text):
            return names[0]
        return names[1] if three and _mentions(text, calm) else names[2]

    def case(draw: Draw) -> str:
        pool = draw.choice(
            (rush, rush, calm, calm, [], [word for word in (*_RUSH, *_CALM) if word not in (*rush, *calm)])
        )
        wish = f"{draw.choice(('send me', 'bring', 'check', 'repair', 'order'))} the {draw.choice(THINGS)}"
        time = f", {draw.choice(pool)}" if pool else ""
        text = f"Please {wish}{time}{'!' if draw.chance(0.3 if mark else 0.1) else '.'}"
        return draw.choice((text, f"{draw.filler()} {text}", f"{text} {draw.filler()}"))

    return Function(
        given=(*_GIVEN, "a request with or without a time"),
        answer=Choice(when=when, otherwise=names[2]),
        draw=case,
        reference=reference,
        stated=tuple(f'"{word}"' for word in (*rush, *(calm if three else []))),
        rules=("An exclamation mark outweighs everything else.",) if mark and three else (),
    )


_HARSH = each("nonsense|ridiculous|useless|a disgrace|shameful|hopeless|pathetic|rubbish", "|")


_KIND = each("please|thank you|kindly|much appreciated|grateful|sorry to bother you|with respect", "|")


@family("classification")
def tone(draw: Draw) -> Function:
    """Polite, harsh or neutral, by words that the specification lists."""
    harsh, kind = draw.sample(_HARSH, draw.choice((2, 3))), draw.sample(_KIND, draw.choice((2, 3)))
    names = draw.choice((("rude", "polite", "neutral"), ("hostile", "friendly", "plain"), ("cold", "warm", "even")))
    when = {
        names[0]: f"it contains {quoted(harsh)}",
        names[1]: f"it contains {quoted(kind)} but none of the harsh words",
    }
    if first := draw.chance(0.3):
        when = {names[1]: f"it contains {quoted(kind)}", names[0]: f"it contains {quoted(harsh)} and no polite word"}

    def reference(text: str) -> str:
        bad, good = _mentions(text.lower(), harsh), _mentions(text.lower(), kind)
        if bad and good:
            return names[1] if first else names[0]
        return names[0] if bad else names[1] if good else names[2]

    def case(draw: Draw) -> str:
        parts = [draw.filler()]
        if draw.chance(0.45):
            parts.append(f"It is {draw.choice(harsh)}, what you did with the {draw.choice(THINGS)}.")
        if draw.chance(0.45):
            parts.append(f"The {draw.choice(THINGS)} was late, {draw.choice(kind)}.")
        if len(parts) == 1:
            parts.append(f"The {draw.choice(THINGS)} is {draw.choice(('here', 'gone', 'in the hall', 'next door'))}.")
        draw.shuffle(parts)
        return " ".join(parts)

    return Function(
        given=("a message", "a comment of a customer", "a letter to the editor", "what a caller said"),
        answer=Choice(when=when, otherwise=names[2]),
        draw=case,
        reference=reference,
        stated=tuple(f'"{word}"' for word in (*harsh, *kind)),
        rules=(
            f"The harsh words are {quoted(harsh, 'and')}."
            if not first
            else f"The polite words are {quoted(kind, 'and')}.",
        ),
    )
