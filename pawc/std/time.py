"""std.time: exact functions on dates and moments, written as ISO 8601: `2026-11-22`, `2026-11-22T09:30:00`.

There is no clock here: the same program gives the same answer every day. Formats are written with
`%Y` year, `%y` year of two digits, `%m` month, `%d` day, `%B` `%b` name of the month, `%A` `%a` name of
the day of the week, `%%` a percent sign; names are English, whatever the machine is set to.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta

from pawc.std.builtin import LONGEST_TEXT, TOO_LONG, Error

_MONTHS = [
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

# letter -> what it reads, as a pattern; how a date writes it
_DIRECTIVES: dict[str, tuple[str, Callable[[date], str]]] = {
    "Y": (r"\d{4}", lambda day: f"{day.year:04}"),
    "y": (r"\d{2}", lambda day: f"{day.year % 100:02}"),
    "m": (r"\d{1,2}", lambda day: f"{day.month:02}"),
    "d": (r"\d{1,2}", lambda day: f"{day.day:02}"),
    "B": ("|".join(_MONTHS), lambda day: _MONTHS[day.month - 1]),
    "b": ("|".join(name[:3] for name in _MONTHS), lambda day: _MONTHS[day.month - 1][:3]),
    "A": ("|".join(_DAYS), lambda day: _DAYS[day.weekday()]),
    "a": ("|".join(name[:3] for name in _DAYS), lambda day: _DAYS[day.weekday()][:3]),
}


def is_date(text: str) -> bool:
    """Whether the text is an ISO date.

    time.is_date("2026-02-29") -> false
    """
    return isinstance(_date(text), date)


def parse_date(text: str, format: str) -> str | Error:
    """The ISO date that a text written in this format means. A two-digit year is of 1969 to 2068.

    time.parse_date("22 November 2026", "%d %B %Y") -> "2026-11-22"
    time.parse_date("11/22/26", "%m/%d/%y") -> "2026-11-22"
    time.parse_date("31.02.2026", "%d.%m.%Y") -> error
    """
    pattern = _translate(format, lambda letter: f"(?P<{letter}>{_DIRECTIVES[letter][0]})", re.escape)
    if isinstance(pattern, Error):
        return pattern
    try:
        match = re.fullmatch(pattern, text.strip(), re.IGNORECASE | re.ASCII)
    except re.error:
        return Error(f'the format names a part twice: "{format}"')
    if match is None:
        return Error(f'not a date of the format "{format}": {_shown(text)}')
    parts = match.groupdict()
    month = parts.get("m") or _number(_MONTHS, parts.get("B") or parts.get("b"))
    year = parts.get("Y") or _century(parts.get("y"))
    if year is None or month is None or "d" not in parts:
        return Error(f'the format needs a year, a month and a day: "{format}"')
    try:
        return date(int(year), int(month), int(parts["d"])).isoformat()
    except ValueError as error:
        return Error(f"not a date: {_shown(text)}: {error}")


def format_date(day: str, format: str) -> str | Error:
    """An ISO date written in this format.

    time.format_date("2026-11-22", "%A, %d %B %Y") -> "Sunday, 22 November 2026"
    time.format_date("soon", "%Y") -> error
    """
    when = _date(day)
    if isinstance(when, Error):
        return when
    written = _translate(format, lambda letter: _DIRECTIVES[letter][1](when), str)
    return TOO_LONG if isinstance(written, str) and len(written) > LONGEST_TEXT else written


def add_days(day: str, days: int) -> str | Error:
    """The date so many days later; below zero, earlier.

    time.add_days("2026-12-30", 3) -> "2027-01-02"
    """
    return _shift(day, lambda when: when + timedelta(days=days))


def add_months(day: str, months: int) -> str | Error:
    """The same day so many months later, or the last of that month where it has no such day.

    time.add_months("2026-01-31", 1) -> "2026-02-28"
    """

    def shift(when: date) -> date:
        years, month = divmod(when.month - 1 + months, 12)
        year = when.year + years
        return date(year, month + 1, min(when.day, monthrange(year, month + 1)[1]))

    return _shift(day, shift)


def days_between(start: str, end: str) -> int | Error:
    """The number of days from one date to another; below zero if `end` comes first.

    time.days_between("2026-11-22", "2026-12-25") -> 33
    """
    first, last = _date(start), _date(end)
    if isinstance(first, Error):
        return first
    return last if isinstance(last, Error) else (last - first).days


def weekday(day: str) -> str | Error:
    """The name of the day of the week.

    time.weekday("2026-11-22") -> "Sunday"
    """
    return format_date(day, "%A")


def year(day: str) -> int | Error:
    """The year of a date.

    time.year("2026-11-22") -> 2026
    """
    when = _date(day)
    return when if isinstance(when, Error) else when.year


def month(day: str) -> int | Error:
    """The month of a date, 1 to 12.

    time.month("2026-11-22") -> 11
    """
    when = _date(day)
    return when if isinstance(when, Error) else when.month


def day_of_month(day: str) -> int | Error:
    """The day of the month of a date, 1 to 31.

    time.day_of_month("2026-11-22") -> 22
    """
    when = _date(day)
    return when if isinstance(when, Error) else when.day


def add_seconds(moment: str, seconds: int) -> str | Error:
    """The moment so many seconds later; its offset from UTC, if it has one, stays.

    time.add_seconds("2026-11-22T23:59:30", 45) -> "2026-11-23T00:00:15"
    """
    when = _moment(moment)
    if isinstance(when, Error):
        return when
    try:
        return (when + timedelta(seconds=seconds)).isoformat()
    except OverflowError:
        return Error("the moment is out of range: years are 1 to 9999")


def seconds_between(start: str, end: str) -> float | Error:
    """The seconds from one moment to another. Both have an offset from UTC, or neither.

    time.seconds_between("2026-11-22T10:00:00+01:00", "2026-11-22T10:00:00+00:00") -> 3600.0
    """
    first, last = _moment(start), _moment(end)
    if isinstance(first, Error):
        return first
    if isinstance(last, Error):
        return last
    if (first.tzinfo is None) != (last.tzinfo is None):
        return Error("one moment has an offset from UTC, the other has none")
    return (last - first).total_seconds()


def _translate(format: str, directive: Callable[[str], str], literal: Callable[[str], str]) -> str | Error:
    """The format with its directives and what stands between them replaced."""
    pieces = re.split(r"%(.?)", format, flags=re.DOTALL)
    for index, letter in enumerate(pieces[1::2]):
        if letter != "%" and letter not in _DIRECTIVES:
            return Error(f"the format has an unknown part `%{letter}`")
        pieces[2 * index + 1] = literal("%") if letter == "%" else directive(letter)
    pieces[::2] = map(literal, pieces[::2])
    return "".join(pieces)


def _number(names: list[str], name: str | None) -> int | None:
    return None if name is None else [full[:3].lower() for full in names].index(name[:3].lower()) + 1


def _century(digits: str | None) -> int | None:
    """POSIX: 69 to 99 are of the last century."""
    return None if digits is None else int(digits) + (1900 if int(digits) >= 69 else 2000)


def _date(text: str) -> date | Error:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    return Error(f"not an ISO date: {_shown(text)}")


def _moment(text: str) -> datetime | Error:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return Error(f"not an ISO date and time: {_shown(text)}")


def _shift(day: str, move: Callable[[date], date]) -> str | Error:
    when = _date(day)
    if isinstance(when, Error):
        return when
    try:
        return move(when).isoformat()
    except (OverflowError, ValueError, IndexError):
        return Error("the date is out of range: years are 1 to 9999")


def _shown(text: str) -> str:
    return f'"{text if len(text) <= 40 else text[:39] + "…"}"'
