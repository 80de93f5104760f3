"""Several errors in one text: each is found, none is invented."""

from __future__ import annotations

import time

import pytest

from pawc.base.diagnostics import PawError
from pawc.base.source import Source
from pawc.syntax.parser import parse


def errors(text: str) -> list[tuple[str, int]]:
    """Code and line of every diagnostic."""
    with pytest.raises(PawError) as caught:
        parse(Source("test.paw", text))
    return [(found.code, found.span.line) for found in caught.value.diagnostics if found.span]


def test_errors_in_different_functions_are_all_reported() -> None:
    assert errors("fn a(x) -> text = x\n\nfn b(x: text) -> text = x\nfn c(x: text) text = x\n") == [
        ("P0106", 1),
        ("P0101", 4),
    ]


def test_errors_in_one_body_are_all_reported() -> None:
    text = "fn a(x: text) -> text {\n  spec 'x'\n  example \"a\" = 1\n  option steps 3\n}\ntype B : text\n"
    assert errors(text) == [("P0108", 2), ("P0107", 3), ("P0101", 4), ("P0107", 6)]


def test_an_error_in_a_header_does_not_hide_the_body() -> None:
    assert errors('fn a(x: text) {\n  spec "x"\n  exmaple "a" -> "b"\n}\n') == [("P0106", 1), ("P0105", 3)]


def test_one_error_is_reported_once_whatever_follows_in_its_item() -> None:
    assert errors("fn a(x: text) -> text = match x {\n  1 => (2,\n  other\n}\n\nfn b(x: text) -> text = x\n") == [
        ("P0101", 2)
    ]


def test_words_of_an_unclosed_text_are_not_taken_for_items() -> None:
    assert errors('fn a(x: text) -> text {\n  spec """\n  type what you see\n  fn and from\n}\n') == [("P0103", 2)]


def test_words_in_texts_and_comments_are_not_taken_for_items() -> None:
    text = 'fn a(x) -> text {\n  spec """\nfn type from\nexample\n"""\n# import\n}\n'
    assert errors(text) == [("P0106", 1)]


def test_functions_called_like_body_keywords_are_not_taken_for_items() -> None:
    assert errors("fn a(x: text) -> text = {\n  let y = = x\n  test(y)\n}\n") == [("P0101", 2)]


def test_a_file_full_of_errors_is_given_up_soon() -> None:
    text = "fn a(x) -> text = x\n" * 3000
    start = time.process_time()
    assert len(errors(text)) == 50
    assert time.process_time() - start < 20
