from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from tiny import tiny_info

import pawc
from pawc.base.diagnostics import PawError

EXAMPLES = [(f"message {i}", "yes" if i % 2 else "no") for i in range(8)]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of our own, with tiny interpreters in it."""
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / "interpreters").symlink_to(tiny_info().folder.parent)
    monkeypatch.setenv("PAWC_CACHE_DIR", str(folder))
    return folder


def test_importing_the_package_imports_nothing_else() -> None:
    script = "import sys, pawc; print([name for name in sys.modules if name.startswith('pawc.') or name == 'torch'])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_public_name_is_there() -> None:
    assert all(hasattr(pawc, name) for name in pawc.__all__)
    assert dir(pawc) == sorted(pawc.__all__)
    with pytest.raises(AttributeError):
        pawc.nothing  # noqa: B018


def test_the_version_is_that_of_the_distribution() -> None:
    assert pawc.__version__ == version("pawc")


def test_a_specification_becomes_a_program_that_can_be_dumped_and_loaded(tmp_path: Path) -> None:
    odd = pawc.compile(
        "Odd?", EXAMPLES, name="odd", output=["yes", "no"], options={"steps": 2}, interpreter="tiny-llama", quiet=True
    )
    assert odd.executable.module.neural[0].program.level == 2  # type: ignore[union-attr]
    answers = odd.map([f"message {i}" for i in range(20)])
    assert set(answers) <= {"yes", "no"}
    odd.dump(tmp_path / "odd.pawx")
    again = pawc.load(tmp_path / "odd.pawx")
    assert again.map([f"message {i}" for i in range(20)]) == answers
    function = pawc.function(tmp_path / "odd.pawx", "odd")
    assert [function(f"message {i}") for i in range(3)] == answers[:3]
    assert function.scores("message 1").keys() == {"yes", "no"}


def test_several_parameters_are_given_by_name() -> None:
    reply = pawc.compile(
        "Reply.",
        [({"tone": "kind", "times": 2}, 1)],
        input={"tone": "text", "times": "int"},
        output="int",
        options={"max_tokens": 4},
        interpreter="tiny-llama",
        quiet=True,
    )
    assert reply.entry.signature == "(tone: text, times: int) -> int"


def test_the_same_call_again_compiles_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    for source in ("", "; from the cache"):
        pawc.compile("Odd?", EXAMPLES[:2], output=["yes", "no"], interpreter="tiny-llama")
        assert capsys.readouterr().err == f"main.main: -O0, 2 examples{source}\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"examples": [("a", 1)]}, "P0401"),
        ({"examples": [("a", object())]}, "P0401"),
        ({"examples": [(1, "a")]}, "P0953"),
        ({"output": "txt"}, "P0"),
        ({"name": "not a name"}, "P0956"),
        ({"name": "_private"}, "P0956"),
        ({"name": "fn"}, "P0113"),
        ({"input": {"not a name": "text"}}, "P0956"),
        ({"options": {"max_tokns": 3}}, "P04"),
        ({"level": 1}, "P1001"),
    ],
)
def test_what_cannot_be_compiled_is_refused_with_a_code(arguments: dict[str, object], code: str) -> None:
    with pytest.raises(PawError) as caught:
        pawc.compile("Odd?", interpreter="tiny-llama", quiet=True, **arguments)  # type: ignore[arg-type]
    assert caught.value.diagnostics[0].code.startswith(code)


@pytest.mark.parametrize(("spec", "code"), [("", "P0160"), ("   ", "P0160"), ("\ud800", "P0111"), (None, "P0956")])
def test_a_specification_is_held_to_what_a_source_is(spec: str, code: str) -> None:
    with pytest.raises(PawError) as caught:
        pawc.compile(spec, interpreter="tiny-llama", quiet=True)
    assert caught.value.diagnostics[0].code == code


def test_a_specification_may_hold_whatever_a_text_can() -> None:
    spec = ' A "quoted"\\n\ttext\r\n of {lines} \\u{41} é '
    made = pawc.compile(spec, interpreter="tiny-llama", quiet=True)
    assert made.executable.module.neural[0].spec == spec


@pytest.mark.parametrize(
    ("examples", "words"),
    [
        ([("a", "b"), ("a", "b", "c")], "`examples[1]` must be a pair of an input and an output, not ('a', 'b', 'c')"),
        (["ab"], "`examples[0]` must be a pair of an input and an output, not 'ab'"),
        ({"a": "b"}, "`examples[0]` must be a pair"),
        ([("a", "b"), (1, "b")], "`examples[1]`, (1, 'b'): `input`: not of type `text`"),
        ([("a", "b"), ("a", 1)], "`examples[1]`, ('a', 1): the output is not of type `text`"),
    ],
)
def test_an_example_that_is_none_is_named(examples: Any, words: str) -> None:
    with pytest.raises(PawError) as caught:
        pawc.compile("Odd?", examples, interpreter="tiny-llama", quiet=True)
    assert words in caught.value.diagnostics[0].message


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"level": 7}, "`level` must be 0 to 3, not 7"),
        ({"level": "2"}, "`level` must be 0 to 3, not '2'"),
        ({"bits": 5}, "`bits` must be one of 16, 8, 6, 4, not 5"),
        ({"seed": -1}, "`seed` must be 0 to 4294967295, not -1"),
        ({"seed": "x"}, "`seed` must be 0 to 4294967295, not 'x'"),
    ],
)
def test_a_number_out_of_its_range_is_named_as_the_argument_it_is(options: dict[str, Any], words: str) -> None:
    for wrong in (lambda: pawc.compile("Odd?", quiet=True, **options), lambda: pawc.Options(**options)):
        with pytest.raises(PawError) as caught:
            wrong()
        assert (caught.value.diagnostics[0].code, caught.value.diagnostics[0].message) == ("P0956", words)


def test_a_target_that_is_not_there_is_told_with_all_that_are() -> None:
    with pytest.raises(PawError) as caught:
        pawc.Options(target="gpu")
    assert caught.value.diagnostics[0].help.startswith("did you mean `cpu`? there are cpu, cuda, native")


def test_a_source_is_built_when_it_is_loaded(tmp_path: Path) -> None:
    source = tmp_path / "x.paw"
    source.write_text("fn main(x: text) -> text = x ++ x\n")
    assert pawc.load(source)("ab") == "abab"
    source.write_text('fn main(x: text) -> text = x ++ "!"\n')
    assert pawc.load(source)("ab") == "ab!"
    assert sorted(path.name for path in tmp_path.glob("*.paw*")) == ["x.paw"]
