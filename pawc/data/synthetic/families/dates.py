"""Dates in one form -> another form, or a part of them. (Clock times of day are left to others.)"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.finding import Thing, find
from pawc.data.synthetic.forms import Decision, Single
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.numbers_text import ordinal
from pawc.data.synthetic.vocabulary import MONTHS, WEEKDAYS

# How dates are written, by an example of each: 5 March 2024.
STYLES: dict[str, Callable[[date], str]] = {
    "2024-03-05": lambda d: d.isoformat(),
    "05.03.2024": lambda d: f"{d.day:02}.{d.month:02}.{d.year}",
    "03/05/2024 (month first)": lambda d: f"{d.month:02}/{d.day:02}/{d.year}",
    "5 March 2024": lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year}",
    "March 5, 2024": lambda d: f"{MONTHS[d.month - 1]} {d.day}, {d.year}",
    "March 5th, 2024": lambda d: f"{MONTHS[d.month - 1]} {ordinal(d.day)}, {d.year}",
    "5 Mar 2024": lambda d: f"{d.day} {MONTHS[d.month - 1][:3]} {d.year}",
    "Mar 5, 2024": lambda d: f"{MONTHS[d.month - 1][:3]} {d.day}, {d.year}",
    "20240305": lambda d: f"{d:%Y%m%d}",
    "05-Mar-2024": lambda d: f"{d.day:02}-{MONTHS[d.month - 1][:3]}-{d.year}",
    "2024/03/05": lambda d: f"{d.year}/{d.month:02}/{d.day:02}",
}
_WORDY = ("5 March 2024", "March 5, 2024", "March 5th, 2024", "5 Mar 2024", "Mar 5, 2024", "05-Mar-2024")


def some_day(draw: Draw) -> date:
    """A day between 1990 and 2035."""
    return date(1990, 1, 1) + timedelta(days=draw.randint(0, 16_000))


def read_day(text: str) -> date:
    """The day that any of the styles writes like this."""
    months = re.search(r"[A-Z][a-z]{2,}", text)
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if months:
        month = next(at for at, name in enumerate(MONTHS, start=1) if name.startswith(months[0][:3]))
        return date(max(numbers), month, min(numbers))
    if len(numbers) == 1:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    if numbers[0] > 31:
        return date(*numbers)
    return date(numbers[2], numbers[0], numbers[1]) if "/" in text else date(numbers[2], numbers[1], numbers[0])


def _written(style: str) -> str:
    return style.partition(" (")[0]


@family("transformation")
def date_format(draw: Draw) -> Function:
    """Dates from one or several forms into another."""
    sources = draw.sample(sorted(STYLES), draw.choice((1, 1, 2, 3)))
    target = draw.choice([style for style in STYLES if style not in sources])
    do = (
        f"write the date like {target}",
        f"convert the date to the form {target}",
        f"bring the date into the format {target}",
        f"reformat the date as in {target}",
    )
    examples = " or ".join(map(_written, sources))

    def case(draw: Draw) -> Case:
        day = some_day(draw)
        return STYLES[draw.choice(sources)](day), STYLES[target](day)

    return Function(
        given=(f"a date like {examples}", f"a date written as {examples}", f"one date, in the form {examples}"),
        answer=Single(key=draw.choice(("date", "day", "when")), do=do),
        draw=case,
        reference=lambda text: STYLES[target](read_day(text)),
        rules=("In the input, the month comes first where slashes follow it.",)
        if "03/05/2024 (month first)" in sources
        else (),
        stated=(target,),
    )


@family("extraction")
def part_of_date(draw: Draw) -> Function:
    """Year, month, day, quarter of a date."""
    style = draw.choice(sorted(STYLES))
    part, said, get = draw.choice(
        (
            ("year", "the year of the date", lambda d: str(d.year)),
            ("month", "the name of the month of the date", lambda d: MONTHS[d.month - 1]),
            ("month", "the number of the month of the date, without a leading zero", lambda d: str(d.month)),
            ("month", "the first three letters of the month's English name", lambda d: MONTHS[d.month - 1][:3]),
            ("day", "the day of the month, without a leading zero", lambda d: str(d.day)),
            ("day", "the day of the month with an ordinal ending, as in 5th", lambda d: ordinal(d.day)),
            ("quarter", "the quarter of the year that the date is in, as Q1 to Q4", lambda d: f"Q{(d.month + 2) // 3}"),
            ("half", "the half of the year that the date is in, as H1 or H2", lambda d: "H1" if d.month <= 6 else "H2"),
            ("decade", "the decade of the date, as in 1990s", lambda d: f"{d.year // 10}0s"),
        )
    )
    return Function(
        given=(f"a date like {style}", f"a date in the form {style}"),
        answer=Single(key=part, do=(f"give {said}", f"extract {said}", f"return {said}", f"write {said}")),
        draw=lambda d: STYLES[style](some_day(d)),
        reference=lambda text: get(read_day(text)),
        stated=(said, style),
    )


@family("classification")
def before_or_after(draw: Draw) -> Function:
    """Whether a date is before a given day, or in a given year or month."""
    style, pivot = draw.choice(sorted(STYLES)), some_day(draw)
    month = MONTHS[pivot.month - 1]
    rules: tuple[tuple[str, str, Callable[[date], bool]], ...] = (
        (
            f"the date is before {pivot.isoformat()}",
            f"the date is {pivot.isoformat()} or later",
            lambda d: d < pivot,
        ),
        (f"the date is in {month}", f"the date is not in {month}", lambda d: d.month == pivot.month),
        (f"the year is {pivot.year} or later", f"the year is before {pivot.year}", lambda d: d.year >= pivot.year),
        ("the day of the month is 15 or less", "the day of the month is greater than 15", lambda d: d.day <= 15),
    )
    holds, fails, test = draw.choice(rules)

    def case(draw: Draw) -> str:
        wanted, day = draw.chance(0.5), some_day(draw)
        for _ in range(300):
            if test(day) == wanted:
                break
            day = some_day(draw)
        return STYLES[style](day)

    return Function(
        given=(f"a date like {style}", f"a date in the form {style}"),
        answer=Decision(holds=(holds,), fails=(fails,)),
        draw=case,
        reference=lambda text: test(read_day(text)),
        stated=(style,),
    )


@family("extraction")
def date_in_text(draw: Draw) -> Function:
    """Dates in sentences, as written."""
    style = draw.choice(sorted(STYLES))
    month = "March" if "March" in style else "Mar"
    name = "|".join(other[: 9 if month == "March" else 3] for other in MONTHS)
    pattern = re.sub(r"\d+", r"\\d+", re.escape(_written(style))).replace(month, f"(?:{name})")
    pattern = pattern.replace(r"\d+th", r"\d+(?:st|nd|rd|th)")
    return find(
        draw,
        Thing(
            key=draw.choice(("date", "day", "when")),
            one=draw.choice(("date", "calendar date")),
            many="dates",
            pattern=re.compile(rf"(?<!\w){pattern}(?!\w)"),
            make=lambda d: STYLES[style](some_day(d)),
            carriers=(
                "the meeting is on {x}.",
                "{x} is a holiday for us.",
                "I was away until {x}.",
                "it was signed on {x}, I think.",
            ),
            given=("a message about an appointment", "a note", "a letter", "a text"),
            rules=(f"Dates are written like {style}.",),
            stated=(style,),
        ),
    )


@family("extraction")
def weekday_in_text(draw: Draw) -> Function:
    """The weekday named in a message."""
    short = draw.choice(("as written", "as its first three letters", "as its number, Monday being 1", "in lower case"))
    ways: dict[str, Callable[[str], str]] = {
        "as written": str,
        "as its first three letters": lambda day: day[:3],
        "as its number, Monday being 1": lambda day: str(WEEKDAYS.index(day) + 1),
        "in lower case": str.lower,
    }
    write = ways[short]
    carriers = (
        "shall we meet on {x}?",
        "{x} suits me best.",
        "the delivery comes on {x}, after lunch.",
        "not before {x}, I am afraid.",
        "the office is closed every {x}.",
    )
    pattern = re.compile("|".join(WEEKDAYS))

    def case(draw: Draw) -> Case:
        day = draw.choice(WEEKDAYS)
        text = draw.fill(draw.choice(carriers), x=day)
        return f"{text} {draw.filler()}" if draw.chance(0.5) else f"{draw.filler()} {text}", write(day)

    def reference(text: str) -> str:
        return write(pattern.findall(text)[0])

    return Function(
        given=("a message about an appointment", "a short note", "a text that names a weekday"),
        answer=Single(
            key=draw.choice(("weekday", "day")),
            do=tuple(f"{verb} the weekday {short}" for verb in ("give", "extract", "write", "find and print")),
        ),
        draw=case,
        reference=reference,
        stated=(short,),
    )
