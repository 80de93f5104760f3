"""Time that passes: durations, spans, opening hours, notice periods."""

from __future__ import annotations

import re

from pawc.data.synthetic.draw import Draw
from pawc.data.synthetic.forms import Decision, Single
from pawc.data.synthetic.function import Case, Function, family
from pawc.data.synthetic.vocabulary import WEEKDAYS


@family("transformation")
def duration_in_minutes(draw: Draw) -> Function:
    """Durations in hours and minutes -> minutes, or seconds."""
    unit, factor = draw.choice((("minutes", 1), ("seconds", 60)))
    shapes = {
        "2h 15m": "{h}h {m}m",
        "2 hours 15 minutes": "{h} hours {m} minutes",
        "2 hrs and 15 min": "{h} hrs and {m} min",
        "2h15": "{h}h{m:02}",
    }
    shape = draw.choice(sorted(shapes))

    def case(draw: Draw) -> Case:
        hours, minutes = draw.randint(1, 12), draw.choice((5, 10, 15, 20, 30, 40, 45, 50, draw.randint(1, 59)))
        return shapes[shape].format(h=hours, m=minutes), str((60 * hours + minutes) * factor)

    def reference(text: str) -> str:
        hours, minutes = map(int, re.findall(r"\d+", text))
        return str((60 * hours + minutes) * factor)

    do = (f"convert the duration to {unit}", f"give the length in {unit}", f"say how many {unit} that is")
    return Function(
        given=(f"a duration like {shape}", f"a length of time such as {shape}"),
        answer=Single(key=unit, do=do),
        draw=case,
        reference=reference,
        rules=("Give the number without a unit.",),
        stated=(unit,),
    )


