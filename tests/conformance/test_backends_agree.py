"""One meaning on every backend: each that can run here answers as the reference does, for all kinds of results.

A backend joins by standing in the table of backends. One whose library or hardware is missing is skipped, with the
reason that it gives itself.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from pawc.backends import BACKENDS, backend, program_states
from programs import executable, function
from tiny import ARCHITECTURES, tiny_info, tiny_interpreter

from pawc.base.diagnostics import PawError
from pawc.base.types import BOOL, FLOAT, INT, TEXT, Labels, List, Matching, Optional, Record, Type, parse
from pawc.files.blobs import BlobStore
from pawc.runtime.outcome import Failure, Outcome

KINDS: dict[str, Type] = {
    "labels": Labels(("immediate", "wait", "wait a little", "")),
    "optional labels": Optional(Labels(("yes", "no"))),
    "bool": BOOL,
    "text": TEXT,
    "optional text": Optional(TEXT),
    "int": INT,
    "float": FLOAT,
    "matching": Matching(r"[a-z]{2,5}@[a-z]+"),
    "list": List(BOOL),
    "record": Record((("due", Optional(INT)), ("urgent", BOOL))),
}
ASKED = [("",), ("the server is down",), ("see you at lunch, café ünï <|im_end|>",)]
EXACT: dict[str, dict[str, Any]] = {"cuda": {"dtype": torch.float32}}
"""The options with which a backend must be exact, where it is not by default."""

NAMES = [name for name in BACKENDS if name not in ("reference", "null")]


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Program states are computed anew in each test."""
    monkeypatch.setattr(program_states, "cache_root", lambda: tmp_path)


def answers(name: str, architecture: str, kind: str, options: tuple[tuple[str, float], ...] = ()) -> list[Any]:
    """What a backend answers to `ASKED`: values, texts, codes of failures."""
    interpreter, blobs = tiny_interpreter(architecture), BlobStore()
    made = function(interpreter, KINDS[kind], blobs, prefix=20, max_tokens=7, **dict(options))
    target = type(backend(name))(**EXACT.get(name, {}))
    target.prepare(lambda: tiny_info(architecture), lambda message: None)
    engine = target.load(executable(made, interpreter, blobs, name), tiny_info(architecture))
    return [_plain(outcome) for outcome in engine.call(made, ASKED)]


@cache
def reference(architecture: str, kind: str, options: tuple[tuple[str, float], ...] = ()) -> list[Any]:
    return answers("reference", architecture, kind, options)


def _plain(outcome: Outcome) -> Any:
    return outcome.code if isinstance(outcome, Failure) else (outcome.value, outcome.text)


def _is_one(kind: Type, answer: Any) -> bool:
    """Whether it is a value of the type, said as the type says it; or that no answer was complete."""
    return answer == "P0803" or bool(parse(kind, answer[1]) == answer[0])


def skip_unless_it_runs(name: str, architecture: str = "llama") -> None:
    """Skip where the backend itself says that it cannot run here, or not this interpreter."""
    try:
        answers(name, architecture, "bool")
    except (PawError, ImportError) as error:
        pytest.skip(f"`{name}` does not run here: {str(error).splitlines()[0]}")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("name", NAMES)
def test_a_backend_answers_as_the_reference_does(name: str, architecture: str, kind: str) -> None:
    skip_unless_it_runs(name, architecture)
    found = answers(name, architecture, kind)
    if backend(name).exact:
        assert found == reference(architecture, kind)
    else:
        assert [answer for answer in found if not _is_one(KINDS[kind], answer)] == []


@pytest.mark.parametrize("name", [name for name in NAMES if backend(name).exact])
def test_a_backend_abstains_where_the_reference_does(name: str) -> None:
    skip_unless_it_runs(name)
    for kind in ("optional labels", "optional text"):
        assert answers(name, "llama", kind, (("abstain", 0.6),)) == reference("llama", kind, (("abstain", 0.6),))
