from __future__ import annotations

import pytest
from ir_texts import CHECKED, COMPILED, LINKED, module

from pawc.base.source import Source
from pawc.base.types import BOOL, INT, NOTHING, TEXT, FrozenRecord, Labels, List, Matching, Optional, Record, Type
from pawc.ir.parser import parse_module
from pawc.ir.printer import print_module, print_type, print_value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (List(Optional(INT)), "list<int?>"),
        (Optional(Labels(("a", 'b"'))), '("a" | "b\\"")?'),
        (List(Labels(("a", "b"))), 'list<"a" | "b">'),
        (Optional(Optional(BOOL)), "bool??"),
        (Record((("a", TEXT), ("b c", INT))), '{a: text, "b c": int}'),
        (Matching(r"a\d+"), r"text matching /a\d+/"),
        (Matching("a/b"), 'text matching "a/b"'),
        (Matching("a\\"), 'text matching "a\\\\"'),
        (List(NOTHING), "list<nothing>"),
    ],
)
def test_types_print_in_words_of_the_language_and_read_back(kind: Type, text: str) -> None:
    assert print_type(kind) == text
    declared = parse_module(Source("t", f'module "m" checked declare @a.f(x: {text}) -> {text}')).declarations[0]
    assert declared.result == kind and declared.params[0].type == kind


def test_values_print_as_json_with_bare_field_names() -> None:
    value = (1, 1.0, -0.0, 1e300, True, None, "é\n", FrozenRecord((("a", ()), ("b c", 2))))
    assert print_value(value) == '[1, 1.0, -0.0, 1e+300, true, null, "é\\n", {a: [], "b c": 2}]'


@pytest.mark.parametrize("text", [CHECKED, COMPILED, LINKED])
def test_printing_is_stable(text: str) -> None:
    printed = print_module(module(text))
    assert print_module(parse_module(Source("again", printed))) == printed


def test_a_specification_prints_line_by_line() -> None:
    text = print_module(module('module "m" lowered neural @m.f(x: text) -> text { spec "one\\ntwo\\n" }'))
    assert '  spec "one\\n"\n       "two\\n"\n}' in text


def test_long_programs_print_in_several_lines() -> None:
    program = f'program level 0 interpreter "" {{ tokens {" ".join(map(str, range(45)))} }}'
    text = print_module(module(f'module "m" lowered neural @m.f(x: text) -> text {{ spec "" {program} }}'))
    assert [line.count(" ") for line in text.splitlines() if "tokens" in line] == [24, 24, 9]


def test_names_that_are_not_plain_stand_in_quotes() -> None:
    text = print_module(module('module "a b" lowered composed @"a b.f"("x y": text) -> text { yield %"x y" }'))
    assert 'composed @"a b.f"("x y": text) -> text {' in text
    assert 'yield %"x y"' in text
