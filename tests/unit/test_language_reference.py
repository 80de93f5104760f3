"""docs/language.md says what is so: its programs are programs, its tables are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from checking import checked, refused

from pawc.lowering.options import OPTIONS
from pawc.lowering.type_names import MAX_DEPTH as MAX_TYPE_DEPTH
from pawc.lowering.type_names import MAX_SIZE
from pawc.syntax.formatter import format_source
from pawc.syntax.literals import unescape
from pawc.syntax.parser import MAX_DEPTH, grammar
from pawc.syntax.terminals import BODY, TOP
from pawc.syntax.tree_builder import RESERVED

PAGE = (Path(__file__).parents[2] / "docs" / "language.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"```paw\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("program", PROGRAMS)
def test_its_programs_are_written_as_the_formatter_writes_them(program: str) -> None:
    assert format_source(program) == program


def test_it_has_every_option_with_its_range() -> None:
    for option in OPTIONS.values():
        assert f"| `{option.name}` | {option.low:g} to {int(option.high)} |" in PAGE
        assert option.doc.split(";")[0] in PAGE


def test_it_has_every_reserved_word_and_every_limit() -> None:
    listed = re.search(r"`([a-z ]+)` and `_` cannot be names", PAGE)
    assert listed
    assert set(listed[1].split()) == RESERVED
    assert f"Expressions nest at most {MAX_DEPTH} levels deep" in PAGE
    assert f"nests at most {MAX_TYPE_DEPTH} levels deep and has at most {MAX_SIZE} parts" in PAGE


def test_its_grammar_has_every_keyword_of_the_grammar() -> None:
    shown = PAGE[PAGE.index("## Grammar") :]
    words = {t.name for t in grammar().terminals if t.pattern.type == "str" and t.pattern.value.isalpha()}
    assert set(TOP) | set(BODY) <= words
    for word in words:
        assert f'"{word.lower()}"' in shown


def test_its_escapes_are_escapes() -> None:
    shown = re.search(r"on one line, with (.*?) \|", PAGE)
    assert shown
    assert [unescape(escape) for escape in re.findall(r"`([^`]+)`", shown[1])] == ["\n", "\t", '"', "\\", "😀"]


def test_it_names_the_patterns_that_the_checker_takes() -> None:
    listed = re.search(r"^- Patterns are (.+), and `_`", PAGE, re.MULTILINE)
    assert listed
    written = {
        "labels": ('"a" | "b"', '"a"'),
        "ints": ("int", "1"),
        "bools": ("bool", "true"),
        "`null`": ("int?", "null"),
        "texts": ("text", '"a"'),
        "floats": ("float", "1.5"),
    }
    for name, (kind, pattern) in written.items():
        program = f'fn main(x: {kind}) -> text = match x {{ {pattern} => "it", _ => "not" }}'
        if name in listed[1].split(", "):
            checked(program)
        else:
            assert refused(program)
