"""Texts and regular expressions between their source and their value."""

from __future__ import annotations

from pathlib import Path

import pytest

from pawc.base.source import Source
from pawc.base.types import FrozenRecord, freeze
from pawc.lowering.modules import lower
from pawc.syntax.literals import bad_escapes, dedent, quote, quote_long, regex_source, regex_value, unescape, written
from pawc.syntax.parser import parse


def test_escapes_stand_for_their_characters() -> None:
    assert unescape(r"a\n\t\"\\ \u{e9}\u{1F600}") == 'a\n\t"\\ é😀'


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (r"\d", "unknown escape `\\d`"),
        (r"\u00e9", "`\\u` needs braces: `\\u{e9}`"),
        (r"\u{d800}", "`\\u{d800}` is not a Unicode character"),
        (r"\u{}", "`\\u{}` is not a Unicode character"),
        (r"\u{1234567}", "`\\u{1234567}` is not a Unicode character"),
    ],
)
def test_an_escape_that_means_nothing_is_found_with_its_place(raw: str, fault: str) -> None:
    assert list(bad_escapes("ab" + raw)) == [(2, 2 + (2 if "{" not in raw else len(raw)), fault)]


def test_an_escaped_backslash_begins_no_escape() -> None:
    assert list(bad_escapes(r"\\d")) == []
    assert unescape(r"\\n") == r"\n"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\n    a\n      b\n\n    c\n  ", "a\n  b\n\nc"),
        ("one line", "one line"),
        ("\n  a  \n  b\t\n", "a\nb"),
        ("first\n    a\n    b\n", "first\na\nb"),
        ("\n\ta\n\t\tb\n", "a\n\tb"),
        ("\r\n  a\r\n  b\r\n", "a\nb"),
        ("", ""),
        ("\n\n\n", "\n"),
    ],
)
def test_dedent_drops_what_only_the_layout_put_there(raw: str, text: str) -> None:
    assert dedent(raw) == text


@pytest.mark.parametrize(
    "text", ["", "a", "a\n  b\n", "  a\n    b", 'say """hi"""\\', "ends \n in space ", "\n", "\t\r\x00"]
)
def test_a_long_text_reads_back_as_it_was(text: str) -> None:
    written = quote_long(text, "    ")
    assert unescape(dedent(written[3:-3])) == text


def test_a_quoted_text_stays_on_one_line() -> None:
    assert quote('a"b\\\n\x07é') == r'"a\"b\\\n\u{7}é"'


def test_only_slashes_are_escaped_in_a_regular_expression() -> None:
    assert regex_value(r"\d+\/\d\\") == r"\d+/\d\\"
    assert regex_source(r"\d+/\d") == r"\d+\/\d"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 'a "b"\n'),
        ("int", -3),
        ("float", 1e-07),
        ("float", 2.5),
        ("bool", True),
        ("bool", False),
        ("text?", None),
        ("list<int>", [1, 2]),
        ("{item: text, count: int?}", {"item": "egg", "count": None}),
    ],
)
def test_a_written_value_is_read_as_that_value(kind: str, value: object) -> None:
    source = f'fn f(x: text) -> {kind} {{\n  spec "Do."\n  example "x" -> {written(freeze(value))}\n}}\n'
    (function,) = lower(parse(Source("<test>", source)), "m", Path()).neural
    assert function.examples[0].output == freeze(value)
    assert not isinstance(value, dict) or isinstance(function.examples[0].output, FrozenRecord)
