"""The terminals of the grammar as users know them, and a tolerant scanner for texts that do not parse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from difflib import get_close_matches
from functools import lru_cache

TOKEN = re.compile(
    r"""
      (?P<comment> \#[^\n]* )
    | (?P<long> \"\"\" (?: [^"\\] | \\[\s\S] | "(?!"") )* \"\"\" )
    | (?P<open> \"\"\" [\s\S]* )                  # never closed: the rest of the file is part of it
    | (?P<text> " (?: [^"\\\n] | \\. )* "? )      # closed on its line or not
    | (?P<regex> / (?: [^/\\\n] | \\. )* / )
    | (?P<word> [A-Za-z_][A-Za-z0-9_]* )
    | (?P<bracket> [][(){}] )
    | (?P<arrow> -> | => | = )
    """,
    re.VERBOSE,
)
"""The tokens that matter for finding one's place in a text, right or wrong; the rest is skipped."""

CLOSER = {"(": ")", "[": "]", "{": "}"}

TOP = {"FN": "fn", "TYPE": "type", "IMPORT": "import", "FROM": "from"}
BODY = {name.upper(): name for name in ("spec", "example", "examples", "test", "tests", "option")}
VALUES = frozenset({"STRING", "INT", "FLOAT", "TRUE", "FALSE", "NULL"})

_MEANT = {
    "func": "fn",
    "function": "fn",
    "def": "fn",
    "fun": "fn",
    "pub": "fn",
    "struct": "type",
    "class": "type",
    "enum": "type",
    "use": "import",
    "include": "import",
    "prompt": "spec",
    "description": "spec",
    "doc": "spec",
    "config": "option",
    "set": "option",
}

_SIGNS = {
    "COMMA": ",",
    "RPAR": ")",
    "RSQB": "]",
    "RBRACE": "}",
    "ARROW": "->",
    "FAT_ARROW": "=>",
    "EQUAL": "=",
    "COLON": ":",
    "LPAR": "(",
    "LSQB": "[",
    "LBRACE": "{",
    "PIPE": "|>",
    "JOIN": "++",
    "DOT": ".",
    "VBAR": "|",
    "QMARK": "?",
    "LESSTHAN": "<",
    "MORETHAN": ">",
    "UNDERSCORE": "_",
}

# What the start of a whole phrase is called: the terminals it may begin with, the largest sets first.
_PHRASES: tuple[tuple[str, Set[str]], ...] = (
    ("an expression", {"MATCH", "NAME", *VALUES}),
    ("a pattern", {"UNDERSCORE", *VALUES}),
    ("a value", VALUES),
    ("a type", {"STRING", "NAME", "LBRACE"}),
    ("a number", {"INT", "FLOAT"}),
    ("a text", {"STRING"}),
    ("a name", {"NAME"}),
)
_PHRASE_STARTS = {"LBRACE", "LSQB", "LPAR", "LET", "MAP", "VBAR", "UNDERSCORE", "LONG_STRING"}


def sign(terminal: str) -> str:
    """How a terminal is written, if it is always written the same way."""
    return _SIGNS.get(terminal) or TOP.get(terminal) or BODY.get(terminal) or terminal.lower()


def likely_keyword(word: str, known: Iterable[str]) -> str:
    """The keyword among `known` that a misspelt or foreign word was probably meant to be, or nothing."""
    return _likely(word, tuple(known))


@lru_cache(maxsize=4096)
def _likely(word: str, known: tuple[str, ...]) -> str:
    meant = _MEANT.get(word.lower())
    close = [meant] if meant in known else get_close_matches(word.lower(), known, n=1, cutoff=0.7)
    return close[0] if close else ""


def expectations(expected: Set[str]) -> list[str]:
    """The terminals that may follow, in words: phrases first, then signs, then keywords."""
    left = _endings(set(expected))
    found: list[str] = []
    for words, terminals in _PHRASES:
        if terminals <= left:
            found.append(words)
            left -= terminals | _PHRASE_STARTS
            if words == "an expression":
                left.discard("COMMA")
    order = [*_SIGNS, *BODY, *TOP]
    ordered = sorted(left - {"$END", "LONG_STRING"}, key=lambda t: order.index(t) if t in order else len(order))
    found += [f"`{sign(terminal)}`" for terminal in ordered]
    return found + (["the end of the file"] if "$END" in left else [])


def either(words: Iterable[str]) -> str:
    """`a`, `b` or `c`."""
    *most, last = list(words) or ["something else"]
    return f"{', '.join(most)} or {last}" if most else last


def _endings(expected: set[str]) -> set[str]:
    """Without the ways in which a phrase that is complete may go on, where there are ways in which it may end."""
    going_on = {"PIPE", "JOIN", "DOT", "QMARK", "LESSTHAN", "MATCHING", "AS", "AT"}
    if "PIPE" in expected:
        going_on |= {"LPAR"}
    if "$END" in expected:
        going_on |= {"COMMA"}
    return expected - going_on or expected
