"""Bodies of requests and of answers."""

from __future__ import annotations

import json

import pytest

from pawc.base import types
from pawc.ir.nodes import Param
from pawc.runtime.outcome import Answer, Failure
from pawc.serve.messages import Refusal, read, to_json, write

X = Param(name="x", type=types.TEXT)
INPUT = Param(name="input", type=types.TEXT)
INPUTS = Param(name="inputs", type=types.List(types.TEXT))
TONE = Param(name="tone", type=types.Optional(types.TEXT))
HI, NO = Answer("hi", "hi", (("hi", 0.75),)), Failure("P0802", "no")


def body(value: object) -> bytes:
    return json.dumps(value).encode()


def test_a_call_is_an_input_or_parameters_by_name() -> None:
    assert read(body({"input": "a"}), [X]).records == (("a",),)
    assert read(body({"x": "a"}), [X]).records == (("a",),)
    assert read(body({"input": {"x": "a", "tone": "b"}}), [X, TONE]).records == (("a", "b"),)
    assert read(body({"x": "a"}), [X, TONE]).records == (("a", None),)
    assert read(body({}), []).records == ((),)


def test_parameters_that_are_called_input_or_inputs_are_meant_by_those_names() -> None:
    assert read(body({"input": "a"}), [INPUT]).records == (("a",),)
    assert read(body({"input": "a"}), [INPUT, TONE]).records == (("a", None),)
    assert read(body({"inputs": ["a", "b"]}), [INPUTS]).records == ((["a", "b"],),)
    assert read(body({"input": ["a", "b"]}), [INPUTS]).records == ((["a", "b"],),)


def test_many_inputs_are_many_calls_and_bad_ones_are_failures_in_their_place() -> None:
    asked = read(body({"inputs": ["a", 3, {"x": "b"}]}), [X])
    assert asked.many
    assert asked.calls == [("a",), ("b",)]
    first, bad, last = asked.outcomes([HI, NO])
    assert (first, last) == (HI, NO)
    assert isinstance(bad, Failure) and bad.code == "P0953"


@pytest.mark.parametrize("given", [b"", b"{", b"nonsense", b'{"input": 1' + b"0" * 5000 + b"}", b"\xff{}", b"3"])
def test_what_asks_for_nothing_is_refused(given: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        read(given, [X])
    assert caught.value.status == 400


def test_an_answer_is_what_pawc_run_writes() -> None:
    one = read(body({"input": "a"}), [X])
    assert write(one, [HI], scores=False) == (200, {"output": "hi"})
    assert write(one, [HI], scores=True) == (200, {"output": "hi", "scores": {"hi": 0.75}})
    assert write(one, [NO], scores=True) == (422, {"error": {"code": "P0802", "message": "no"}})
    assert write(one, [Failure("P0966", "fault")], scores=False)[0] == 500
    many = read(body({"inputs": ["a", "b"]}), [X])
    status, answer = write(many, [HI, NO], scores=False)
    assert status == 200
    assert answer["results"] == [{"output": "hi"}, {"error": {"code": "P0802", "message": "no", "record": 2}}]


def test_a_body_is_always_text() -> None:
    assert to_json({"a": "ü"}) == '{"a": "ü"}'.encode()
    assert to_json({"a": "\ud800"}) == b'{"a": "?"}'
