"""The pass that binds names."""

from __future__ import annotations

import pytest
from checking import context, lowered, marked, operations, refused
from pawc.passes.resolve import Resolve, bind

from pawc.base.diagnostics import PawError
from pawc.ir.nodes import Call, Map, Module

ANSWERS = lowered(
    """
    fn short(message: text) -> text { spec "A short answer." }
    fn long(message: text) -> text = short(message)
    fn _secret(message: text) -> text { spec "Only used here." }
    """,
    "lib/answers",
)


def resolved(text: str, *others: Module) -> Module:
    ctx, _ = context(*others)
    return Resolve().run(lowered(text), ctx)


def callees(module: Module, kind: type[Call] | type[Map] = Call) -> list[str]:
    return [operation.callee for operation in operations(module, kind) if isinstance(operation, Call | Map)]


def test_a_function_of_the_file_is_bound_to_its_symbol() -> None:
    module = resolved('fn f(a: text) -> text { spec "x" }\nfn main(a: text) -> text = f(a)')
    assert module.stage == "resolved"
    assert callees(module) == ["main.f"]
    assert module.declarations == ()


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ('import "./lib/answers.paw"', "answers.short(m)"),
        ('import "./lib/answers.paw" as ans', "ans.short(m)"),
        ('from "./lib/answers.paw" import short', "short(m)"),
        ('from "./lib/answers.paw" import short as brief, long', "brief(m)"),
    ],
)
def test_every_way_of_importing_gives_the_symbol_and_declares_what_is_used(line: str, call: str) -> None:
    module = resolved(f"{line}\nfn main(m: text) -> text = {call}", ANSWERS)
    assert callees(module) == ["lib/answers.short"]
    assert [declaration.symbol for declaration in module.declarations] == ["lib/answers.short"]
    assert module.declarations[0].params == ANSWERS.functions[0].params


def test_standard_functions_are_bound_and_need_no_declaration() -> None:
    module = resolved(
        "import std.text\nimport std.list as l\nfrom std.text import lower\n"
        "fn main(m: list<text>) -> text = l.first(m) |> text.strip |> lower"
    )
    assert callees(module) == ["std.list.first", "std.text.strip", "std.text.lower"]
    assert module.declarations == ()


def test_names_are_bound_inside_matches_and_maps() -> None:
    module = resolved(
        'fn f(a: text) -> bool { spec "x" }\n'
        "fn main(m: list<text>, b: bool) -> list<bool> = match b {\n"
        "  true => m |> map f, false => match b { _ => m |> map f } }"
    )
    assert callees(module, Map) == ["main.f", "main.f"]


def test_a_resolved_module_comes_back_as_it_is() -> None:
    module = resolved("fn main(m: text) -> text = m")
    assert Resolve().run(module, context()[0]) is module


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("fn main(m: text) -> text = f(m)", "P0201", "f"),
        ('import "./lib/answers.paw" as a\nfn main(m: text) -> text = a.shrt(m)', "P0204", "a.shrt"),
        ('import "./lib/answers.paw" as a\nfn main(m: text) -> text = a._secret(m)', "P0205", "a._secret"),
        ('from "./lib/answers.paw" import short, _secret\nfn main(m: text) -> text = short(m)', "P0205", "_secret"),
        ('fn f(m: text) -> text { spec "x" }\nfn f(m: text) -> text { spec "y" }', "P0206", "f"),
        ("fn main(m: text, m: text) -> text = m", "P0207", "m"),
        ("fn main(m: text) -> text = main(m)", "P0210", "main"),
        ("fn main(m: text) -> text = m(m)", "P0211", "m"),
        ("fn main(m: text) -> text = Text(m)", "P0211", "Text"),
        ("fn main(m: text) -> text = t.strip(m)", "P0212", "t.strip"),
        ("import std.txt\nfn main(m: text) -> text = txt.strip(m)", "P0213", "std.txt"),
    ],
)
def test_a_wrong_name_is_told_where_it_stands(text: str, code: str, place: str) -> None:
    (found,) = refused(text, ANSWERS)
    assert found.code == code
    assert marked(found) == place


def test_all_wrong_names_are_told_at_once() -> None:
    found = refused("fn main(m: text) -> text = f(m) ++ g(m) ++ a.b(m)")
    assert [diagnostic.code for diagnostic in found] == ["P0201", "P0201", "P0212"]


def test_both_places_of_a_name_that_is_defined_twice_are_shown() -> None:
    (found,) = refused('from "./lib/answers.paw" import short\nfn short(m: text) -> text { spec "x" }', ANSWERS)
    assert found.span is not None
    assert found.span.line == 1
    assert [note.span.line for note in found.notes] == [2]


def test_every_step_of_a_recursion_is_shown() -> None:
    (found,) = refused("fn a(m: text) -> text = b(m)\nfn b(m: text) -> text = c(m)\nfn c(m: text) -> text = a(m)")
    assert "a -> b -> c -> a" in found.message
    assert [note.span.line for note in found.notes] == [2, 3]


def test_independent_recursions_are_all_told() -> None:
    found = refused("fn a(m: text) -> text = a(m)\nfn b(m: text) -> text = b(m)")
    assert [diagnostic.code for diagnostic in found] == ["P0210", "P0210"]


def test_a_long_chain_of_calls_is_no_recursion() -> None:
    chain = "\n".join(f"fn f{n}(m: text) -> text = f{n + 1}(m)" for n in range(2000))
    assert resolved(f"{chain}\nfn f2000(m: text) -> text = m").stage == "resolved"


def test_unused_imports_are_warned_about() -> None:
    ctx, said = context(ANSWERS)
    text = 'import std.json\nimport "./lib/answers.paw"\nimport std.text\nfn main(m: text) -> text = text.strip(m)'
    Resolve().run(lowered(text), ctx)
    assert [message.splitlines()[0] for message in said] == [
        "warning[P0214]: nothing of `std.json` is used",
        "warning[P0214]: nothing of `lib/answers` is used",
    ]


def test_nothing_is_said_of_names_in_a_file_that_could_not_be_read() -> None:
    text = 'import "./gone.paw"\nfrom "./gone.paw" import a\nfn main(m: text) -> text = gone.b(m) ++ a(m) ++ c(m)'
    _, errors, _ = bind(lowered(text), context()[0], unreadable={"gone"})
    with pytest.raises(PawError) as caught:
        errors.raise_if_any()
    assert [marked(diagnostic) for diagnostic in caught.value.diagnostics] == ["c"]
