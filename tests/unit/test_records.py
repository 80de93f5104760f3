from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pawc.base import types
from pawc.driver.records import Decoder, arguments, arrivals, describe, encode, read_chunks, split
from pawc.ir.nodes import Param
from pawc.runtime.outcome import Answer, Failure

MESSAGE = Param(name="message", type=types.TEXT)
LEVEL = Param(name="level", type=types.INT)
DUE = Param(name="due", type=types.Optional(types.TEXT))


@given(st.lists(st.binary().map(lambda b: b.replace(b"\n", b"")), min_size=1), st.integers(1, 9))
def test_records_do_not_depend_on_how_the_stream_is_cut_into_chunks(lines: list[bytes], size: int) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    chunks = [stream[i : i + size] for i in range(0, len(stream), size)]
    assert list(split(chunks, "lines")) == lines


@pytest.mark.parametrize(
    ("mode", "stream", "records"),
    [
        ("lines", b"a\n\nb", [b"a", b"", b"b"]),
        ("lines", b"", []),
        ("nul", b"a\nb\0c\0", [b"a\nb", b"c"]),
        ("whole", b"a\nb\n", [b"a\nb\n"]),
        ("whole", b"", [b""]),
        ("jsonl", b'"a"\n{}\n', [b'"a"', b"{}"]),
    ],
)
def test_the_mode_says_what_a_record_is(mode: str, stream: bytes, records: list[bytes]) -> None:
    assert list(split([stream] if stream else [], mode)) == records


def test_records_arrive_in_order() -> None:
    records = [b"%d" % i for i in range(100)]
    assert [record for record in arrivals(iter(records), 8) if record is not None] == records


def test_a_line_typed_is_handed_on_before_the_next_one_comes() -> None:
    reading, writing = os.pipe()
    stream = arrivals(split(read_chunks(reading), "lines"), 32)
    assert next(stream) is None
    os.write(writing, b"one\n")
    assert next(stream) == b"one"
    assert next(stream) is None
    os.write(writing, b"two\n")
    assert next(stream) == b"two"
    os.close(writing)
    assert [record for record in stream if record is not None] == []
    os.close(reading)


def test_no_more_is_read_ahead_than_asked_for() -> None:
    taken: list[int] = []

    def endless() -> Iterator[bytes]:
        for i in range(10_000):
            taken.append(i)
            yield b"%d" % i

    stream = arrivals(endless(), 4)
    assert next(record for record in stream if record is not None) == b"0"
    deadline = time.monotonic() + 0.2
    while time.monotonic() < deadline and len(taken) < 20:
        time.sleep(0.01)
    assert len(taken) <= 1 + 4 + 1  # what was handed on, what waits, what the thread holds


def test_an_error_of_the_stream_is_raised_after_the_records_before_it() -> None:
    def broken() -> Iterator[bytes]:
        yield b"one"
        raise OSError("gone")

    found = []
    with pytest.raises(OSError, match="gone"):
        for record in arrivals(broken(), 4):
            found.append(record)
    assert [record for record in found if record is not None] == [b"one"]


@pytest.mark.parametrize(
    ("decoder", "record", "values"),
    [
        (Decoder((MESSAGE,)), b"hi \r", ("hi ",)),
        (Decoder((MESSAGE,), "nul"), b"hi\r", ("hi\r",)),
        (Decoder((LEVEL,)), b"7", (7,)),
        (Decoder((MESSAGE, LEVEL), fixed={"level": 3}), b"hi", ("hi", 3)),
        (Decoder((LEVEL, MESSAGE), fixed={"level": 3}), b"hi", (3, "hi")),
        (Decoder((MESSAGE,), "jsonl"), b'"hi"', ("hi",)),
        (Decoder((MESSAGE,), "jsonl"), b'{"input": "hi"}', ("hi",)),
        (Decoder((MESSAGE,), "jsonl"), b'{"message": "hi"}', ("hi",)),
        (Decoder((MESSAGE, DUE), "jsonl"), b'{"message": "hi"}', ("hi", None)),
        (Decoder((MESSAGE, LEVEL), "jsonl", {"level": 3}), b'"hi"', ("hi", 3)),
    ],
)
def test_a_record_becomes_arguments_in_the_order_of_the_parameters(
    decoder: Decoder, record: bytes, values: tuple[object, ...]
) -> None:
    assert decoder.arguments(record) == values


