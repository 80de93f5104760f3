"""Types of composed functions."""

from __future__ import annotations

import pytest
from checking import body, checked, marked, operations, refused, types_of

from pawc.base.types import BOOL, FLOAT, INT, TEXT, Labels, List, Optional, Record, assignable
from pawc.ir.nodes import Call, Concat, Const, GetField, MakeList, MakeRecord, Map, Match

LEVEL = Labels(("now", "wait"))
FUNCTIONS = """
import std.text
import std.list
import std.option
type Level = "now" | "wait"
type Ticket = { name: text, level: int, due: text? }
fn level(mail: text) -> Level { spec "How urgent?" }
fn act(level: Level, note: text) -> text { spec "What to do." }
fn ticket(mail: text) -> Ticket { spec "The ticket." }
fn file(ticket: Ticket) -> text { spec "A line about it." }
fn number(mail: text) -> int { spec "How many?" }
fn share(amount: float) -> text { spec "In words." }
fn nick(name: text) -> text? { spec "The nickname." }
fn all(names: list<float>) -> text { spec "All of them." }
"""


def test_every_operation_gets_its_type() -> None:
    module = checked(
        FUNCTIONS
        + """fn main(mails: list<text>) -> text = {
          let levels = mails |> map level
          let found = ticket("a")
          let line = match list.first(levels) { "now" => found.name, "wait" => "" }
          line ++ text.join(mails, ", ")
        }"""
    )
    assert types_of(module, Map) == [List(LEVEL)]
    assert types_of(module, GetField) == [TEXT]
    assert types_of(module, Match) == [TEXT]
    assert types_of(module, Concat) == [TEXT]
    assert [kind for kind in types_of(module, Call) if kind not in (TEXT, LEVEL)] == [
        Record((("name", TEXT), ("level", INT), ("due", Optional(TEXT))))
    ]


@pytest.mark.parametrize(
    ("result", "expression"),
    [
        ("Level", '"now"'),
        ("Level?", '"now"'),
        ("Level?", "null"),
        ("float", "3"),
        ("list<float>", "[1, 2.5, x]"),
        ("list<Level>", '["now", level(m)]'),
        ("list<Level>", "[]"),
        ("list<list<int>>", "[[], [1]]"),
        ("list<int?>", "[null, 1]"),
        ("Ticket", '{ due: null, level: 3, name: "a" }'),
        ("list<Ticket>", '[{ due: null, level: 3, name: m }, ticket(m), { name: m, due: "d", level: x }]'),
        ("Level", 'match level(m) { "now" => "wait", "wait" => level(m) }'),
        ("Level?", 'match x { 0 => null, 1 => "now", _ => level(m) }'),
        ("list<Level>", 'match x { 0 => [], _ => ["now"] }'),
        ("text matching /[a-z]+/", '"abc"'),
        ("text", "level(m)"),
        ("text", '{ let a = "now" act(a, a) }'),
        ("text", "{ let none = [] all(none) ++ all(none) }"),
        ("text", "{ let t = { level: 1, due: null, name: m } file(t) ++ t.name }"),
        ("text", "share(3) ++ share(x) ++ 3 ++ 2.5 ++ true ++ level(m)"),
        ("text", 'option.or_else(nick(m), "none")'),
        ("int", "list.length([])"),
        ("list<int>", "list.concat([x], [])"),
        ("text?", "null"),
        ("text", 'option.or_else(null, "a")'),
        ("list<text>", "[m] |> map text.upper"),
        ("list<text>", '["a", "b"] |> map act("now", _)'),
    ],
)
def test_literals_take_the_type_that_is_wanted(result: str, expression: str) -> None:
    module = checked(f"{FUNCTIONS}fn main(m: text, x: int) -> {result} = {expression}")
    function = module.function("main.main")
    assert function is not None
    known = {param.name: param.type for param in function.params}
    known |= {op.result: op.type for op in body(module).operations if op.type is not None}
    assert assignable(known[body(module).result], function.result)


def test_an_int_literal_for_a_float_becomes_one() -> None:
    module = checked(FUNCTIONS + "fn main(m: text) -> text = share(3)")
    (three,) = operations(module, Const)
    assert isinstance(three, Const)
    assert three.type == FLOAT
    assert isinstance(three.value, float)


def test_the_fields_of_a_record_literal_are_brought_into_the_order_of_its_type() -> None:
    module = checked(FUNCTIONS + "fn main(m: text) -> text = file({ due: null, level: 3, name: m })")
    (record,) = operations(module, MakeRecord)
    assert isinstance(record, MakeRecord)
    assert record.names == ("name", "level", "due")
    assert record.args[0] == "m"


def test_a_list_that_stays_empty_is_of_some_type() -> None:
    module = checked(FUNCTIONS + "fn main(m: text) -> bool = list.is_empty([])")
    assert types_of(module, MakeList) == [List(TEXT)]
    assert types_of(module, Call) == [BOOL]


def test_an_empty_list_is_what_the_other_arguments_want() -> None:
    module = checked(FUNCTIONS + "fn main(m: text) -> list<int> = list.concat([1], [])")
    assert types_of(module, MakeList) == [List(INT), List(INT)]


