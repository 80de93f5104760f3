"""What the grammar cannot say: escapes, sizes of numbers, how names are written, what can be called."""

from __future__ import annotations

import pytest

from pawc.base.diagnostics import PawError
from pawc.base.source import Source
from pawc.syntax.nodes import Function, Literal
from pawc.syntax.parser import parse


def codes(text: str) -> list[str]:
    with pytest.raises(PawError) as caught:
        parse(Source("test.paw", text))
    return [diagnostic.code for diagnostic in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (r'fn f(x: text) -> text = "\q"', "P0111"),
        ("fn f(x: text) -> int = 007", "P0112"),
        ("fn f(x: text) -> int = 9223372036854775808", "P0112"),
        (f"fn f(x: text) -> int = {'9' * 10_000}", "P0112"),
        ("fn f(x: text) -> float = 1e999", "P0112"),
        ("fn f(let: text) -> text = x", "P0113"),
        ("type A = {null: text}", "P0113"),
        ("fn f(xY: text) -> text = x", "P0114"),
        ('import "a.paw" as Ab', "P0114"),
        ("type a = text", "P0115"),
        ("type A = map<text>", "P0116"),
        ("fn f(x: text) -> text = (x ++ x)(x)", "P0118"),
    ],
)
def test_what_the_grammar_cannot_say_is_checked(written: str, code: str) -> None:
    assert codes(written) == [code]


def test_the_smallest_int_is_accepted() -> None:
    function = parse(Source("test.paw", "fn f(x: text) -> int = -9223372036854775808")).items[0]
    assert isinstance(function, Function)
    assert function.body == Literal(kind="int", value=-(2**63))


def test_all_such_errors_are_reported_in_one_go() -> None:
    assert codes('type a = text\nfn F(X: text) -> text = "\\q"') == ["P0115", "P0114", "P0114", "P0111"]


def test_an_escape_is_shown_where_it_stands() -> None:
    with pytest.raises(PawError) as caught:
        parse(Source("test.paw", 'type A = "a\\qb" | "c"'))
    span = caught.value.diagnostics[0].span
    assert span
    assert (span.start, span.end) == (11, 13)


def test_names_in_the_wrong_style_get_the_right_one_proposed() -> None:
    with pytest.raises(PawError) as caught:
        parse(Source("test.paw", "type HTTPResult = text\ntype my_type = text\nfn parseHTMLPage2(x: text) -> text = x"))
    assert [found.help for found in caught.value.diagnostics] == ["call it `MyType`", "call it `parse_htmlpage2`"]
