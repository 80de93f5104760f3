"""Every rule of `verify` fires on a module that breaks it and nothing else, and on no other module of the tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ir_texts import CHECKED, COMPILED, LINKED, module

from pawc.base import canonical
from pawc.base.types import TEXT, FrozenRecord, Labels, List, Matching, Optional, Record
from pawc.ir import codec, verify
from pawc.ir.nodes import ComposedFunction, Const, Declaration, Match, Module, Param


def text(base: str, old: str, new: str) -> Module:
    assert old in base, old
    return module(base.replace(old, new))


def deep_match(levels: int) -> str:
    body = "yield %x"
    for level in range(levels):
        body = f"%{level}: text = match %x {{ default {{ {body} }} }} yield %{level}"
    return f'module "m" lowered composed @m.f(x: text) -> text {{ {body} }}'


def constant(value: Any, kind: Any = None) -> Module:
    found = module('module "m" lowered composed @m.f(x: text) -> text { %0 = const 1 yield %x }')
    function = found.functions[0]
    assert isinstance(function, ComposedFunction)
    body = replace(function.body, operations=(Const(result="0", value=value, type=kind),))
    return replace(found, functions=(replace(function, body=body),))


def typed(kind: Any) -> Module:
    return replace(module('module "m" checked'), declarations=(Declaration(symbol="a.f", params=(X,), result=kind),))


def default_pattern() -> Module:
    found = text(LOWERED, "BODY", "%0 = match %x { default { yield %x } } yield %0")
    function = found.functions[0]
    assert isinstance(function, ComposedFunction)
    (match,) = function.body.operations
    assert isinstance(match, Match)
    match = replace(match, arms=(replace(match.arms[0], pattern="x"),))
    return replace(found, functions=(replace(function, body=replace(function.body, operations=(match,))),))


X = Param(name="x", type=TEXT)
DEEP = TEXT
for _ in range(40):
    DEEP = List(DEEP)  # type: ignore[assignment]
NESTED: Any = 1
for _ in range(40):
    NESTED = (NESTED,)
LOWERED = 'module "m" lowered composed @m.f(x: text, y: int) -> text { BODY }'
CHECKED_BODY = LOWERED.replace("lowered", 'checked neural @m.n(a: text, b: float) -> int { spec "" }')

BROKEN: list[tuple[Callable[..., Any], Module]] = [
    (verify.blocks_are_bounded, module(deep_match(verify.MAX_NESTING + 1))),
    *(
        (verify.operations_are_well_formed, text(LOWERED, "BODY", f"%0 = {operation} yield %x"))
        for operation in (
            "map[1] @m.g(%x)",
            "map[-1] @m.g(%x)",
            "map[0] @m.g()",
            "record(a: %x, a: %x)",
            "match %x { }",
            "match %x { default { yield %x } default { yield %x } }",
            'match %x { default { yield %x } case "a" { yield %x } }',
            "match %x { case [1] { yield %x } }",
        )
    ),
    (verify.operations_are_well_formed, default_pattern()),
    (verify.constants_are_values, constant(float("nan"))),
    (verify.constants_are_values, constant((1, FrozenRecord((("a", float("-inf")),))))),
    (verify.constants_are_values, constant(NESTED)),
    (verify.texts_are_unicode, constant("\ud800")),
    (verify.sources_have_hashes, module('module "m" lowered source "m.paw" sha256 "abc"')),
    (verify.sources_have_hashes, module('module "m" lowered source "a" sha256 "HASH" source "a" sha256 "HASH"')),
    *(
        (verify.programs_are_sound, text(COMPILED, old, new))
        for old, new in (
            ("level 2", "level 4"),
            ("report steps = 60", "calibration temperature 1.0 bias [0.0] examples 1"),
            ("report steps = 60", "calibration temperature 0.0 bias [0.0, 0.0] examples 1"),
            ("report steps = 60", 'calibration temperature 1.0 bias [0.0, "x"] examples 1'),
            ("report steps = 60", "calibration temperature 1.0 bias 0.0 examples 1"),
            ("report steps = 60", "calibration temperature 1.0 bias [0.0, 0.0] examples -1"),
            ("level 2", "level -1"),
            ("tokens 1", "tokens -1"),
            ("tokens 1", "tokens 4294967296"),
            ('interpreter "HASH"', 'interpreter "smol"'),
            ('interpreter "HASH"', 'interpreter "HASH" compiler "v1"'),
            ('data "HASH"', 'data "hash"'),
            ("U8[2", "U9[2"),
            ("U8[2", "U8[0"),
            ("U8[2", "U8[-2"),
            ("bits 4", "bits 5"),
            ("length 3", "length 4"),
            ("F16[22, 2]", "F16[21, 2]"),
        )
    ),
    (verify.symbols_carry_the_module, module('module "m" resolved neural @n.f(x: text) -> text { spec "" }')),
    (verify.symbols_carry_the_module, module('module "m" resolved neural @f(x: text) -> text { spec "" }')),
    (verify.symbols_carry_the_module, module('module "m" resolved declare @std.text.f(x: text) -> text')),
    (verify.symbols_are_unique, text(CHECKED, "@mail.level(message", "@mail.urgency(message")),
    (verify.callees_are_declared, text(CHECKED, "call @lib/answers.short", "call @lib/answers.long")),
    *(
        (verify.values_are_assigned_before_use, text(LOWERED.replace("lowered", "resolved"), "BODY", body))
        for body in (
            "yield %z",
            "%0 = concat(%1) %1 = concat(%x) yield %0",
            "%0 = concat(%0) yield %0",
            "%0 = concat(%x) %0 = concat(%x) yield %0",
            "%x = concat(%y) yield %x",
            "%0 = match %x { default { %1 = concat(%x) yield %1 } } yield %1",
            "%0 = match %x { case 1 { %1 = concat(%x) yield %1 } default { yield %1 } } yield %0",
            "%0 = match %x { case 1 { %1 = concat(%x) yield %1 } default { %1 = concat(%x) yield %1 } } yield %0",
        )
    ),
    (verify.types_are_sound, typed(Labels(("a", "a")))),
    (verify.types_are_sound, typed(Labels(("only",)))),
    (verify.types_are_sound, typed(Labels(()))),
    (verify.types_are_sound, typed(List(Record(())))),
    (verify.types_are_sound, typed(Record((("a", TEXT), ("a", TEXT))))),
    (verify.types_are_sound, typed(Matching("("))),
    (verify.types_are_sound, typed(DEEP)),
    (verify.types_are_sound, typed(List(Optional(Labels(("a", "null")))))),
    (verify.parameters_are_sound, module('module "m" checked neural @m.f() -> text { spec "" }')),
    (verify.parameters_are_sound, module('module "m" checked neural @m.f("": text) -> text { spec "" }')),
    (verify.parameters_are_sound, module('module "m" checked neural @m.f(a: text, a: int) -> text { spec "" }')),
    (verify.examples_fit_parameters, text(CHECKED, '("Fire!")', '("Fire!", 1)')),
    (verify.examples_fit_parameters, text(CHECKED, '("Picnic")', "()")),
    (verify.options_are_unique, text(CHECKED, "option max_tokens = 3", "option a = 3 option a = 4")),
    *(
        (verify.options_are_possible, text(CHECKED, "option max_tokens = 3", f"option {option}"))
        for option in (
            "max_tokens = -1",
            "max_tokens = 0",
            "max_tokens = 8193",
            "max_tokens = 3.0",
            "max_tokens = true",
            'max_tokens = "3"',
            "max_tokens = null",
            f"max_tokens = {10**400}",
            "abstain = 0.5",
            "most_tokens = 3",
        )
    ),
    (verify.options_are_unique, text(COMPILED, "report steps = 60", "report a = 3 report a = 3")),
    (verify.tests_name_functions, text(CHECKED, "test @mail.urgency", "test @mail.urgent")),
    (verify.tests_name_functions, text(CHECKED, "at least 0.5", "at least 1.5")),
    (verify.functions_do_not_recur, text(CHECKED, "@lib/answers.short(%message)", "@mail.route(%message, %mails)")),
    (verify.operations_are_typed, text(CHECKED, "%3: text = ", "%3 = ")),
    *(
        (verify.operations_agree_with_types, text(CHECKED_BODY, "BODY", body))
        for body in (
            "yield %y",
            '%0: int = const "x" yield %x',
            "%0: int = call @m.n(%x) yield %x",
            "%0: int = call @m.n(%x, %x) yield %x",
            "%0: text = call @m.n(%x, %y) yield %x",
            "%0: list<int> = map[0] @m.n(%x, %y) yield %x",
            "%0: list<text> = list(%x) %1: int = map[0] @m.n(%0, %y) yield %x",
            "%0: list<text> = list(%x) %1: text = concat(%x, %0) yield %x",
            "%0: int = concat(%x, %y) yield %x",
            "%0: text = list(%x) yield %x",
            "%0: list<text> = list(%x, %y) yield %x",
            "%0: {b: text} = record(a: %x) yield %x",
            "%0: {a: text} = record(a: %x) %1: text = field %0 . b yield %x",
            "%0: {a: text} = record(a: %x) %1: int = field %0 . a yield %x",
            "%0: text = field %x . a yield %x",
            "%0: text = match %y { default { yield %y } } yield %x",
            '%0: text = match %y { case "a" { yield %x } default { yield %x } } yield %x',
            "%0: text = match %x { case null { yield %x } default { yield %x } } yield %x",
            "%0: bool = const true %1: text = match %0 { case 1 { yield %x } } yield %x",
        )
    ),
    (verify.examples_are_of_their_types, text(CHECKED, '("Fire!") -> "now"', '("Fire!") -> "soon"')),
    (verify.examples_are_of_their_types, text(CHECKED, '("Picnic") -> ', "(1) -> ")),
    (verify.entry_is_a_function, text(LINKED, "entry @mail.main", "entry @mail.other")),
    (verify.entry_is_a_function, text(LINKED, "export @mail.main", "export @mail.other")),
    (verify.entry_is_a_function, text(LINKED, "export @mail.main", "export @mail.main export @mail.main")),
    (verify.neural_functions_are_compiled, module('module "m" compiled neural @m.f(x: text) -> text { spec "" }')),
    (verify.nothing_is_left_to_link, text(LINKED, "export @mail.main", 'export @mail.main import "a" as a')),
    (verify.nothing_is_left_to_link, text(LINKED, "export @mail.main", "declare @a.f(x: text) -> text")),
    (verify.something_can_be_called, text(LINKED, "entry @mail.main\nexport @mail.main", "")),
    (
        verify.programs_share_an_interpreter,
        module(
            f'{LINKED} neural @lib.other(x: text) -> text {{ spec "" program level 0 interpreter "{"cd" * 32}" {{ }} }}'
        ),
    ),
]


@pytest.mark.parametrize(("rule", "broken"), BROKEN, ids=lambda item: getattr(item, "__name__", ""))
def test_a_rule_fires_on_a_module_that_breaks_it(rule: verify.Rule, broken: Module) -> None:
    messages = [message for message, _ in rule(broken)]
    assert messages and all(messages)
    assert [message for message, _ in verify.problems(broken)] == messages


@pytest.mark.parametrize("whole", [CHECKED, COMPILED, LINKED])
def test_sound_modules_have_no_problems(whole: str) -> None:
    assert verify.problems(module(whole)) == []


def test_every_rule_is_shown_to_fire() -> None:
    rules = [rule for rules in verify.RULES.values() for rule in rules]
    assert {rule.__name__ for rule in rules} == {rule.__name__ for rule, _ in BROKEN}


def test_every_function_that_looks_like_a_rule_is_in_the_table() -> None:
    rules = {rule for rules in verify.RULES.values() for rule in rules}
    found = {
        value
        for value in vars(verify).values()
        if getattr(value, "__annotations__", {}).get("return") == "Iterator[Problem]"
        and value.__module__ == "pawc.ir.verify"
    }
    assert found == rules
    assert all(rule.__doc__ for rule in rules)


def test_rules_of_later_stages_wait() -> None:
    assert verify.problems(text(COMPILED, "compiled", "linked")) != []
    untyped = text(CHECKED, "%3: text = ", "%3 = ")
    assert verify.problems(replace(untyped, stage="resolved")) == []


def test_an_unknown_stage_is_a_problem() -> None:
    assert verify.problems(Module(name="m", stage="done")) == [("`done` is no stage", None)]


def test_a_problem_in_text_has_its_place() -> None:
    (_, span), *_ = verify.problems(text(CHECKED, "call @lib/answers.short(", "call @lib/answers.long("))
    assert span is not None and span.source.line(span.line).strip().startswith("%4")


def test_matches_may_be_nested_as_deep_as_files_hold() -> None:
    deep = module(deep_match(verify.MAX_NESTING))
    assert verify.problems(deep) == []
    assert codec.decode(Module, canonical.loads(codec.canonical_json(deep))) == deep
