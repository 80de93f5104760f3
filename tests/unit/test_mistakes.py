"""Likely mistakes are recognised; the golden diagnostics show the whole messages."""

from __future__ import annotations

import pytest

from pawc.base.diagnostics import Diagnostic, PawError
from pawc.base.source import Source
from pawc.syntax.parser import parse


def first_error(text: str) -> Diagnostic:
    with pytest.raises(PawError) as caught:
        parse(Source("test.paw", text))
    return caught.value.diagnostics[0]


def in_expression(text: str) -> str:
    return f"fn f(x: text) -> text = {text}"


def in_body(text: str) -> str:
    return f'fn f(x: text) -> text {{ spec "s" {text} }}'


@pytest.mark.parametrize(
    ("text", "code", "help"),
    [
        (in_body("example 'a' -> 1"), "P0108", 'write `"a"`'),
        (in_body("example ”a” -> 1"), "P0102", ""),
        (in_body('example "a'), "P0103", 'close it with `"`; a text of several lines stands between `"""`'),
        ("type A = text matching /ab", "P0103", "close it with `/`"),
        (in_expression("a; b"), "P0102", "items need nothing between them: leave it out"),
        (in_expression("a * b"), "P0102", "there is no arithmetic; `std.math` has exact functions"),
        (in_expression("a && b"), "P0102", "there are no operators on truth values; use `match`"),
        (in_expression("a \x07"), "P0102", ""),
        (in_expression("x)"), "P0104", "remove it"),
        (in_expression("x < y"), "P0109", "cases are told apart with `match`"),
        (in_expression("/* a */ x"), "P0117", "write `# ...`, to the end of the line"),
        (in_body("set steps = 3"), "P0105", "did you mean `option`?"),
        (in_body("fn g(x: text) -> text = x"), "P0105", ""),
        ("import dates.paw.\n", "P0101", ""),
        ("from ./a.paw import b", "P0101", 'write `"./a.paw"`'),
        (in_body("example (x = 1) -> 2"), "P0107", "write `:`"),
        (in_body('example "a" : "b"'), "P0107", "write `->`"),
        (in_expression("g(a = x)"), "P0101", "leave the name out: `f(a, b)`"),
    ],
)
def test_a_mistake_is_recognised_and_mended(text: str, code: str, help: str) -> None:
    found = first_error(text)
    assert (found.code, found.help) == (code, help)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fn", "expected a name, found the end of the file"),
        (in_expression("x |>"), "expected an expression, found the end of the file"),
        (in_expression("[x x]"), "expected `,` or `]`, found `x`"),
        ("type A =", "expected a type, found the end of the file"),
        (in_body("tests from 3"), "expected a text, found `3`"),
        (in_body('tests from "a" at least "b"'), 'expected a number, found `"b"`'),
        (in_expression(f'[x "{"y" * 50}"]'), 'expected `,` or `]`, found `"' + "y" * 28 + "…`"),
    ],
)
def test_otherwise_the_message_says_what_was_expected(text: str, message: str) -> None:
    assert first_error(text).message == message


def test_a_control_character_is_named_by_its_number() -> None:
    assert first_error(in_expression("\x07")).message == "unexpected character `U+0007`"


def test_an_unclosed_bracket_is_shown_where_it_was_opened() -> None:
    found = first_error("fn f(x: text) -> text = g(x\n\nfn h(x: text) -> text = x")
    assert found.span
    assert (found.code, found.span.start) == ("P0104", 25)
    assert found.notes[0].span.line == 3
