"""Parser and formatter on random trees and on random damage to valid sources."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from syntax_trees import files

from pawc.base.diagnostics import PawError
from pawc.base.source import Source
from pawc.ir import verify
from pawc.ir.nodes import Module
from pawc.lowering.modules import lower_with_errors
from pawc.syntax import nodes as syntax
from pawc.syntax.formatter import format_file, format_source
from pawc.syntax.parser import parse

PROGRAM = '''\
# Everything the language has, with comments in most places.
import "./dates.paw"  # dates
import std.text as t
from "./answers.paw" import iso_date as iso, short,

type Urgency = "immediate" | "wait" # labels
type Ticket = { name: text, due: (text matching /\\d+\\/\\d+/)?, level: int } # a record

fn urgency(message: text, level: int?,) -> Urgency { # opening
  spec """
    Classify "it".

      indented \\u{e9}
  """
  # before an example
  example (message: "down!", level: -3) -> "immediate" # behind it
  example (message: """a
    b""", level: null) -> "wait",
  examples from "data/urgency.jsonl"
  test (message: "x", level: 2) -> "wait"
  tests from "data/test.csv" at least 0.9
  option max_tokens = 12
}

fn route(message: text) -> text =
  match urgency(message, 1) { # arms
    "immediate" => "page: " ++ message, # first
    # the rest
    _ => { let a = message |> t.strip |> iso(_, [1, 2.5, true], { b: null }) a.first },
  }

fn all(mails: list<text>, # why
       other: text) -> list<Urgency> = mails |> map urgency(_, 2) # the end
# after everything
'''

NOWHERE = Path(__file__).parent / "no-such-folder"

TOKENS = [
    *re.findall(r'"""|"|[A-Za-z_]+|[0-9.]+|->|=>|\|>|\+\+|[^\w\s]|\s+', PROGRAM),
    "'", ";", "//", "else", "null", "\\", "\x00", "\ufeff", "é", "{" * 200, "(" * 10_000, "[" * 500 + "]" * 500,
]  # fmt: skip


@given(files)
@settings(max_examples=120, deadline=None)
def test_a_formatted_tree_parses_to_an_equal_tree(tree: syntax.File) -> None:
    assert parse(Source("random.paw", format_file(tree))).items == tree.items


@given(files)
@settings(max_examples=60, deadline=None)
def test_formatting_twice_is_formatting_once(tree: syntax.File) -> None:
    once = format_file(tree)
    assert format_source(once) == once


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """The program with some pieces cut out, moved or put in."""
    text = PROGRAM
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        put = draw(st.one_of(st.just(""), st.sampled_from(TOKENS), st.text(max_size=5)))
        text = text[:start] + put + text[end:]
    return text


@given(damaged())
@settings(max_examples=250, deadline=None)
def test_a_damaged_source_parses_or_is_refused_with_codes(text: str) -> None:
    try:
        parse(Source("damaged.paw", text))
    except PawError as error:
        assert error.diagnostics
        assert all(re.fullmatch(r"P01\d\d", found.code) for found in error.diagnostics)
        assert all(found.span is not None and found.span.start <= len(text) for found in error.diagnostics)
        assert str(error)


def _unique_names(module: Module) -> bool:
    lists = [[f.symbol for f in module.functions], *([p.name for p in f.params] for f in module.functions)]
    return all(len(set(names)) == len(names) for names in lists)


@given(damaged())
@settings(max_examples=200, deadline=None)
def test_a_damaged_source_that_parses_is_lowered_to_a_sound_module_or_refused(text: str) -> None:
    try:
        module, errors = lower_with_errors(parse(Source("damaged.paw", text)), "damaged", NOWHERE)
    except PawError:
        return
    if {found.code for found in errors.found} <= {"P0420"} and _unique_names(module):
        assert verify.problems(module) == []  # names given twice are left to `resolve`


@given(damaged())
@settings(max_examples=200, deadline=None)
def test_formatting_keeps_the_tree_and_the_comments_of_any_source_that_parses(text: str) -> None:
    try:
        tree = parse(Source("damaged.paw", text))
    except PawError:
        return
    once = format_file(tree)
    again = parse(Source("formatted.paw", once))
    assert again.items == tree.items
    assert [comment.text for comment in again.comments] == [comment.text for comment in tree.comments]
    assert format_source(once) == once


@st.composite
def layouts(draw: st.DrawFn) -> str:
    """The program with a comment or a line break after some of its tokens."""
    pieces = re.findall(
        r'"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|/(?:[^/\\\n]|\\.)*/|#[^\n]*\n|->|=>|\|>|\+\+|-?[\w.]+|\W', PROGRAM
    )
    extra = st.sampled_from(["", "", "", "", "\n", "\n\n\n", " # here\n", "\n# there\n"])
    return "".join(piece + draw(extra) for piece in pieces)


@given(layouts())
@settings(max_examples=80, deadline=None)
def test_comments_may_stand_between_any_two_tokens(text: str) -> None:
    tree = parse(Source("layout.paw", text))
    once = format_file(tree)
    again = parse(Source("formatted.paw", once))
    assert again.items == tree.items
    assert sorted(c.text for c in again.comments) == sorted(c.text for c in tree.comments)
    assert format_source(once) == once


@given(
    st.sampled_from(["(", "[", "{", "f(", "{a: ", "match x { _ => ", "{ let a = ", "list<", "{a: "]),
    st.integers(1, 3000),
)
@settings(max_examples=60, deadline=None)
def test_deep_nesting_is_refused_with_a_code_or_parses(opening: str, depth: int) -> None:
    for text in (f"fn f(x: text) -> text = {opening * depth}", f"type A = {opening * depth}text{'>' * depth}"):
        try:
            parse(Source("deep.paw", text))
        except PawError as error:
            assert error.diagnostics[0].code.startswith("P01")
