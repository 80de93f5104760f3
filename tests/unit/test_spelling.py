"""Leaves of a tree as they are written."""

from __future__ import annotations

import pytest

from pawc.base.source import Source
from pawc.syntax import nodes as syntax
from pawc.syntax.parser import parse
from pawc.syntax.spelling import field, literal, target, text, type_


@pytest.mark.parametrize("written", ["null", "true", "false", "-3", "0.5", "1e+16", r'"a\n\"b\""'])
def test_a_literal_is_written_as_it_is_read(written: str) -> None:
    function = parse(Source("t.paw", f"fn f(x: text) -> text = {written}")).items[0]
    assert isinstance(function, syntax.Function)
    assert isinstance(function.body, syntax.Literal)
    assert literal(function.body) == written


@pytest.mark.parametrize(
    "written",
    ["text", "list<{a: int, b: text?}>", '("a" | "b")?', '"a" | "b"', r"text matching /\d\/x/?", "list<list<Mood>>??"],
)
def test_a_type_is_written_as_it_is_read(written: str) -> None:
    definition = parse(Source("t.paw", f"type A = {written}")).items[0]
    assert isinstance(definition, syntax.TypeDefinition)
    assert type_(definition.type) == written


def test_only_a_text_that_was_long_is_written_long() -> None:
    assert text(syntax.Literal(kind="text", value="a", long=True), "") == '"""\n  a\n"""'
    assert text(syntax.Literal(kind="text", value="a\nb"), "") == r'"a\nb"'


def test_files_are_quoted_and_modules_are_not() -> None:
    assert target(syntax.Target(path="./a.paw", is_standard=False)) == '"./a.paw"'
    assert target(syntax.Target(path="std.text", is_standard=True)) == "std.text"


def test_a_field_is_a_name_and_a_type() -> None:
    assert field(syntax.FieldType(name=syntax.Word(text="a"), type=syntax.NamedType(name="int"))) == "a: int"
