"""Records of a stream: bytes -> arguments of a function, and outcomes -> lines.

The rules a user of `pawc run` relies on:

| `--in`  | a record is                       | what it holds                                                       |
|---------|-----------------------------------|---------------------------------------------------------------------|
| `lines` | a line, without its line end      | the one argument that `--arg` does not give, as `types.parse` reads |
| `nul`   | what a NUL byte ends              | the same                                                            |
| `whole` | all of the input                  | the same                                                            |
| `jsonl` | a line of JSON                    | an object by parameter names, or the value of a single parameter    |

| `--out` | an answer is written as                                                                           |
|---------|---------------------------------------------------------------------------------------------------|
| `lines` | one line: text as it is, but with its line ends written `\\n` and `\\r`; other values as JSON. A record |
|         | that failed is an empty line, so that line n answers record n. The answer to `whole` is verbatim.  |
| `jsonl` | `{"output": value}` or `{"error": {"code": ..., "message": ..., "record": n}}`                    |
"""

from __future__ import annotations

import json
import os
import queue
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pawc.base import types
from pawc.base.source import bad_byte
from pawc.base.unicode import holds_texts
from pawc.ir.nodes import Param
from pawc.runtime.outcome import Answer, Failure, Outcome

INPUTS = ("lines", "nul", "whole", "jsonl")
OUTPUTS = ("lines", "jsonl")
CHUNK = 1 << 16


def split(chunks: Iterable[bytes], mode: str) -> Iterator[bytes]:
    """The records of a byte stream, each as soon as it is complete. A separator at the very end starts no record."""
    if mode == "whole":
        yield b"".join(chunks)
        return
    separator = b"\0" if mode == "nul" else b"\n"
    pending: list[bytes] = []  # of a record longer than a chunk: joined once, when its end is there
    for chunk in chunks:
        first, *others = chunk.split(separator)
        pending.append(first)
        for piece in others:
            yield b"".join(pending)
            pending = [piece]
    if last := b"".join(pending):
        yield last


def read_chunks(descriptor: int) -> Iterator[bytes]:
    """What a file descriptor gives, as soon as there is any."""
    while chunk := os.read(descriptor, CHUNK):
        yield chunk


def arrivals(records: Iterable[bytes], ahead: int) -> Iterator[bytes | None]:
    """The records, and a None wherever the next one is not there yet and has to be waited for.

    A thread reads at most `ahead` records ahead: a line typed is there at once, a file is read while what came
    before it runs, and what is held in memory does not depend on how much is read in all.
    """
    waiting: queue.Queue[bytes | BaseException | None] = queue.Queue(maxsize=ahead)

    def read() -> None:
        try:
            for record in records:
                waiting.put(record)
        except Exception as error:  # raised again where the records are consumed
            waiting.put(error)
        waiting.put(None)

    threading.Thread(target=read, daemon=True, name="reader").start()
    while True:
        try:
            item = waiting.get_nowait()
        except queue.Empty:
            yield None
            item = waiting.get()
        if item is None:
            return
        if isinstance(item, BaseException):
            raise item
        yield item


@dataclass(frozen=True)
class Decoder:
    """Records -> arguments of a function with `params`, some of which are `fixed` (`--arg name=value`)."""

    params: tuple[Param, ...]
    mode: str = "lines"
    fixed: Mapping[str, Any] | None = None

    @property
    def open(self) -> tuple[Param, ...]:
        """The parameters that each record gives."""
        return tuple(p for p in self.params if p.name not in (self.fixed or {}))

    def arguments(self, record: bytes) -> tuple[Any, ...] | Failure:
        """The arguments a record stands for, or why it stands for none."""
        try:
            text = record.decode()
        except UnicodeDecodeError as error:
            return Failure("P0951", f"the record is not UTF-8: {bad_byte(error)}")
        if self.mode == "jsonl":
            try:
                value = json.loads(text)
            except (ValueError, RecursionError) as error:
                return Failure("P0952", f"the record is not JSON: {error}")
            return arguments(self.params, value, self.fixed or {})
        if self.mode == "lines":
            text = text.removesuffix("\r")
        (param,) = self.open
        try:
            return _ordered(self.params, {param.name: types.parse(param.type, text)}, self.fixed or {})
        except ValueError as error:
            return Failure("P0953", f"`{param.name}`: {error}")


def arguments(
    params: Sequence[Param], value: Any, fixed: Mapping[str, Any] | None = None, *, by_name: bool = False
) -> tuple[Any, ...] | Failure:
    """The arguments that one Python (or JSON) value stands for: an object by parameter names, or the single argument.

    A single parameter that is itself a record takes an object as it is where that fits, unless the value is `by_name`.
    """
    try:
        return _arguments(params, value, fixed or {}, by_name)
    except RecursionError:  # what JSON's reader can just nest, its writer and the types' rules cannot
        return Failure("P0952", "the record is nested too deeply")


def _arguments(
    params: Sequence[Param], value: Any, fixed: Mapping[str, Any], by_name: bool
) -> tuple[Any, ...] | Failure:
    unset = [p for p in params if p.name not in fixed]
    if len(unset) == 1 and not by_name:
        if (why := types.mismatch(unset[0].type, value)) is None:
            return _ordered(params, {unset[0].name: value}, fixed)
        if not isinstance(value, dict):
            return Failure("P0953", f"`{unset[0].name}`: {why}")
        if set(value) == {"input"}:
            value = {unset[0].name: value["input"]}
    if not isinstance(value, dict):
        return Failure("P0953", f"the record must be an object with {', '.join(p.name for p in unset) or 'no fields'}")
    known = {p.name: p for p in unset}
    for name in value:
        if name not in known:
            return Failure("P0953", f"there is no parameter `{name[:100]}`; there is {', '.join(known) or 'none'}")
    for name, param in known.items():
        if name not in value and not isinstance(param.type, types.Optional):
            return Failure("P0953", f"`{name}` is missing")
        if why := types.mismatch(param.type, value.get(name)):
            return Failure("P0953", f"`{name}`: {why}")
    return _ordered(params, value, fixed)


def _ordered(params: Sequence[Param], given: Mapping[str, Any], fixed: Mapping[str, Any]) -> tuple[Any, ...] | Failure:
    values = tuple((fixed if p.name in fixed else given).get(p.name) for p in params)
    if not holds_texts(values):
        return Failure("P0951", "the record has half of a surrogate pair, which is no text")
    return values


def encode(outcome: Outcome, number: int, result: types.Type, mode: str, extra: Mapping[str, Any] | None = None) -> str:
    """What is written for the outcome of record `number` (from 1), without the line end. `extra`: more jsonl fields."""
    if mode == "jsonl":
        return json.dumps(fields(outcome, number) | dict(extra or {}), ensure_ascii=False)
    if isinstance(outcome, Failure):
        return ""
    return types.render(result, outcome.value).replace("\r", "\\r").replace("\n", "\\n")


def fields(outcome: Outcome, number: int) -> dict[str, Any]:
    """The outcome of record `number` as JSON has it."""
    if isinstance(outcome, Answer):
        return {"output": outcome.value}
    return {"error": {"code": outcome.code, "message": outcome.message, "record": number}}


def describe(failure: Failure, number: int) -> str:
    """A failure as stderr shows it."""
    return f"record {number}: error[{failure.code}]: {failure.message}"
