"""Syntax trees -> modules of stage `lowered`: imports, signatures, examples, tests, options, data files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pawc.base.diagnostics import PawError
from pawc.base.source import Source
from pawc.base.types import INT, TEXT, Labels, Optional, Record
from pawc.ir import verify
from pawc.ir.nodes import Import, Module, NeuralFunction, Param
from pawc.lowering.modules import lower, lower_with_errors
from pawc.syntax.parser import parse


def module(text: str, name: str = "m", root: Path = Path()) -> Module:
    return lower(parse(Source(f"{name}.paw", text)), name, root)


def codes(text: str, name: str = "m", root: Path = Path()) -> list[str]:
    with pytest.raises(PawError) as caught:
        module(text, name, root)
    return [found.code for found in caught.value.diagnostics]


def neural(text: str, root: Path = Path()) -> NeuralFunction:
    function = module(text, root=root).functions[0]
    assert isinstance(function, NeuralFunction)
    return function


def test_a_function_gets_the_symbol_of_its_file() -> None:
    found = module("type A = int?\nfn f(x: text, y: A) -> A = y", "lib/numbers")
    assert (found.name, found.stage) == ("lib/numbers", "lowered")
    assert found.functions[0].symbol == "lib/numbers.f"
    assert found.functions[0].params == (Param(name="x", type=TEXT), Param(name="y", type=Optional(INT)))
    assert found.functions[0].result == Optional(INT)


def test_imports_become_module_names_relative_to_the_root() -> None:
    text = 'import "./a.paw" import "../b.paw" as c import std.text from "sub/d.paw" import one, two as three'
    assert module(text, "lib/m").imports == (
        Import(path="lib/a", alias="a"),
        Import(path="b", alias="c"),
        Import(path="std.text", alias="text"),
        Import(path="lib/sub/d", alias=None, names=(("one", "one"), ("two", "three"))),
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('import "/a.paw"', "P0164"),
        ('import "C:/a.paw"', "P0164"),
        (r'import "a\\b.paw"', "P0164"),
        ('import "../../a.paw"', "P0209"),
        ('import "a"', "P0164"),
        ('import ""', "P0164"),
        ("import text", "P0164"),
        ("import std", "P0164"),
        ('import "my-file.paw"', "P0165"),
        ('import "match.paw"', "P0165"),
    ],
)
def test_imports_that_cannot_be_are_refused(text: str, code: str) -> None:
    assert codes(text, "lib/m") == [code]


def test_data_files_are_read_and_become_sources(tmp_path: Path) -> None:
    (tmp_path / "lib" / "data").mkdir(parents=True)
    rows = tmp_path / "lib" / "data" / "rows.csv"
    rows.write_text("input,output\na,b\n")
    text = 'fn f(x: text) -> text { spec "s" examples from "data/rows.csv" tests from "./data/rows.csv" at least 0.5 }'
    found = module(text, "lib/m", tmp_path)
    function = found.functions[0]
    assert isinstance(function, NeuralFunction)
    assert [(e.inputs, e.output) for e in function.examples] == [(("a",), "b")]
    assert [(len(suite.cases), suite.at_least) for suite in found.tests] == [(1, 0.5)]
    assert found.sources == (
        ("lib/m.paw", hashlib.sha256(text.encode()).hexdigest()),
        ("lib/data/rows.csv", hashlib.sha256(rows.read_bytes()).hexdigest()),
    )


def changing(path: Path, second: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file change right after it is read for the first time."""
    read_bytes = Path.read_bytes

    def read(self: Path) -> bytes:
        data = read_bytes(self)
        if self == path:
            self.write_bytes(second)
        return data

    monkeypatch.setattr(Path, "read_bytes", read)


def test_the_hash_of_a_data_file_is_that_of_the_rows_that_were_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = b"input,output\na,b\n"
    (tmp_path / "rows.csv").write_bytes(first)
    changing(tmp_path / "rows.csv", b"input,output\na,c\n", monkeypatch)
    found = module('fn f(x: text) -> text { spec "s" examples from "rows.csv" }', root=tmp_path)
    assert dict(found.sources)["rows.csv"] == hashlib.sha256(first).hexdigest()


def test_a_data_file_that_changes_between_two_functions_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows.csv").write_bytes(b"input,output\na,b\n")
    changing(tmp_path / "rows.csv", b"input,output\na,c\n", monkeypatch)
    text = 'fn f(x: text) -> text { spec "s" examples from "rows.csv" tests from "rows.csv" }'
    assert codes(text, root=tmp_path) == ["P0420"]


def test_data_files_outside_the_root_are_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("input,output\na,b\n")
    (tmp_path / "root").mkdir()
    text = 'fn f(x: text) -> text { spec "s" examples from "../rows.csv" }'
    assert codes(text, root=tmp_path / "root") == ["P0209"]


def test_everything_wrong_in_a_file_is_reported_in_one_go() -> None:
    assert codes("fn f(x: A) -> B = y\nfn g() -> text {}") == ["P0151", "P0151", "P0155", "P0159", "P0160"]


def test_rows_of_unknown_types_are_not_read(tmp_path: Path) -> None:
    assert codes('fn f(x: A) -> text { spec "s" examples from "no-such-file.csv" }', root=tmp_path) == ["P0151"]


def test_what_is_understood_is_there_in_spite_of_errors() -> None:
    file = parse(Source("m.paw", 'fn f(x: Missing) -> "a" | "b" = z\nfn g(x: {a: text}) -> text = x.a'))
    found, errors = lower_with_errors(file, "m", Path())
    assert [diagnostic.code for diagnostic in errors.found] == ["P0151", "P0155"]
    assert [function.symbol for function in found.functions] == ["m.f", "m.g"]
    assert found.functions[0].result == Labels(("a", "b"))
    assert found.functions[1].params[0].type == Record((("a", TEXT),))


def test_a_lowered_module_keeps_the_rules_of_its_stage(tmp_path: Path) -> None:
    text = """
        import std.text
        type Mood = "good" | "bad"
        fn mood(x: text, strict: bool) -> Mood? {
          spec "s"
          example (x: "a", strict: true) -> null
          test (x: "b", strict: false) -> "bad"
          option abstain = 0.5
        }
        fn f(xs: list<text>) -> list<Mood?> = xs |> map text.strip |> map mood(_, true)
        fn g(x: text) -> text = match mood(x, false) {
          "good" => { let y = x |> text.lower {a: y, b: [x, y]}.a },
          null => "?" ++ 1,
          _ => x,
        }
    """
    assert verify.problems(module(text, root=tmp_path)) == []
