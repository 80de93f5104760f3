"""The standard library's table: symbols, signatures, documentation."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pawc import std
from pawc.base.types import BOOL, FLOAT, INT, TEXT, Labels, List, Matching, Optional, Record, Type
from pawc.std import Builtin, Error
from pawc.std.docs import examples, markdown

EVERY = [function for module in std.modules() for function in std.functions(module)]
AB, C = Labels(("a", "b")), Labels(("c",))


def signature(symbol: str, *args: Type) -> Type:
    function = std.lookup(f"std.{symbol}")
    assert function is not None
    return function.signature(args)


def test_a_symbol_is_looked_up_in_its_module() -> None:
    function = std.lookup("std.text.strip")
    assert function is not None
    assert function.call("  a ") == "a"
    assert str(function) == "text.strip(text: text) -> text"


@pytest.mark.parametrize("symbol", ["std.text.nope", "std.nope.strip", "text.strip", "strip", "std.text._quoted", ""])
def test_what_is_no_library_function_is_not_found(symbol: str) -> None:
    assert std.lookup(symbol) is None


def test_every_module_has_functions() -> None:
    assert all(std.functions(module) for module in std.modules())


@pytest.mark.parametrize(
    ("symbol", "args", "result"),
    [
        ("text.strip", [AB], TEXT),
        ("text.join", [List(Matching("a+")), TEXT], TEXT),
        ("list.first", [List(INT)], INT),
        ("list.sort", [List(AB)], List(AB)),
        ("list.append", [List(INT), FLOAT], List(FLOAT)),
        ("list.append", [List(AB), C], List(TEXT)),
        ("list.append", [List(INT), Optional(INT)], List(Optional(INT))),
        ("list.concat", [List(Optional(AB)), List(TEXT)], List(Optional(TEXT))),
        ("list.flatten", [List(List(BOOL))], List(BOOL)),
        ("list.without_nulls", [List(Optional(TEXT))], List(TEXT)),
        ("list.index_of", [List(TEXT), TEXT], Optional(INT)),
        ("math.add", [INT, INT], INT),
        ("math.add", [INT, FLOAT], FLOAT),
        ("math.div", [INT, INT], FLOAT),
        ("option.or_else", [Optional(TEXT), AB], TEXT),
        ("option.or_else", [Optional(AB), AB], AB),
        ("json.get", [TEXT, TEXT], Optional(TEXT)),
        ("json.format", [Record((("a", INT),))], TEXT),
    ],
)
def test_the_type_of_a_result_follows_from_the_types_of_the_arguments(
    symbol: str, args: list[Type], result: Type
) -> None:
    assert signature(symbol, *args) == result


@pytest.mark.parametrize(
    ("symbol", "args", "message"),
    [
        ("text.strip", [], "`text.strip` takes 1 argument, not 0"),
        ("text.join", [TEXT], "`text.join` takes 2 arguments, not 1"),
        ("text.strip", [INT], "argument `text` is of type `int`, expected `text`"),
        ("text.strip", [Optional(TEXT)], "argument `text` is of type `text?`, expected `text`"),
        ("list.first", [TEXT], "argument `items` is of type `text`, expected `list<T>`"),
        ("list.append", [List(INT), TEXT], "argument `item` is of type `text`, expected `T`"),
        (
            "list.sort",
            [List(List(INT))],
            "argument `items` is of type `list<list<int>>`, expected `list<S>`, "
            "where `S` is `text`, `int`, `float` or `bool`",
        ),
        ("math.add", [INT, BOOL], "argument `b` is of type `bool`, expected `N`, where `N` is `int` or `float`"),
    ],
)
def test_arguments_that_do_not_fit_are_refused_with_the_reason(symbol: str, args: list[Type], message: str) -> None:
    with pytest.raises(ValueError) as error:
        signature(symbol, *args)
    assert str(error.value) == message


@pytest.mark.parametrize("function", EVERY, ids=lambda f: f.symbol)
def test_every_function_is_documented_with_examples_that_hold(function: Builtin) -> None:
    found = examples(function.doc)
    assert found, "no example"
    for name, args, expected in found:
        assert name == function.symbol.rpartition(".")[2]
        value = function.call(*json.loads(f"[{args}]"))
        if expected == "error":
            assert isinstance(value, Error)
            assert function.fallible
        else:
            assert json.dumps(value) == json.dumps(json.loads(expected))


def test_the_reference_page_is_fresh() -> None:
    page = Path(__file__).parents[2] / "docs" / "std.md"
    assert page.read_text("utf-8") == markdown(), "run: python -m pawc.std.docs > docs/std.md"


def test_the_library_is_loaded_without_heavy_modules() -> None:
    loaded = "import sys; from pawc import std; [std.functions(m) for m in std.modules()]; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", loaded], check=True, capture_output=True, text=True).stdout.split()
    assert not {"torch", "numpy", "transformers", "regex"} & set(modules)


@pytest.mark.parametrize("name", ["matches", "contains", "find", "find_all", "split"])
def test_a_pattern_that_explodes_is_an_error_after_a_moment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pawc.std.re.TIME_LIMIT", 0.2)
    function = std.lookup(f"std.re.{name}")
    assert function is not None
    started = time.monotonic()
    answer = function.call("a" * 40 + "!", "(a|a)+b")
    assert answer == Error("the pattern took longer than 0.2 s on this text")
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("symbol", "args"),
    [
        ("text.repeat", ["ab", 10**12]),
        ("text.replace", ["a" * 10**5, "a", "b" * 10**5]),
        ("text.join", [["a" * 10**6] * 20, ""]),
        ("re.replace", ["a" * 10**4, "a", "b" * 10**4]),
        ("list.range", [0, 10**12]),
        ("math.mul", [10**900, 10**900]),
        ("math.mul", [1e300, 1e300]),
        ("math.mul", [10**900, 1.5]),
        ("math.div", [10**900, 0.5]),
        ("json.parse", ["[" * 10**5]),
        ("json.parse", ["9" * 10**5]),
        ("json.indent", ["[" * 500 + "[" + "1," * 10**5 + "1]" + "]" * 500]),
        ("time.format_date", ["2026-11-22", "%A" * 10**7]),
        ("re.contains", ["a", "(?V0)(?V1)a"]),
        ("json.parse", ["1e999"]),
        ("json.parse", ['"\\ud800"']),
        ("text.to_int", ["9" * 10**5]),
        ("time.add_days", ["2026-11-22", 10**30]),
        ("time.add_months", ["2026-11-22", 10**30]),
        ("re.find", ["a", "(?R)" * 3]),
    ],
)
def test_what_would_fill_the_memory_or_cannot_be_written_is_an_error(symbol: str, args: list[object]) -> None:
    function = std.lookup(f"std.{symbol}")
    assert function is not None
    assert isinstance(function.call(*args), Error)
