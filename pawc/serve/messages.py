"""Bodies of requests -> the arguments of calls, and their outcomes -> bodies of answers.

| a body                     | means                                               | is answered with               |
|----------------------------|-----------------------------------------------------|--------------------------------|
| `{"input": value}`         | one call: as a record of `pawc run --json`          | `{"output": ...}`, or          |
|                            |                                                     | `{"error": {...}}`             |
| `{"message": ..., ...}`    | one call: parameters by name                        | the same                       |
| `{"inputs": [value, ...]}` | many calls                                          | `{"results": [...]}`, in order |
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pawc.base.source import bad_byte
from pawc.driver.records import arguments, fields
from pawc.ir.nodes import Param
from pawc.runtime.outcome import Answer, Failure, Outcome

STATUS = {"P0965": 504, "P0966": 500}
"""The status of an answer that is one failure; of all other codes it is 422: the call was understood."""


class Refusal(Exception):
    """A request that is not carried out: the status to answer with, and why."""

    def __init__(self, status: int, code: str, message: str, help: str = "", **headers: str) -> None:
        super().__init__(message)
        self.status, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}
        self.error = {"code": code, "message": message} | ({"help": help} if help else {})


@dataclass(frozen=True)
class Asked:
    """The calls that a body asks for: arguments of each, or why an input stands for none."""

    records: tuple[tuple[Any, ...] | Failure, ...]
    many: bool

    @property
    def calls(self) -> list[tuple[Any, ...]]:
        """The records that are calls."""
        return [record for record in self.records if not isinstance(record, Failure)]

    def outcomes(self, answers: Sequence[Outcome]) -> list[Outcome]:
        """The outcome of every record, from those of `calls`."""
        coming = iter(answers)
        return [record if isinstance(record, Failure) else next(coming) for record in self.records]


def read(body: bytes, params: Sequence[Param]) -> Asked:
    """What a body asks of a function with these parameters; Refusal if it asks for nothing at all."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Refusal(400, "P0951", f"the body is not UTF-8: {bad_byte(error)}") from None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "P0952", f"the body is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise Refusal(400, "P0961", "the body is not an object", 'write {"input": ...} or {"inputs": [...]}')
    names = {param.name for param in params}
    if value.keys() == {"inputs"} and "inputs" not in names:
        if not isinstance(value["inputs"], list):
            raise Refusal(400, "P0961", "`inputs` is not a list", 'for one input write {"input": ...}')
        return Asked(tuple(arguments(params, item) for item in value["inputs"]), many=True)
    if value.keys() == {"input"} and (len(params) == 1 or "input" not in names):
        return Asked((arguments(params, value["input"]),), many=False)
    return Asked((arguments(params, value, by_name=True),), many=False)


def write(asked: Asked, outcomes: Sequence[Outcome], *, scores: bool) -> tuple[int, dict[str, Any]]:
    """The status and the body that answer a request."""
    results = [_result(outcome, number, scores) for number, outcome in enumerate(outcomes, 1)]
    if asked.many:
        return 200, {"results": results}
    (outcome,), (result,) = outcomes, results
    if not isinstance(outcome, Failure):
        return 200, result
    del result["error"]["record"]  # there is but one
    return STATUS.get(outcome.code, 422), result


def to_json(value: Mapping[str, Any]) -> bytes:
    """A body as bytes. Half a surrogate pair, which a message may quote from a request, becomes `?`."""
    return json.dumps(value, ensure_ascii=False).encode(errors="replace")


def _result(outcome: Outcome, number: int, scores: bool) -> dict[str, Any]:
    result = fields(outcome, number)
    if scores and isinstance(outcome, Answer) and outcome.scores is not None:
        result["scores"] = dict(outcome.scores)
    return result