@pytest.mark.parametrize(
    ("expression", "code", "place"),
    [
        ("act(m)", "P0301", "act(m)"),
        ("text.strip(m, m)", "P0301", "text.strip(m, m)"),
        ('act("soon", m)', "P0302", '"soon"'),
        ("act(m, m)", "P0302", "m"),
        ("file({ name: m, level: 3 })", "P0302", "{ name: m, level: 3 }"),
        ("file({ name: m, level: m, due: null })", "P0302", "m"),
        ("file({ name: m, level: 3, due: null, x: 1 })", "P0302", "1"),
        ("share(m)", "P0302", "m"),
        ("text.join(m |> map act(level(m), _), m)", "P0303", "_"),
        ('match level(m) { "now" => 1, _ => m }', "P0308", "m"),
        ('"a" ++ [m]', "P0309", "[m]"),
        ('"a" ++ ticket(m)', "P0309", "ticket(m)"),
        ("ticket(m).nmae", "P0310", "nmae"),
        ("m.name", "P0311", "name"),
        ("number(m)", "P0312", "number(m)"),
        ("text.join([m, 3], m)", "P0313", "3"),
        ("text.upper(number(m))", "P0319", "number(m)"),
        ("m ++ nick(m)", "P0320", "nick(m)"),
        ("act(level(m), nick(m))", "P0320", "nick(m)"),
        ("act(level(m), null)", "P0302", "null"),
        ('match m { "a" => "b", _ => "c" }', "P0322", "m"),
    ],
)
def test_what_is_of_the_wrong_type_is_told_where_it_stands(expression: str, code: str, place: str) -> None:
    (found,) = refused(f"{FUNCTIONS}fn main(m: text) -> text = {expression}")
    assert found.code == code
    assert marked(found) == place


def test_one_error_does_not_make_others() -> None:
    found = refused(
        FUNCTIONS
        + """fn main(m: text) -> text = {
          let a = act(m)
          let b = ticket(m).nmae
          let c = b |> map level
          let d = match b { 1 => b, _ => m }
          act(b, d) ++ c ++ b.x ++ text.strip(b)
        }"""
    )
    assert [diagnostic.code for diagnostic in found] == ["P0301", "P0310"]


def test_a_literal_cannot_be_of_two_types_at_once() -> None:
    (found,) = refused(
        FUNCTIONS + "fn names(n: list<text>) -> text = text.join(n, m2(n))\n"
        'fn m2(n: list<text>) -> text { spec "x" }\n'
        "fn main(m: text) -> text = { let none = [] all(none) ++ names(none) }"
    )
    assert found.code == "P0302"
    assert "taken as `list<float>` before" in found.label


def test_a_misspelt_label_deep_in_an_argument_gets_its_help() -> None:
    (found,) = refused(FUNCTIONS + 'fn main(m: text) -> Level = match level(m) { "now" => "wiat", _ => "now" }')
    assert marked(found) == '"wiat"'
    assert found.help == "did you mean `wait`?"


def test_arms_without_a_common_type_are_both_shown() -> None:
    (found,) = refused(FUNCTIONS + 'fn main(m: text) -> text = match level(m) { "now" => 1, _ => m }')
    (note,) = found.notes
    assert note.span.source.text[note.span.start : note.span.end] == "1"


@pytest.mark.parametrize(
    "text",
    [
        "fn main(m: text) -> {n: float} = {n: 3}",
        "fn main(m: text) -> {x: {n: float?}} = {x: {n: 3}}",
        'fn f(r: {n: float}) -> text = "a"\nfn main(m: text) -> text = f({n: 3})',
    ],
)
def test_an_int_literal_in_a_record_is_a_float_where_one_is_wanted(text: str) -> None:
    (literal,) = operations(checked(text), Const)
    assert isinstance(literal, Const)
    assert isinstance(literal.value, float)


@pytest.mark.parametrize("wanted", ["text", "int", "list<text>"])
def test_null_is_of_the_type_that_another_match_around_it_gives(wanted: str) -> None:
    module = checked(
        f"fn main(m: {wanted}, b: bool) -> {wanted}? ="
        " match b { true => m, false => match b { true => null, false => null } }"
    )
    assert {str(kind) for kind in types_of(module, Match)} == {f"{wanted}?"}


def test_a_literal_taken_as_a_float_is_reported_where_an_int_was_read_out_of_its_record() -> None:
    text = """
    fn f(x: float) -> text = "a"
    fn g(x: int) -> text = "a"
    fn main(m: text) -> text = { let a = 3  let r = { n: a }  let x = g(r.n)  f(a) ++ x }
    """
    (found,) = refused(text)
    assert (found.code, marked(found)) == ("P0302", "r.n")


def test_what_one_argument_leaves_open_is_what_another_has() -> None:
    module = checked("import std.option\nfn main(m: text) -> list<text> = option.or_else(null, [])")
    assert types_of(module, Const) + types_of(module, MakeList) == [Optional(List(TEXT)), List(TEXT)]
