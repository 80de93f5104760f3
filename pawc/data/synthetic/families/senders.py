"""Mail and messages sorted by sender, by the weight of words, by a roster."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.families.cues import TOPICS
from pawc.data.synthetic.forms import Choice, Single
from pawc.data.synthetic.function import Function, family
from pawc.data.synthetic.saying import capital, either
from pawc.data.synthetic.vocabulary import COMPANIES, FIRST_NAMES, PRODUCTS, WEEKDAYS, each


@family("classification")
def sender(draw: Draw) -> Function:
    """Mail sorted by who sent it: by domain, by name, by what stands in front of the @."""
    firms = [name.lower() for name in draw.sample(COMPANIES, 6)]
    act, count = draw.choice(("domain", "ending", "user")), draw.choice((2, 2, 3))
    labels = draw.sample(each("partner supplier client internal press public school agency"), count + 1)
    endings, users = (
        draw.sample(each("com org net edu gov"), 4),
        draw.sample(each("info sales jobs billing office news"), 5),
    )
    keys = {"domain": [f"{firm}.test" for firm in firms], "ending": [f".{end}" for end in endings], "user": users}[act]
    clause = {
        "domain": "the sender's domain is {}", "ending": "the sender's address ends in {}", "user": "it comes from {}@"
    }[act]  # fmt: skip
    when = {label: clause.format(key) for label, key in zip(labels[:count], keys, strict=False)}

    def address(draw: Draw) -> str:
        end = draw.choice(endings) if act == "ending" else "test"
        user = draw.choice(users) if act == "user" else draw.choice(FIRST_NAMES).lower()
        return f"{user}@{draw.choice(firms)}.{end}"

    def case(draw: Draw) -> str:
        subject = draw.choice((draw.phrase(), f"your {draw.choice(PRODUCTS)}", f"news about {draw.choice(TOPICS)}"))
        head = draw.choice(("From: {f}\nSubject: {s}", "Subject: {s}\nFrom: {f}", "From {f}: {s}"))
        return head.format(f=address(draw), s=subject)

    def reference(text: str) -> str:
        match = re.search(r"(\w+)@(\w+)(\.\w+)", text)
        user, firm, end = match.groups() if match else ("", "", "")
        key = {"domain": f"{firm}{end}", "ending": end, "user": user}[act]
        return dict(zip(keys, labels[:count], strict=False)).get(key, labels[count])

    return Function(
        given=("sender and subject of a mail", "the head of an e-mail", "a mail's From and Subject lines"),
        answer=Choice(when=when, otherwise=labels[count]),
        draw=case,
        reference=reference,
        stated=tuple(when.values()),
    )


@family("classification")
def more_of(draw: Draw) -> Function:
    """Which of two word lists a text has more words of."""
    names = draw.choice((("good", "bad"), ("plus", "minus"), ("for", "against"), ("warm", "cold"), ("left", "right")))
    words = draw.sample(each("lovely bright smooth fast handy neat fresh dull slow noisy dirty clumsy stale bleak"), 6)
    one, two = words[:3], words[3:]
    when = {
        names[0]: f"more of its words are from the list {', '.join(one)} than from the list {', '.join(two)}",
        names[1]: f"more of them are from {', '.join(two)}",
    }

    def reference(text: str) -> str:
        a, b = (len(re.findall(rf"\b(?:{'|'.join(group)})\b", text)) for group in (one, two))
        return names[0] if a > b else names[1] if b > a else "tie"

    def case(draw: Draw) -> str:
        wanted = draw.choice(("tie", *names))
        while True:
            found = [draw.choice(words) for _ in range(draw.randint(1, 4))]
            text = f"The {draw.choice(PRODUCTS)} is {', '.join(found[:-1]) + ' and ' if found[1:] else ''}{found[-1]}."
            text = f"{draw.filler()} {text}" if draw.chance(0.3) else text
            if reference(text) == wanted:
                return text

    return Function(
        given=("a description", "a remark on an article", "a sentence full of adjectives"),
        answer=Choice(when=when, otherwise="tie"),
        draw=case,
        reference=reference,
        stated=(", ".join(one), ", ".join(two)),
    )


@family("extraction")
def on_duty(draw: Draw) -> Function:
    """Who is in charge, by a roster of days in the specification."""
    days = draw.sample(WEEKDAYS, draw.choice((4, 5, 6)))
    people = draw.sample(FIRST_NAMES, draw.choice((2, 3)))
    turns = {day: people[at % len(people)] for at, day in enumerate(days)}
    lists = [f"{name}: {either([day for day in days if turns[day] == name], 'and')}" for name in people]
    told = draw.choice(("; ".join(lists), ", ".join(f"{day} {turns[day]}" for day in WEEKDAYS if day in turns)))
    talk = ("is anybody in on {d}?", "I will come by on {d}.", "{d} would suit me.", "can we meet on {d}, please?")

    def case(draw: Draw) -> str:
        text = draw.fill(capital(draw.choice(talk)), d=draw.choice(WEEKDAYS))
        return draw.choice((text, f"{draw.filler()} {text}", f"{text} {draw.filler()}"))

    return Function(
        given=("a message with a weekday", "a visitor's message that names a day", "a question about a day"),
        answer=Single(
            key=draw.choice(("name", "person", "contact")),
            do=(
                f"name the person in charge on that day ({told})",
                f"look up who is on duty on the day in the text; the roster is {told}",
                f"say whose day it is: {told}",
            ),
            optional=True,
        ),
        draw=case,
        reference=lambda text: next((turns.get(day) for day in WEEKDAYS if day in text), None),
        stated=(told,),
    )
