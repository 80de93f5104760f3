"""Code numbers, short forms of days and months, spans of numbers, centuries, short forms of offices."""

from __future__ import annotations

import re
from collections.abc import Callable

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision, Listing, Rewrite, Single
from pawc.data.synthetic.function import Function, Value, family
from pawc.data.synthetic.numbers_text import ordinal
from pawc.data.synthetic.saying import either, finishing, ways
from pawc.data.synthetic.vocabulary import ADJECTIVES, CITIES, FIRST_NAMES, MONTHS, THINGS, WEEKDAYS


@family("transformation")
@finishing
def code_pattern(draw: Draw) -> Function:
    """Code numbers grouped, in capitals, with a prefix or a check for their shape."""
    size = draw.choice((6, 8, 9, 12))
    group = draw.choice([n for n in (2, 3, 4) if size % n == 0])
    mark, letters = draw.choice(("-", " ", ".", "/", ":")), draw.chance(0.5)
    act = draw.choice(("group", "group", "strip", "mask"))
    prefix = draw.choice(("", "", "ID ", "N-", "ref "))
    shown = prefix + mark.join(["X" * group] * (size // group))

    def raw(draw: Draw) -> str:
        return "".join(draw.choice("ABCDEFGHKLMNPRSTUVWXYZ23456789" if letters else "123456789") for _ in range(size))

    def grouped(text: str) -> str:
        return prefix + mark.join(text[at : at + group] for at in range(0, size, group))

    def case(draw: Draw) -> str:
        code = raw(draw)
        return draw.choice((code, code.lower())) if act == "group" else grouped(code)

    def reference(text: str) -> str:
        if act == "group":
            return grouped(text.upper())
        bare = text.removeprefix(prefix).replace(mark, "")
        return bare if act == "strip" else grouped("*" * (size - group) + bare[-group:])

    do = {
        "group": ways(
            "write the code as, bring the code into the form, group the code like", f"{shown}, with capitals"
        ),
        "strip": (
            f"undo the grouping {shown}: give the {size} characters without anything between or in front of them",
            f"give the bare code of {size} characters; it comes as {shown}",
        ),
        "mask": (
            f"put * for every character except the last group, keeping the form {shown}",
            f"hide all groups of the code (form {shown}) but the last behind stars, one for each character",
        ),
    }[act]
    kind = "characters" if letters else "digits"
    return Function(
        given=(f"a code of {size} {kind}", f"a number of {size} {kind} on a card")
        if act == "group"
        else ("a code in groups", "a grouped code"),
        answer=Single(key=draw.choice(("code", "id")), do=do),
        draw=case,
        reference=reference,
        stated=(shown,),
    )


@family("transformation")
@finishing
def day_and_month_codes(draw: Draw) -> Function:
    """Weekdays and months <-> their short forms and numbers."""
    kind, names = draw.choice((("weekday", WEEKDAYS), ("month", MONTHS), ("month", MONTHS)))
    codes: dict[str, Callable[[int], str]] = {
        "its first three letters": lambda at: names[at][:3],
        "its first three letters in capitals": lambda at: names[at][:3].upper(),
        "its number from 1 on": lambda at: str(at + 1),
        "its number with two digits, from 01 on": lambda at: f"{at + 1:02}",
        "its number from 0 on": lambda at: str(at),
    }
    said, backwards = draw.choice(sorted(codes)), draw.chance(0.3)
    shapes = (
        "closed {x}",
        "{x}, {c}",
        "{c} ({x})",
        "from {x} on",
        "{n} comes {x}",
        "{x}: {n}",
        "{x} only",
        "no {x} this time",
    )
    first = "Monday" if kind == "weekday" else "January"

    def case(draw: Draw) -> str:
        at = draw.randrange(len(names))
        text = f"<{codes[said](at)}>" if backwards else names[at]
        return draw.choice(shapes).format(x=text, c=draw.choice(CITIES), n=draw.choice(FIRST_NAMES))

    def reference(text: str) -> str:
        for at, name in enumerate(names):
            old, new = (f"<{codes[said](at)}>", name) if backwards else (name, codes[said](at))
            if old in text:
                return text.replace(old, new)
        return text

    do = (
        (
            f"replace the code in < > by the full name of the {kind}; the code is {said}",
            f"write out the {kind} whose code stands in < > ({said})",
        )
        if backwards
        else (f"replace the name of the {kind} by {said}", f"write for the {kind} {said} and keep the rest")
    )
    return Function(
        given=(f"a note with a {kind}", f"a short text that names a {kind}"),
        answer=Rewrite(do=do),
        draw=case,
        reference=reference,
        rules=(f"{first} comes first.",) if "number" in said else (),
        stated=(said,),
    )


@family("transformation")
def span_of_numbers(draw: Draw) -> Function:
    """Spans such as `3-7`, `pp. 12-15`, `from 1990 to 1995`: rewritten, listed, measured."""
    shapes = (
        "{a}-{b}",
        "{a} to {b}",
        "from {a} to {b}",
        "{a}..{b}",
        "pp. {a}-{b}",
        "pages {a} to {b}",
        "[{a}, {b}]",
        "{a} through {b}",
    )
    old, new = draw.sample(shapes, 2)
    act = draw.choice(("rewrite", "rewrite", "list", "count", "start", "end", "middle"))
    shown, before = new.format(a="A", b="B"), old.format(a="A", b="B")
    most = 5 if act == "list" else 30

    def case(draw: Draw) -> str:
        first = draw.randint(1, 400)
        return old.format(a=first, b=first + (2 * draw.randint(1, 9) if act == "middle" else draw.randint(1, most)))

    def reference(text: str) -> Value:
        a, b = map(int, re.findall(r"\d+", text))
        found: dict[str, Value] = {
            "rewrite": new.format(a=a, b=b), "list": tuple(map(str, range(a, b + 1)[:7])), "count": str(b - a + 1),
            "start": str(a), "end": str(b), "middle": str((a + b) // 2),
        }  # fmt: skip
        return found[act]

    do = {
        "rewrite": ways("write the span as, change the form to", shown),
        "list": ways("list", "all numbers of the span, both ends included", "every number from the first to the last"),
        "count": ways("count, say how many there are of", "the numbers in the span, both ends included"),
        "start": ways("give, extract", "the number where it starts", "the first number"),
        "end": ways("give, extract", "the number where it ends", "the last number"),
        "middle": ways(
            "give, compute", "the number in the middle of the span", "the number half way between the two ends"
        ),
    }[act]
    return Function(
        given=(f"a span of numbers, {before}", f"two numbers written as {before}"),
        answer=Rewrite(do=do, what="span")
        if act == "rewrite"
        else Listing(do=do, what="numbers", optional=False)
        if act == "list"
        else Single(key=draw.choice((act, "value")), do=do),
        draw=case,
        reference=reference,
        stated=(shown,) if act == "rewrite" else (),
    )


@family("reasoning")
def century(draw: Draw) -> Function:
    """The century or decade of a year, or whether a year lies in one."""
    act = draw.choice(("century", "decade", "short", "whether"))
    hundred = draw.choice((15, 16, 17, 18, 19, 20))
    shapes = (
        "{c}, {y}",
        "{y}",
        "in {y}",
        "built in {y}",
        "{n} was born in {y}",
        "the {t} of {y}",
        "{t} ({y})",
        "since {y}, {c}",
    )

    def number(year: int) -> int:
        return (year - 1) // 100 + 1

    def case(draw: Draw) -> str:
        low, high = ((hundred - 1) * 100 + 1, hundred * 100) if act == "whether" and draw.chance(0.5) else (1401, 2024)
        return draw.choice(shapes).format(
            y=draw.randint(low, high), c=draw.choice(CITIES), n=draw.choice(FIRST_NAMES), t=draw.choice(THINGS)
        )

    def reference(text: str) -> Value:
        match = re.search(r"\d{4}", text)
        year = int(match[0]) if match else 0
        if act == "whether":
            return number(year) == hundred
        if act == "century":
            return f"{ordinal(number(year))} century"
        return f"{year // 10 * 10}s" if act == "decade" else f"'{year % 100:02}"

    do = {
        "century": (
            "name the century of the year, such as 19th century",
            "say in which century it was, like: 16th century",
        ),
        "decade": ("name the decade of the year, such as 1960s", "say in which decade it was, like: 1780s"),
        "short": (
            "write the year short, with an apostrophe and its last two digits",
            "shorten the year, as 1987 to '87",
        ),
        "whether": (),
    }[act]
    said = f"the {ordinal(hundred)} century"
    return Function(
        given=("a note with a year", "a text with one year in it", "when something happened"),
        answer=Decision(
            holds=(f"the year lies in {said}", f"it was in {said}"), fails=(f"the year does not lie in {said}",)
        )
        if act == "whether"
        else Single(key=draw.choice(("period", "value")), do=do),
        draw=case,
        reference=reference,
        rules=("A century ends with a year in 00: 1900 belongs to the 19th century.",)
        if act in ("century", "whether")
        else (),
    )


_HOUSE_SHORT = {
    "department": "dept.", "number": "no.", "apartment": "apt.", "manager": "mgr.", "assistant": "asst.",
    "telephone": "tel.", "approximately": "approx.", "maximum": "max.", "minimum": "min.", "corner": "cnr.",
    "building": "bldg.", "international": "intl.", "quantity": "qty.", "reference": "ref.", "information": "info",
}  # fmt: skip


@family("transformation")
@finishing
def office_short_forms(draw: Draw) -> Function:
    """Long words of offices replaced by the short forms of the house, or the other way round."""
    forward, chosen = draw.chance(0.6), draw.sample(sorted(_HOUSE_SHORT), draw.choice((2, 3, 4)))
    table = {word: _HOUSE_SHORT[word] for word in chosen}
    table = table if forward else {short: word for word, short in table.items()}
    told = either([f'"{old}" -> "{new}"' for old, new in table.items()], "and")
    pool = sorted(_HOUSE_SHORT) if forward else sorted(_HOUSE_SHORT.values())

    def case(draw: Draw) -> str:
        words = [draw.choice(sorted(table) if draw.chance(0.7) else pool) for _ in range(draw.choice((1, 2, 2)))]
        extra = [
            draw.choice((draw.choice(THINGS), draw.choice(CITIES), str(draw.randint(2, 90)), draw.choice(ADJECTIVES)))
            for _ in "ab"
        ]
        parts = [*words, *extra]
        draw.shuffle(parts)
        return " ".join(parts)

    do = (
        f"apply this list to the words of the note: {told}",
        f"replace words as follows: {told}",
        f"rewrite it with {told}",
    )
    return Function(
        given=("a short note", "a few words from a file card", "a line of an office form"),
        answer=Rewrite(do=do, what="line"),
        draw=case,
        reference=lambda text: " ".join(table.get(word, word) for word in text.split(" ")),
        rules=("All other words stay.",),
        stated=(told,),
    )
