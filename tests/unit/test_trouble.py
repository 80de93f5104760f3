"""What an explanation asks about an error: the words and brackets before it."""

from __future__ import annotations

from pawc.base.source import Source
from pawc.syntax.trouble import Trouble


def trouble(before: str, after: str = "", kind: str = "NAME", word: str = "x", item: int = 0) -> Trouble:
    return Trouble(Source("t.paw", before + after), len(before), item, kind, word, frozenset())


def test_the_word_before_an_error_is_that_right_before_it() -> None:
    assert trouble("a return ", "x").before == "return"
    assert trouble("a return (", "x").before == ""


def test_words_of_the_item_before_do_not_count() -> None:
    assert trouble("return ", "x", item=7).before == ""


def test_open_brackets_are_those_of_the_item_that_nothing_closed() -> None:
    text = '( fn f(a: {b: text}, "(" # ['
    assert trouble(text, "\n{", item=2).open_brackets == [6]


def test_the_rest_of_the_line_ends_with_the_line() -> None:
    assert trouble("a ", "b c  \nd").rest_of_line == "b c"
    assert trouble("a ", "b c").rest_of_line == "b c"


def test_something_missing_is_shown_at_the_end_of_the_line_before() -> None:
    found = trouble('example "a"\n  ', "example", word="example")
    assert (found.gap.start, found.gap.end) == (11, 12)
    assert trouble("a ", "b", word="b").gap == trouble("a ", "b", word="b").span


def test_something_missing_is_not_shown_in_a_comment() -> None:
    found = trouble("a # c\n", "b", word="b")
    assert found.gap == found.span


def test_the_end_of_the_file_is_one_character_wide() -> None:
    assert trouble("fn", kind="$END", word="").span.end == 3