@family("transformation")
def minutes_as_duration(draw: Draw) -> Function:
    """Minutes -> hours and minutes in a form of the house."""
    shape = draw.choice(("{h}h {m}m", "{h} h {m} min", "{h}:{m:02}", "{h} hours, {m} minutes", "PT{h}H{m}M"))
    shown = shape.format(h=2, m=5)
    do = (
        f"write the minutes as hours and minutes, like {shown}",
        f"convert the minutes to the form {shown}",
        f"express the number of minutes as in {shown}",
    )

    def case(draw: Draw) -> Case:
        minutes = draw.randint(60, 900)
        return draw.choice((f"{minutes}", f"{minutes} min", f"{minutes} minutes")), shape.format(
            h=minutes // 60, m=minutes % 60
        )

    def reference(text: str) -> str:
        minutes = int(text.split()[0])
        return shape.format(h=minutes // 60, m=minutes % 60)

    return Function(
        given=("a number of minutes", "a duration in minutes"),
        answer=Single(key=draw.choice(("duration", "length", "time")), do=do),
        draw=case,
        reference=reference,
        hints=("125 minutes are 2 hours and 5 minutes.",),
        stated=(shown,),
    )


_SPAN = re.compile(r"(\d+):(\d\d)\s*(?:-|to|until)\s*(\d+):(\d\d)")


def _span(text: str) -> tuple[int, int]:
    match = _SPAN.search(text)
    assert match is not None
    hour, minute, later, last = map(int, match.groups())
    return 60 * hour + minute, 60 * later + last


def _draw_span(draw: Draw, step: int = 5) -> tuple[int, int]:
    start = draw.randrange(7 * 60, 18 * 60, step)
    return start, start + draw.randrange(step, 240, step)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


@family("reasoning")
def length_of_meeting(draw: Draw) -> Function:
    """From a span of time: how long it is, in minutes or as short/long."""
    joint, step = draw.choice(("-", " - ", " to ", " until ")), draw.choice((5, 15, 30))
    limit = draw.choice((30, 45, 60, 90))
    decide = draw.chance(0.5)

    def case(draw: Draw) -> str:
        if decide and draw.chance(0.5):
            start = draw.randrange(7 * 60, 18 * 60, step)
            end = start + draw.randrange(step, limit + 1, step)
        else:
            start, end = _draw_span(draw, step)
        what = draw.choice(("Standup", "Review", "Planning", "Interview", "Lunch", "Workshop", "Call"))
        return draw.choice(("{w} {s}{j}{e}", "{w}: {s}{j}{e}", "{s}{j}{e} {w}")).format(
            w=what, s=_clock(start), j=joint, e=_clock(end)
        )

    def reference(text: str) -> str | bool:
        start, end = _span(text)
        return end - start > limit if decide else str(end - start)

    holds = (f"the meeting takes longer than {limit} minutes", f"it lasts more than {limit} minutes")
    fails = (f"the meeting takes {limit} minutes or less", f"it lasts at most {limit} minutes")
    do = (
        "give the length of the entry in minutes",
        "say how many minutes the entry takes",
        "compute the minutes between start and end",
    )
    return Function(
        given=("an entry of a calendar", "a line of a schedule with start and end", "a calendar entry"),
        answer=Decision(holds=holds, fails=fails) if decide else Single(key="minutes", do=do),
        draw=case,
        reference=reference,
        stated=(f"{limit} minutes",) if decide else (),
    )


@family("extraction")
def end_of_span(draw: Draw) -> Function:
    """Start or end of an entry of a calendar, as written."""
    which = draw.choice(("start", "end"))

    def case(draw: Draw) -> Case:
        start, end = map(_clock, _draw_span(draw))
        what = draw.choice(("Standup", "Review", "Planning", "Interview", "Lunch", "Workshop", "Call"))
        return (
            f"{what} on {draw.choice(WEEKDAYS)}, {start}{draw.choice(('-', ' to ', ' - '))}{end}",
            start if which == "start" else end,
        )

    def reference(text: str) -> str:
        return _clock(_span(text)[which == "end"])

    return Function(
        given=("an entry of a calendar", "a line of a schedule", "a calendar entry"),
        answer=Single(
            key=which, do=tuple(f"{verb} the {which} of the entry, as written" for verb in ("give", "extract", "find"))
        ),
        draw=case,
        reference=reference,
        stated=(which,),
    )


@family("classification")
def opening_hours(draw: Draw) -> Function:
    """Whether a weekday and hour fall into the opening hours that the specification names."""
    opens, closes = draw.randint(7, 10), draw.randint(15, 19)
    first, last = draw.choice(((0, 4), (0, 5), (1, 5), (0, 3)))
    days = f"{WEEKDAYS[first]} to {WEEKDAYS[last]}"

    def reference(text: str) -> bool:
        day, hour = text.replace(",", "").split()
        return first <= WEEKDAYS.index(day) <= last and opens <= int(hour.partition(":")[0]) < closes

    def case(draw: Draw) -> Case:
        wanted = draw.chance(0.5)
        while True:
            time = f"{draw.randint(5, 22)}:{draw.choice(('00', '15', '30', '45'))}"
            text = f"{draw.choice(WEEKDAYS)}{draw.choice((' ', ', '))}{time}"
            if reference(text) == wanted:
                return text, wanted

    hours = f"{opens}:00 to {closes}:00"
    return Function(
        given=("a weekday and a time", "a day of the week with a time of day", "when somebody wants to come"),
        answer=Decision(
            holds=(f"it is within {days}, {hours}", f"we are open then ({days}, {hours})"),
            fails=(f"it is outside {days}, {hours}",),
        ),
        draw=case,
        reference=reference,
        hints=(f"At {closes}:00 sharp it is too late.",),
        stated=(days, hours),
    )


@family("classification")
def notice_period(draw: Draw) -> Function:
    """Whether a notice in days, weeks or months is long enough."""
    need = draw.choice((7, 10, 14, 21, 28, 30))
    sizes = {"day": 1, "week": 7, "month": 30}

    def reference(text: str) -> bool:
        match = re.search(r"(\d+) (day|week|month)", text)
        assert match is not None
        return int(match[1]) * sizes[match[2]] >= need

    templates = (
        "I would leave in {n}.",
        "the notice is {n}.",
        "we can start {n} from now.",
        "{n} in advance is what they offer.",
    )

    def case(draw: Draw) -> Case:
        wanted = draw.chance(0.5)
        while True:
            unit, count = draw.choice(sorted(sizes)), draw.randint(1, 40)
            count = count if unit == "day" else 1 + count % 5
            text = draw.fill(draw.choice(templates), n=f"{count} {unit}{'s' if count > 1 else ''}")
            if reference(text) == wanted:
                return text, wanted

    return Function(
        given=("a message that names a notice period", "a sentence with a period of time", "a notice"),
        answer=Decision(
            holds=(f"the period is {need} days or more", f"it leaves at least {need} days"),
            fails=(f"the period is shorter than {need} days",),
        ),
        draw=case,
        reference=reference,
        rules=("A week has 7 days, a month counts as 30.",),
        stated=(f"{need} days",),
    )
