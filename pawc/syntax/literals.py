"""Texts and regular expressions as they are written in source files, both ways: raw <-> value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pawc.base.types import Frozen, FrozenRecord

_ESCAPE = re.compile(r"\\(?:u\{([^}\n]*)\}|([\s\S]))")
_SIMPLE = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_BLANK = " \t"


def bad_escapes(raw: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and fault of every escape in `raw` (what stands between the quotes) that means nothing."""
    for found in _ESCAPE.finditer(raw):
        digits, letter = found.groups()
        if letter is not None and letter not in _SIMPLE:
            fault = "`\\u` needs braces: `\\u{e9}`" if letter == "u" else f"unknown escape `{found[0]!s}`"
            yield found.start(), found.end(), fault
        elif letter is None and _code_point(digits) is None:
            yield found.start(), found.end(), f"`{found[0]}` is not a Unicode character"


def unescape(raw: str) -> str:
    """The text that `raw` stands for; escapes that mean nothing are left as they are."""

    def value(found: re.Match[str]) -> str:
        digits, letter = found.groups()
        if letter is not None:
            return _SIMPLE.get(letter, found[0])
        point = _code_point(digits)
        return found[0] if point is None else chr(point)

    return _ESCAPE.sub(value, raw)


def dedent(raw: str) -> str:
    r"""What stands between triple quotes, without what only the layout of the source put there.

    White space at the end of lines, the line break after the opening quotes, the one before the closing
    quotes, and the indentation that all lines have in common (blank lines and a text that starts right
    after the opening quotes aside). Escapes are still escapes: `\u{20}` is a space that stays.
    """
    first, *rest = [line.rstrip(_BLANK) for line in raw.replace("\r\n", "\n").split("\n")]
    if rest and not rest[-1]:
        rest.pop()
    margins = [line[: len(line) - len(line.lstrip(_BLANK))] for line in rest if line]
    shortest = min(map(len, margins), default=0)
    margin = next((i for i, chars in enumerate(zip(*margins, strict=False)) if len(set(chars)) > 1), shortest)
    first = first.lstrip(_BLANK)
    return "\n".join(([first] if first else []) + [line[margin:] for line in rest])


def quote(text: str) -> str:
    """`text` between double quotes, on one line."""
    return '"' + "".join(_escaped(char) for char in text) + '"'


def written(value: Frozen) -> str:
    """A value as a source spells it."""
    match value:
        case None | True | False:
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            return quote(value)
        case tuple():
            return f"[{', '.join(map(written, value))}]"
        case FrozenRecord(fields):
            return "{" + ", ".join(f"{name}: {written(item)}" for name, item in fields) + "}"
    return repr(value)


def quote_long(text: str, indent: str) -> str:
    """`text` between triple quotes, its lines deeper than `indent`; `dedent` and `unescape` give it back."""
    lines = [_long_line(line) for line in text.split("\n")]
    filled = [index for index, line in enumerate(lines) if line]
    if filled and all(lines[index].startswith(" ") for index in filled):
        lines[filled[0]] = "\\u{20}" + lines[filled[0]][1:]
    body = [indent + "  " + line if line else "" for line in lines] if text else []
    return "\n".join(['"""', *body, indent + '"""'])


def regex_value(raw: str) -> str:
    r"""The pattern between slashes: `\/` is a slash, everything else is left to the regular expression."""
    return re.sub(r"\\([\s\S])", lambda found: "/" if found[1] == "/" else found[0], raw)


def regex_source(pattern: str) -> str:
    """A pattern as it is written between slashes."""
    return pattern.replace("/", "\\/")


def _code_point(digits: str) -> int | None:
    if not re.fullmatch(r"[0-9a-fA-F]{1,6}", digits):
        return None
    point = int(digits, 16)
    return None if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF else point


def _escaped(char: str) -> str:
    named = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}.get(char)
    return named or (char if char.isprintable() else f"\\u{{{ord(char):x}}}")


def _long_line(line: str) -> str:
    written = "".join(char if char == '"' else _escaped(char) for char in line).replace('"""', '\\"\\"\\"')
    return written[:-1] + "\\u{20}" if written.endswith(" ") else written
