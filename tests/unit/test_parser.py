"""Text -> syntax tree: what every construct becomes, and what is checked on the way."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pawc.base.diagnostics import PawError
from pawc.base.source import Source
from pawc.syntax import nodes as syntax
from pawc.syntax.nodes import Call, Concat, Entry, Field, Literal, MapOver, Name, Pipe, Placeholder, Word
from pawc.syntax.parser import MAX_DEPTH, grammar, parse


def items(text: str) -> tuple[syntax.Item, ...]:
    return parse(Source("test.paw", text)).items


def expression(text: str) -> syntax.Expression:
    function = items(f"fn f(x: text) -> text = {text}")[0]
    assert isinstance(function, syntax.Function)
    assert not isinstance(function.body, tuple)
    return function.body


def result_type(text: str) -> syntax.TypeExpression:
    function = items(f"fn f(x: text) -> {text} = x")[0]
    assert isinstance(function, syntax.Function)
    return function.result


def body(text: str) -> tuple[syntax.BodyItem, ...]:
    function = items(f"fn f(x: text) -> text {{ {text} }}")[0]
    assert isinstance(function, syntax.Function)
    assert isinstance(function.body, tuple)
    return function.body


def codes(text: str) -> list[str]:
    with pytest.raises(PawError) as caught:
        parse(Source("test.paw", text))
    return [diagnostic.code for diagnostic in caught.value.diagnostics]


def text(value: str) -> Literal:
    return Literal(kind="text", value=value)


def number(value: int) -> Literal:
    return Literal(kind="int", value=value)


def word(name: str) -> Word:
    return Word(text=name)


def test_an_empty_file_has_no_items() -> None:
    assert items("") == items(" \n# a comment\n\ufeff") == ()


def test_imports_name_files_and_standard_modules() -> None:
    target = syntax.Target(path="./a.paw", is_standard=False)
    assert items('import "./a.paw" import "./a.paw" as b, import std.text') == (
        syntax.Import(target=target),
        syntax.Import(target=target, alias=word("b")),
        syntax.Import(target=syntax.Target(path="std.text", is_standard=True)),
    )


def test_a_from_import_names_functions_with_or_without_alias() -> None:
    names = (
        syntax.ImportedName(name=word("strip")),
        syntax.ImportedName(name=word("split"), alias=word("cut")),
    )
    found = items("from std.text import strip, split as cut, fn f(x: text) -> text = x")
    assert found[0] == syntax.FromImport(target=syntax.Target(path="std.text", is_standard=True), names=names)
    assert isinstance(found[1], syntax.Function)


@pytest.mark.parametrize(
    ("written", "tree"),
    [
        ("text", syntax.NamedType(name="text")),
        ("list<int>?", syntax.OptionalType(item=syntax.ListType(item=syntax.NamedType(name="int")))),
        ('"a" | "b"', syntax.LabelsType(labels=(text("a"), text("b")))),
        ('| "a" | "b"', syntax.LabelsType(labels=(text("a"), text("b")))),
        ('("a" | "b")?', syntax.OptionalType(item=syntax.LabelsType(labels=(text("a"), text("b"))))),
        (r"text matching /\d\/\d/?", syntax.OptionalType(item=syntax.MatchingType(pattern=r"\d/\d"))),
        (
            "{a: int, type: text,}",
            syntax.RecordType(
                fields=(
                    syntax.FieldType(name=word("a"), type=syntax.NamedType(name="int")),
                    syntax.FieldType(name=word("type"), type=syntax.NamedType(name="text")),
                )
            ),
        ),
    ],
)
def test_types_are_read(written: str, tree: syntax.TypeExpression) -> None:
    assert result_type(written) == tree


@pytest.mark.parametrize(
    ("written", "tree"),
    [
        ("-3", number(-3)),
        ("2.5e3", Literal(kind="float", value=2500.0)),
        ("true", Literal(kind="bool", value=True)),
        ("null", Literal(kind="null", value=None)),
        ('"""\n  a\n"""', text("a")),
        ("[x, 1,]", syntax.ListOf(items=(Name(name="x"), number(1)))),
        ("{a: x}", syntax.RecordOf(entries=(Entry(name=word("a"), value=Name(name="x")),))),
        ("{x}", Name(name="x")),
        ("(x)", Name(name="x")),
        ("x.a.b", Field(value=Field(value=Name(name="x"), name=word("a")), name=word("b"))),
        ("m.f(x).a", Field(value=Call(callee=word("m.f"), args=(Name(name="x"),)), name=word("a"))),
        ("x ++ 1 ++ x", Concat(parts=(Name(name="x"), number(1), Name(name="x")))),
        ("x ++ (1 ++ x)", Concat(parts=(Name(name="x"), Concat(parts=(number(1), Name(name="x")))))),
        (
            "x ++ 1 |> f(_) |> map g |> map h(_, 1)",
            Pipe(
                first=Concat(parts=(Name(name="x"), number(1))),
                stages=(
                    Call(callee=word("f"), args=(Placeholder(),)),
                    MapOver(callee=word("g")),
                    MapOver(callee=word("h"), args=(Placeholder(), number(1))),
                ),
            ),
        ),
        (
            'match x { "a" => 1 _ => { let y = x y }, }',
            syntax.Match(
                subject=Name(name="x"),
                arms=(
                    syntax.Arm(pattern=text("a"), value=number(1)),
                    syntax.Arm(
                        pattern=None,
                        value=syntax.Block(
                            lets=(syntax.Let(name=word("y"), value=Name(name="x")),), result=Name(name="y")
                        ),
                    ),
                ),
            ),
        ),
    ],
)
def test_expressions_are_read(written: str, tree: syntax.Expression) -> None:
    assert expression(written) == tree


def test_the_items_of_a_body_are_read_with_commas_or_without() -> None:
    path = text("d.csv")
    assert body(
        'spec "s", example "a" -> {b: [1]} example (x: "a") -> null, examples from "d.csv"'
        ' test "a" -> "b" tests from "d.csv" at least 0.5, option steps = 3'
    ) == (
        syntax.Spec(text=text("s")),
        syntax.Case(
            is_test=False,
            inputs=text("a"),
            output=syntax.RecordOf(entries=(Entry(name=word("b"), value=syntax.ListOf(items=(number(1),))),)),
        ),
        syntax.Case(
            is_test=False,
            inputs=(Entry(name=word("x"), value=text("a")),),
            output=Literal(kind="null", value=None),
        ),
        syntax.CasesFrom(is_test=False, path=path),
        syntax.Case(is_test=True, inputs=text("a"), output=text("b")),
        syntax.CasesFrom(is_test=True, path=path, at_least=Literal(kind="float", value=0.5)),
        syntax.Option(name=word("steps"), value=number(3)),
    )


def test_keywords_are_names_where_no_keyword_can_stand() -> None:
    found = items("fn test(from: text, spec: text, at: text, type: text) -> text = example(from, type) ++ spec.option")
    assert isinstance(found[0], syntax.Function)
    assert [param.name.text for param in found[0].params] == ["from", "spec", "at", "type"]


def test_spans_point_at_what_was_written() -> None:
    source = Source("test.paw", 'fn f(x: text) -> text =\n  match x { "a" => [x], _ => x }')
    function = parse(source).items[0]
    assert isinstance(function, syntax.Function)
    assert isinstance(function.body, syntax.Match)
    spans = [function.name.span, function.body.arms[0].value.span, function.body.arms[1].span]
    assert [source.text[span.start : span.end] for span in spans if span] == ["f", "[x]", "_ => x"]


def test_comments_are_kept_apart_and_are_not_looked_for_in_texts() -> None:
    file = parse(Source("test.paw", '# one\ntype A = "#" | "b"  # two\ntype B = text matching /#/\n'))
    assert [comment.text for comment in file.comments] == ["# one", "# two"]


@pytest.mark.parametrize(
    "deep",
    [
        "fn f(x: text) -> text = " + "[" * 10_000 + "]" * 10_000,
        "fn f(x: text) -> text = " + "(" * 10_000,
        "fn f(x: text) -> text = " + "[(" * 5_000,
        "fn f(x: text) -> text = x" + ".a" * 10_000,
        "fn f(x: text) -> text" + "?" * 10_000 + " = x",
        "fn f(x: text) -> text = " + "match x { _ => " * 3_000 + "x" + "}" * 3_000,
    ],
    ids=["lists", "open", "mixed", "fields", "optional", "matches"],
)
def test_ten_thousand_levels_are_an_error_with_a_code(deep: str) -> None:
    assert codes(deep)[0] in ("P0104", "P0110")


def test_parentheses_alone_do_not_nest_anything() -> None:
    assert expression("(" * 10_000 + "x" + ")" * 10_000) == Name(name="x")


def test_the_deepest_tree_that_is_accepted_can_be_worked_with() -> None:
    assert expression("[" * MAX_DEPTH + "]" * MAX_DEPTH) == expression("[ " * MAX_DEPTH + "]" * MAX_DEPTH)


def test_the_grammar_is_built_once() -> None:
    assert grammar() is grammar()


def test_importing_the_parser_does_not_import_lark() -> None:
    code = "import sys, pawc.syntax.parser, pawc.syntax.formatter; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
