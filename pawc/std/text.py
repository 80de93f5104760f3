"""std.text: exact functions on text. Positions and lengths count characters, from 0."""

from __future__ import annotations

from pawc.std.builtin import LONGEST_TEXT, TOO_LONG, Error


def strip(text: str) -> str:
    r"""The text without white space at its ends.

    text.strip("  two words\n") -> "two words"
    """
    return text.strip()


def strip_prefix(text: str, prefix: str) -> str:
    """The text without `prefix` at its start, if it stands there.

    text.strip_prefix("Answer: 42", "Answer: ") -> "42"
    """
    return text.removeprefix(prefix)


def strip_suffix(text: str, suffix: str) -> str:
    """The text without `suffix` at its end, if it stands there.

    text.strip_suffix("report.pdf", ".pdf") -> "report"
    """
    return text.removesuffix(suffix)


def lower(text: str) -> str:
    """The text in lower case.

    text.lower("ÉTÉ 2026") -> "été 2026"
    """
    return text.lower()


def upper(text: str) -> str:
    """The text in upper case.

    text.upper("straße") -> "STRASSE"
    """
    return text.upper()


def collapse(text: str) -> str:
    r"""The text with every run of white space as one space, and none at its ends.

    text.collapse(" a\n\n  b ") -> "a b"
    """
    return " ".join(text.split())


def split(text: str, separator: str) -> list[str] | Error:
    """The parts between the separators.

    text.split("a,b,,c", ",") -> ["a", "b", "", "c"]
    text.split("abc", "") -> error
    """
    return text.split(separator) if separator else Error("the separator is empty")


def join(items: list[str], separator: str) -> str | Error:
    """The items one after the other, with the separator between.

    text.join(["a", "b"], ", ") -> "a, b"
    """
    length = sum(map(len, items)) + len(separator) * max(0, len(items) - 1)
    return separator.join(items) if length <= LONGEST_TEXT else TOO_LONG


def lines(text: str) -> list[str]:
    r"""The lines of the text, without their ends.

    text.lines("one\ntwo\r\n") -> ["one", "two"]
    """
    return text.splitlines()


def words(text: str) -> list[str]:
    """The parts between runs of white space.

    text.words(" to  be ") -> ["to", "be"]
    """
    return text.split()


def replace(text: str, old: str, new: str) -> str | Error:
    """The text with every `old` replaced by `new`.

    text.replace("a-b-c", "-", "+") -> "a+b+c"
    """
    length = len(text) + text.count(old) * (len(new) - len(old))
    return text.replace(old, new) if length <= LONGEST_TEXT else TOO_LONG


def contains(text: str, part: str) -> bool:
    """Whether `part` occurs in the text.

    text.contains("server down", "down") -> true
    """
    return part in text


def starts_with(text: str, prefix: str) -> bool:
    """Whether the text starts with `prefix`.

    text.starts_with("Re: lunch", "Re:") -> true
    """
    return text.startswith(prefix)


def ends_with(text: str, suffix: str) -> bool:
    """Whether the text ends with `suffix`.

    text.ends_with("notes.txt", ".pdf") -> false
    """
    return text.endswith(suffix)


def equal(a: str, b: str) -> bool:
    """Whether two texts are the same, character by character.

    text.equal("Yes", "yes") -> false
    """
    return a == b


def is_blank(text: str) -> bool:
    r"""Whether the text is empty or only white space.

    text.is_blank(" \t") -> true
    """
    return not text.strip()


def length(text: str) -> int:
    """The number of characters.

    text.length("naïve") -> 5
    """
    return len(text)


def count(text: str, part: str) -> int | Error:
    """How often `part` occurs, without overlaps.

    text.count("banana", "an") -> 2
    text.count("banana", "") -> error
    """
    return text.count(part) if part else Error("the part to count is empty")


def slice(text: str, start: int, end: int) -> str:
    """The characters from `start` up to, not including, `end`. Below zero counts from the end, as in Python.

    text.slice("2026-11-22", 0, 4) -> "2026"
    text.slice("abc", 1, 99) -> "bc"
    """
    return text[start:end]


def before(text: str, separator: str) -> str | Error:
    """What stands before the first separator; the whole text where there is none.

    text.before("key=value=x", "=") -> "key"
    """
    return text.partition(separator)[0] if separator else Error("the separator is empty")


def after(text: str, separator: str) -> str | Error:
    """What stands after the first separator; empty where there is none.

    text.after("key=value=x", "=") -> "value=x"
    """
    return text.partition(separator)[2] if separator else Error("the separator is empty")


def repeat(text: str, times: int) -> str | Error:
    """The text, `times` times.

    text.repeat("ab", 3) -> "ababab"
    text.repeat("ab", -1) -> error
    """
    if times < 0:
        return Error(f"cannot repeat a text {times} times")
    return text * min(times, LONGEST_TEXT) if len(text) * times <= LONGEST_TEXT else TOO_LONG


def truncate(text: str, length: int) -> str | Error:
    """The text cut to `length` characters; where something was cut off, the last one is `…`.

    text.truncate("a long line", 6) -> "a lon…"
    text.truncate("short", 6) -> "short"
    """
    if length < 1:
        return Error(f"cannot truncate a text to {length} characters")
    return text if len(text) <= length else text[: length - 1] + "…"


def to_int(text: str) -> int | Error:
    """The integer that the text writes in decimal digits.

    text.to_int(" -12 ") -> -12
    text.to_int("12.5") -> error
    """
    digits = text.strip()
    if not digits.removeprefix("-").removeprefix("+").isdecimal() or len(digits) > 1000:
        return Error(f"not an integer: {_quoted(text)}")
    try:
        return int(digits)
    except ValueError:  # two signs: `-+1`
        return Error(f"not an integer: {_quoted(text)}")


def to_float(text: str) -> float | Error:
    """The number that the text writes.

    text.to_float("3.50") -> 3.5
    text.to_float("a few") -> error
    """
    try:
        value = float(text)
    except ValueError:
        return Error(f"not a number: {_quoted(text)}")
    return value if abs(value) < float("inf") else Error(f"not a number: {_quoted(text)}")  # NaN compares false


def _quoted(text: str) -> str:
    return f'"{text if len(text) <= 40 else text[:39] + "…"}"'
