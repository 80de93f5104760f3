"""The pass that checks types."""

from __future__ import annotations

from checking import checked, context, lowered, refused
from pawc.passes.check import Check, judge
from pawc.passes.resolve import Resolve, bind

from pawc.base.diagnostics import Collector

PROGRAM = """
fn level(mail: text) -> "now" | "wait" { spec "How urgent?" example "a" -> "now" test "b" -> "wait" }
fn main(mail: text) -> text = match level(mail) { "now" => "page", "wait" => "mail" }
"""


def test_a_checked_module_is_of_its_stage_and_loses_nothing() -> None:
    module = checked(PROGRAM)
    assert module.stage == "checked"
    assert [function.symbol for function in module.functions] == ["main.level", "main.main"]
    assert [suite.function for suite in module.tests] == ["main.level"]


def test_a_checked_module_comes_back_as_it_is() -> None:
    module = checked(PROGRAM)
    assert Check().run(module, context()[0]) is module


def test_signatures_of_other_files_are_held_to() -> None:
    other = lowered('fn short(mail: text) -> text { spec "Shorten it." }', "other")
    text = 'import "./other.paw"\nfn main(n: int) -> int = other.short(n)'
    assert [diagnostic.code for diagnostic in refused(text, other)] == ["P0312", "P0302"]


def test_everything_wrong_in_a_file_is_told_in_its_order() -> None:
    found = refused(
        """
        fn level(mail: text) -> "now" | "wait" { spec "How urgent?" option x = 1 example "a" -> "b" }
        fn one(mail: text) -> int = mail
        fn two(mail: text) -> text = level(3)
        """
    )
    assert [diagnostic.code for diagnostic in found] == ["P0409", "P0401", "P0312", "P0302"]


def test_calls_of_functions_that_could_not_be_bound_are_let_alone() -> None:
    text = "import std.text\nfn main(m: text) -> int = gone(m, 3)\nfn other(m: text) -> int = text.gone(m)"
    module, _, _ = bind(lowered(text), context()[0])
    errors = Collector()
    judge(module, errors)
    assert errors.found == ()


def test_resolve_and_check_give_the_same_for_the_same_text() -> None:
    ctx, _ = context()
    again = Check().run(Resolve().run(lowered(PROGRAM), ctx), ctx)
    assert again == checked(PROGRAM)
