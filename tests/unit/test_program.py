from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pawc.base import types
from pawc.base.diagnostics import PawError
from pawc.driver.program import Program
from pawc.files.blobs import BlobStore
from pawc.files.executable import Executable
from pawc.ir.nodes import Block, Call, ComposedFunction, Concat, Module, NeuralFunction, Param
from pawc.ir.nodes import Program as Compiled
from pawc.runtime.outcome import Answer, Failure, Outcome

LABEL = types.Labels(("long", "short"))
X = Param(name="x", type=types.TEXT)


class Lengths:
    """An engine that answers by the length of the input, and fails for an empty one."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def call(self, function: NeuralFunction, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
        self.batches.append(len(batch))
        return [self._one(text) for (text,) in batch]

    def _one(self, text: str) -> Outcome:
        if not text:
            return Failure("P0802", "nothing to read")
        share = min(len(text), 10) / 10
        label = "long" if share > 0.5 else "short"
        return Answer(label, label, (("long", share), ("short", 1 - share)))


def program(engine: Lengths, entry: str | None = "m.size") -> Program:
    """A program of a neural function, a composed one over it, and one of two parameters."""
    compiled = Compiled(level=0, interpreter="0" * 64, tokens=(1,))
    size = NeuralFunction(symbol="m.size", params=(X,), result=LABEL, spec="How long?", program=compiled)
    call = Call(result="0", type=LABEL, callee="m.size", args=("x",))
    twice = Concat(result="1", type=types.TEXT, args=("0", "0"))
    body = Block(operations=(call, twice), result="1")
    both = ComposedFunction(symbol="m.both", params=(X,), result=types.TEXT, body=body)
    y = Param(name="y", type=types.Optional(types.TEXT))
    first = ComposedFunction(
        symbol="lib/a.first", params=(X, y), result=types.TEXT, body=Block(operations=(), result="x")
    )
    other = ComposedFunction(
        symbol="lib/b.first", params=(X,), result=types.TEXT, body=Block(operations=(), result="x")
    )
    exports = ("m.size", "m.both", "lib/a.first", "lib/b.first")
    module = Module(name="m", stage="linked", functions=(size, both, first, other), entry=entry, exports=exports)
    interpreter = {"name": "none", "sha256": "0" * 64, "tokenizer_sha256": "0" * 64, "layout_sha256": "0" * 64}
    return Program(Executable.build(module, BlobStore(), target="cpu", interpreter=interpreter), engine)


def test_a_program_is_called_like_its_entry() -> None:
    found = program(Lengths())
    assert found("hi") == found.entry("hi") == found(x="hi") == found({"x": "hi"}) == "short"


def test_functions_are_reached_by_name_or_by_symbol() -> None:
    found = program(Lengths())
    assert found["both"]("hi") == found["m.both"]("hi") == "shortshort"
    assert sorted(found.functions) == ["both", "lib/a.first", "lib/b.first", "size"]
    assert repr(found["size"]) == '<function size(x: text) -> "long" | "short">'


def test_map_answers_in_order_and_in_batches() -> None:
    engine = Lengths()
    inputs = ["a" * (i % 10 + 1) + str(i) for i in range(40)]
    assert program(engine).map(inputs, batch=16) == ["long" if len(text) > 5 else "short" for text in inputs]
    assert engine.batches == [16, 16, 8]


@pytest.mark.parametrize("single", ["pear", b"pear", {"message": "pear"}])
def test_a_single_input_is_not_taken_for_many(single: object) -> None:
    with pytest.raises(TypeError, match="call the program for a single one"):
        program(Lengths()).map(single)  # type: ignore[arg-type]


def test_map_raises_the_first_failure_or_returns_all_of_them() -> None:
    found = program(Lengths())
    with pytest.raises(PawError, match=r"(?s)error\[P0802\]: nothing to read.*input 2"):
        found.map(["a", "", "b"])
    assert found.map(["a", "", 3], errors="return")[:2] == ["short", Failure("P0802", "nothing to read")]


def test_scores_are_those_of_the_labels() -> None:
    found = program(Lengths())
    assert found.scores("hi") == {"long": 0.2, "short": 0.8}
    with pytest.raises(PawError, match="P0955"):
        found["both"].scores("hi")


@pytest.mark.parametrize(
    ("args", "named", "message"),
    [
        (("a", None, "c"), {}, "takes 2 arguments, not 3"),
        (("a",), {"x": "b"}, "`x` is given twice"),
        ((), {}, "`x` is missing"),
        (("a",), {"z": 1}, "no parameter `z`"),
        ((1, None), {}, "`x`: not of type `text`"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(args: tuple[Any, ...], named: dict[str, Any], message: str) -> None:
    with pytest.raises(PawError, match=message):
        program(Lengths())["lib/a.first"](*args, **named)


def test_a_parameter_that_may_be_null_may_be_left_out() -> None:
    first = program(Lengths())["lib/a.first"]
    assert first("a") == first("a", "b") == first(x="a", y=None) == first({"x": "a"}) == "a"


def test_a_name_that_is_not_there_or_ambiguous_is_refused() -> None:
    found = program(Lengths())
    with pytest.raises(PawError, match="did you mean `size`"):
        found["siez"]
    with pytest.raises(PawError, match=r"say lib/a\.first or lib/b\.first"):
        found["first"]
    with pytest.raises(PawError, match="the program has no entry"):
        program(Lengths(), entry=None)("hi")


def test_a_dumped_program_is_the_same_program(tmp_path: Path) -> None:
    found = program(Lengths())
    found.dump(tmp_path / "x.pawx")
    again = Executable.load(tmp_path / "x.pawx")
    assert (again.module, again.manifest) == (found.executable.module, found.executable.manifest)
