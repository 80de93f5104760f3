"""Numbers in English: a number -> its words, its roman numeral, its ordinal; and back."""

from __future__ import annotations

from pawc.data.synthetic.vocabulary import each

_UNITS = each(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = each("twenty thirty forty fifty sixty seventy eighty ninety")
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def in_words(number: int) -> str:
    """A number below a million in English words."""
    if number < 20:
        return _UNITS[number]
    if number < 100:
        ten, unit = divmod(number, 10)
        return _TENS[ten - 2] + (f"-{_UNITS[unit]}" if unit else "")
    if number < 1000:
        hundred, rest = divmod(number, 100)
        return f"{_UNITS[hundred]} hundred" + (f" {in_words(rest)}" if rest else "")
    thousand, rest = divmod(number, 1000)
    return f"{in_words(thousand)} thousand" + (f" {in_words(rest)}" if rest else "")


def from_words(text: str) -> int:
    """The number that `in_words` writes like this."""
    total = current = 0
    for word in text.replace("-", " ").split():
        if word == "thousand":
            total, current = current * 1000, 0
        elif word == "hundred":
            current *= 100
        else:
            current += _UNITS.index(word) if word in _UNITS else 10 * (_TENS.index(word) + 2)
    return total + current


def roman(number: int) -> str:
    """A number below 400 in roman numerals."""
    found = ""
    for value, sign in _ROMAN:
        found += sign * (number // value)
        number %= value
    return found


def from_roman(text: str) -> int:
    """The number that `roman` writes like this."""
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[sign] for sign in text]
    return sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))


def ordinal(number: int) -> str:
    """`1st`, `22nd`, `13th`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
