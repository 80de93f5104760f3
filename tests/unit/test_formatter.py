"""The one layout of source files. Equal trees and idempotence are in tests/property."""

from __future__ import annotations

from textwrap import dedent

import pytest

from pawc.base.diagnostics import PawError
from pawc.syntax.formatter import WIDTH, format_source


def formatted(text: str) -> str:
    return format_source(dedent(text))


def test_what_fits_stands_on_one_line() -> None:
    assert (
        formatted("""\
        fn f( x:text
          , y : text, )->text=g( [ x ,y ],{a:x})
    """)
        == "fn f(x: text, y: text) -> text = g([x, y], {a: x})\n"
    )


def test_functions_are_set_apart_and_imports_are_not() -> None:
    assert formatted(
        'import "./a.paw"\nimport std.text\ntype A = text\ntype B = int\nfn f(x: A) -> A = x fn g(x: A) -> A = x'
    ) == (
        'import "./a.paw"\nimport std.text\n\ntype A = text\ntype B = int\n\n'
        "fn f(x: A) -> A = x\n\nfn g(x: A) -> A = x\n"
    )


def test_one_blank_line_of_many_is_kept() -> None:
    body = 'spec "s"\n\n\n\n  example "a" -> "b"\n  example "c" -> "d"\n'
    assert formatted(f"fn f(x: text) -> text {{\n  {body}}}\n") == (
        'fn f(x: text) -> text {\n  spec "s"\n\n  example "a" -> "b"\n  example "c" -> "d"\n}\n'
    )


def test_comments_stay_with_what_they_stood_at() -> None:
    source = dedent("""\
        # the file

        # a function
        fn f(  # its parameters
          x: text,  # the text
          # the number
          y: int,
        ) -> text {  # its body
          # what it does
          spec "s"  # shortly
          # and the end
        }  # after it
        # the end
    """)
    assert format_source(source) == source


def test_a_comment_keeps_an_expression_broken() -> None:
    source = "fn f(x: text) -> text = [\n  x,  # one\n  # two\n  x,\n]\n"
    assert format_source(source) == source


def test_pipes_and_joins_break_before_their_signs() -> None:
    names = [f"a_long_name_of_a_function_{number}" for number in range(4)]
    assert format_source(f"fn f(x: text) -> text = x |> {' |> '.join(names)}") == (
        "fn f(x: text) -> text =\n  x\n" + "".join(f"  |> {name}\n" for name in names)
    )


def test_matches_and_blocks_have_one_part_a_line() -> None:
    written = 'fn f(x: bool) -> text = { let y = x match y { true => "a" _ => { let z = "b" z } } }'
    assert formatted(written) == dedent("""\
        fn f(x: bool) -> text = {
          let y = x
          match y {
            true => "a",
            _ => {
              let z = "b"
              z
            },
          }
        }
    """)


def test_a_long_signature_has_one_parameter_a_line() -> None:
    params = [f"parameter_number_{number}: list<text>" for number in range(4)]
    assert format_source(f"fn f({', '.join(params)}) -> text = x") == (
        "fn f(\n" + "".join(f"  {param},\n" for param in params) + ") -> text = x\n"
    )


def test_long_unions_and_records_have_one_part_a_line() -> None:
    labels = [f'"a rather long label {number}"' for number in range(5)]
    fields = [f"a_rather_long_field_{number}: text" for number in range(5)]
    assert format_source(f"type A = {' | '.join(labels)}") == "type A =\n" + "".join(f"  | {x}\n" for x in labels)
    assert format_source(f"type A = {{{', '.join(fields)}}}") == (
        "type A = {\n" + "".join(f"  {x},\n" for x in fields) + "}\n"
    )


def test_long_examples_break_before_their_output() -> None:
    long = "x" * WIDTH
    assert format_source(f'fn f(x: text) -> text {{ spec "s" example "{long}" -> "y" }}') == (
        f'fn f(x: text) -> text {{\n  spec "s"\n  example "{long}"\n    -> "y"\n}}\n'
    )


def test_long_texts_are_indented_with_their_function() -> None:
    assert formatted('fn f(x: text) -> text { spec """One.\n\n   Two."""\n }') == (
        'fn f(x: text) -> text {\n  spec """\n    One.\n\n    Two.\n  """\n}\n'
    )


def test_parentheses_stay_where_they_mean_something() -> None:
    source = "fn f(x: text) -> text = (x |> g) ++ (x ++ x).a ++ h((x ++ x))\n"
    assert format_source(source) == source.replace("h((x ++ x))", "h(x ++ x)")


def test_a_parenthesis_after_a_let_does_not_become_its_arguments() -> None:
    once = formatted("fn f(x: text) -> text = { let y = g, (x |> g).a }")
    assert "let y = g,\n" in once
    assert format_source(once) == once


def test_an_empty_file_stays_empty() -> None:
    assert format_source("\n \n") == ""


def test_what_does_not_parse_is_refused() -> None:
    with pytest.raises(PawError):
        format_source("fn f(")
