from __future__ import annotations

import pytest
from ir_texts import CHECKED, module

from pawc.base.diagnostics import PawError
from pawc.base.source import Source
from pawc.ir.nodes import ComposedFunction, Match
from pawc.ir.parser import parse_module


def refused(text: str) -> str:
    with pytest.raises(PawError, match=r"P05(30|19)") as caught:
        parse_module(Source("t.ir", text))
    return str(caught.value)


def test_comments_and_layout_mean_nothing() -> None:
    squeezed = " ".join(line for line in CHECKED.splitlines())
    commented = "# first\n" + CHECKED.replace("{\n", "{ # an opening brace\n")
    assert module(squeezed) == module(commented) == module(CHECKED)


def test_names_that_are_words_of_the_grammar_are_names() -> None:
    found = module(
        'module "m" lowered neural @m.text(text: text, int: {bool: bool}) -> int { spec "" option spec = 1 }'
    )
    assert [param.name for param in found.neural[0].params] == ["text", "int"]
    assert found.neural[0].options == (("spec", 1),)


def test_null_is_a_value_and_no_value_is_none() -> None:
    found = module(
        'module "m" lowered neural @m.f(x: text?) -> text { spec "" example (null) -> [null] example () -> {} }'
    )
    first, second = found.neural[0].examples
    assert first.inputs == (None,) and first.output == (None,)
    assert second.inputs == ()


def test_operations_know_their_place() -> None:
    route = module(CHECKED).functions[2]
    assert isinstance(route, ComposedFunction)
    match = route.body.operations[1]
    assert isinstance(match, Match) and match.span is not None
    assert match.span.source.text[match.span.start : match.span.end].startswith("%1: text = match")
    assert match.arms[0].span is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "unexpected the end"),
        ("module 1", "expected a string"),
        ('module "m" done', "a stage"),
        ('module "m" lowered neural @m.f(x: text) -> text { }', "expected `spec`"),
        ('module "m" lowered composed @m.f(x: text) -> text { %0 = const 1 }', "yield"),
        ('module "m" lowered composed @m.f(x: text) -> text { %0 = shout(%x) yield %0 }', "`concat`"),
        ('module "m" lowered composed @m.f(x: txt) -> text { yield %x }', "`text`"),
        ('module "m" lowered ~', "nothing begins with `~`"),
        ('module "\\q" lowered', "escape"),
        ('module "m" lowered entry @m.a entry @m.b', "one entry"),
        (f'module "m" lowered neural @m.f(x: text) -> text {{ spec "" option a = {"9" * 5000} }}', "digits"),
        (
            'module "m" lowered neural @m.f(x: text) -> text { spec "" option a = ' + "[" * 9999 + "]" * 9999 + "}",
            "deeply",
        ),
    ],
)
def test_malformed_text_is_refused_with_what_was_expected(text: str, expected: str) -> None:
    assert expected in refused(text)


def test_an_error_points_at_its_place() -> None:
    message = refused('module "m" lowered\ncomposed @m.f(x text) -> text {}')
    assert "t.ir:2:17" in message and "unexpected `text`" in message
