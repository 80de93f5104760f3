"""Terminals in the words of users, and the scanner for texts that do not parse."""

from __future__ import annotations

import pytest

from pawc.syntax.parser import grammar
from pawc.syntax.terminals import BODY, TOKEN, TOP, either, expectations, likely_keyword, sign


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ({"NAME"}, ["a name"]),
        ({"STRING", "LONG_STRING"}, ["a text"]),
        ({"INT", "FLOAT"}, ["a number"]),
        ({"STRING", "LONG_STRING", "INT", "FLOAT", "TRUE", "FALSE", "NULL", "LSQB", "LBRACE"}, ["a value"]),
        ({"STRING", "NAME", "LBRACE", "LPAR", "VBAR"}, ["a type"]),
        ({"PIPE", "JOIN", "DOT", "LPAR", "COMMA", "RSQB"}, ["`,`", "`]`"]),
        ({"QMARK", "EQUAL", "LBRACE"}, ["`=`", "`{`"]),
        ({"FN", "TYPE", "$END"}, ["`fn`", "`type`", "the end of the file"]),
    ],
)
def test_what_may_follow_is_said_in_words(expected: set[str], words: list[str]) -> None:
    assert expectations(expected) == words


def test_every_terminal_of_the_grammar_has_words() -> None:
    names = {terminal.name for terminal in grammar().terminals} - {"COMMENT", "BLANK", "LONG_STRING", "REGEX"}
    for name in names:
        assert expectations({name}) not in ([], ["`__anon`"])
        assert "_" not in sign(name).strip("_")


def test_keywords_are_those_of_the_grammar() -> None:
    assert set(TOP) | set(BODY) <= {terminal.name for terminal in grammar().terminals}


def test_choices_are_joined_by_or() -> None:
    assert either(["a"]) == "a"
    assert either(["a", "b", "c"]) == "a, b or c"
    assert either([]) == "something else"


@pytest.mark.parametrize(
    ("word", "keyword"), [("exmaple", "example"), ("Spec", "spec"), ("prompt", "spec"), ("urgency", ""), ("x", "")]
)
def test_misspelt_and_foreign_words_are_recognised(word: str, keyword: str) -> None:
    assert likely_keyword(word, BODY.values()) == keyword


def test_the_scanner_takes_texts_comments_and_regular_expressions_whole() -> None:
    text = '"a # b" # c "d"\n/#\\/"/ """e "f" # g""" "open\nword """ the rest'
    found = [(token.lastgroup, token[0]) for token in TOKEN.finditer(text)]
    assert found == [
        ("text", '"a # b"'),
        ("comment", '# c "d"'),
        ("regex", '/#\\/"/'),
        ("long", '"""e "f" # g"""'),
        ("text", '"open'),
        ("word", "word"),
        ("open", '""" the rest'),
    ]
