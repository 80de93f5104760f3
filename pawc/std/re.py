"""std.re: exact functions on regular expressions, as Python writes them.

A pattern that takes longer than `TIME_LIMIT` on a text is an error of that record: some patterns
(`(a+)+b`) need time exponential in the length of the text, and a text may come from anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pawc.std.builtin import LONGEST_TEXT, TOO_LONG, Error

R = TypeVar("R")

TIME_LIMIT = 2.0  # seconds; ordinary patterns take microseconds


def matches(text: str, pattern: str) -> bool | Error:
    r"""Whether the pattern matches the whole text.

    re.matches("2026-11-22", "\\d{4}-\\d\\d-\\d\\d") -> true
    re.matches("on 2026-11-22", "\\d{4}-\\d\\d-\\d\\d") -> false
    re.matches("a", "(") -> error
    """
    return _run(pattern, lambda compiled: compiled.fullmatch(text, timeout=TIME_LIMIT) is not None)


def contains(text: str, pattern: str) -> bool | Error:
    r"""Whether the pattern matches somewhere in the text.

    re.contains("on 2026-11-22", "\\d{4}") -> true
    """
    return _run(pattern, lambda compiled: compiled.search(text, timeout=TIME_LIMIT) is not None)


def find(text: str, pattern: str) -> str | Error | None:
    r"""The first match, or null.

    re.find("order 66, item 7", "\\d+") -> "66"
    re.find("no number", "\\d+") -> null
    """
    return group(text, pattern, 0)


def group(text: str, pattern: str, number: int) -> str | Error | None:
    r"""What the group of this number matched in the first match (0: all of it), or null.

    re.group("order 66", "order (\\d+)", 1) -> "66"
    re.group("order 66", "order (\\d+)", 2) -> error
    """

    def first(compiled: Any) -> str | Error | None:
        if not 0 <= number <= compiled.groups:
            return Error(f"the pattern has no group {number}")
        match = compiled.search(text, timeout=TIME_LIMIT)
        return None if match is None else match.group(number)

    return _run(pattern, first)


def find_all(text: str, pattern: str) -> list[str] | Error:
    r"""Every match, from left to right.

    re.find_all("order 66, item 7", "\\d+") -> ["66", "7"]
    """
    return _run(pattern, lambda compiled: [m.group() for m in compiled.finditer(text, timeout=TIME_LIMIT)])


def replace(text: str, pattern: str, new: str) -> str | Error:
    r"""The text with every match replaced; `\1` in `new` is what group 1 matched.

    re.replace("a  b   c", " +", " ") -> "a b c"
    re.replace("Lovelace, Ada", "(\\w+), (\\w+)", "\\2 \\1") -> "Ada Lovelace"
    """

    def expand(compiled: Any) -> str | Error:
        pieces, length, end = [], 0, 0
        for match in compiled.finditer(text, timeout=TIME_LIMIT):
            pieces += [text[end : match.start()], match.expand(new)]
            end = match.end()
            length += len(pieces[-1])
            if length > LONGEST_TEXT:
                return TOO_LONG
        return "".join([*pieces, text[end:]])

    return _run(pattern, expand)


def split(text: str, pattern: str) -> list[str] | Error:
    r"""The parts of the text between the matches.

    re.split("a, b;c", "[,;] *") -> ["a", "b", "c"]
    """

    def parts(compiled: Any) -> list[str]:
        found, end = [], 0
        for match in compiled.finditer(text, timeout=TIME_LIMIT):
            found.append(text[end : match.start()])
            end = match.end()
        return [*found, text[end:]]

    return _run(pattern, parts)


def escape(text: str) -> str:
    r"""The pattern that matches exactly this text.

    re.escape("1+1") -> "1\\+1"
    """
    import re

    return re.escape(text)


def _run(pattern: str, work: Callable[[Any], R]) -> R | Error:
    import regex  # type: ignore[import-untyped, unused-ignore]  # 30 ms: only where a program uses patterns

    try:
        return work(regex.compile(pattern))
    except regex.error as error:
        return Error(f"not a regular expression: {error}")
    except TimeoutError:
        return Error(f"the pattern took longer than {TIME_LIMIT:g} s on this text")
    except (ValueError, IndexError, OverflowError, RecursionError, MemoryError) as error:
        return Error(f"the pattern cannot be used: {error}")