@pytest.mark.parametrize(
    ("decoder", "record", "code", "message"),
    [
        (Decoder((MESSAGE,)), b"caf\xe9!", "P0951", "byte 4 is 0xe9"),
        (Decoder((MESSAGE,), "jsonl"), b"{", "P0952", "not JSON"),
        (Decoder((MESSAGE,), "jsonl"), b"[" * 100_000, "P0952", "not JSON"),
        (Decoder((MESSAGE,), "jsonl"), b'"\\ud800"', "P0951", "half of a surrogate pair"),
        (Decoder((LEVEL,)), b"seven", "P0953", "`level`: not of type `int`"),
        (Decoder((MESSAGE,), "jsonl"), b"7", "P0953", "`message`: not of type `text`: 7"),
        (Decoder((MESSAGE, LEVEL), "jsonl"), b"7", "P0953", "an object with message, level"),
        (Decoder((MESSAGE, LEVEL), "jsonl"), b'{"message": "hi"}', "P0953", "`level` is missing"),
        (Decoder((MESSAGE,), "jsonl"), b'{"massage": "hi"}', "P0953", "no parameter `massage`"),
        (Decoder((MESSAGE, LEVEL), "jsonl"), b'{"message": "hi", "level": "x"}', "P0953", "`level`: not of type `int`"),
    ],
)
def test_a_record_that_fits_no_parameters_is_a_failure_that_says_why(
    decoder: Decoder, record: bytes, code: str, message: str
) -> None:
    failure = decoder.arguments(record)
    assert isinstance(failure, Failure)
    assert failure.code == code
    assert message in failure.message


def test_a_record_parameter_takes_an_object_as_it_is() -> None:
    ticket = Param(name="ticket", type=types.Record((("level", types.INT),)))
    assert arguments((ticket,), {"level": 1}) == ({"level": 1},)
    assert arguments((ticket,), {"ticket": {"level": 1}}) == ({"level": 1},)


def test_an_answer_takes_exactly_one_line() -> None:
    assert encode(Answer("a\nb\r\\n", "a\nb"), 1, types.TEXT, "lines") == "a\\nb\\r\\n"
    assert encode(Answer([1, 2], "[1, 2]"), 1, types.List(types.INT), "lines") == "[1, 2]"
    assert encode(Answer(None, "null"), 1, types.Optional(types.TEXT), "lines") == "null"


def test_jsonl_keeps_every_character_and_names_the_record_of_an_error() -> None:
    line = encode(Answer("a\nü", "a\nü"), 1, types.TEXT, "jsonl", {"scores": {"x": 0.5}})
    assert json.loads(line) == {"output": "a\nü", "scores": {"x": 0.5}}
    assert "\n" not in line
    failed = Failure("P0953", "no")
    assert json.loads(encode(failed, 7, types.TEXT, "jsonl"))["error"] == {
        "code": "P0953",
        "message": "no",
        "record": 7,
    }
    assert encode(failed, 7, types.TEXT, "lines") == ""
    assert describe(failed, 7) == "record 7: error[P0953]: no"


@pytest.mark.parametrize("depth", range(900, 1000, 5))
@pytest.mark.parametrize("param", [MESSAGE, DUE, Param(name="x", type=types.List(types.INT))], ids=str)
def test_a_record_however_deep_it_nests_is_refused_and_no_more(depth: int, param: Param) -> None:
    found = Decoder((param,), mode="jsonl").arguments(b"[" * depth + b"]" * depth)
    assert isinstance(found, Failure)
    assert found.code in ("P0952", "P0953")
    assert len(found.message) < 400


@pytest.mark.parametrize("value", ["x" * 10_000, ["x" * 10_000], list(range(10_000)), {"a" * 10_000: 1}])
def test_a_value_that_does_not_fit_is_quoted_in_part(value: object) -> None:
    found = arguments((LEVEL,), [value])
    assert isinstance(found, Failure)
    assert len(found.message) < 400
    assert found.message.endswith("...")
