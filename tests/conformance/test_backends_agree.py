"""One meaning on every backend: each that can run here answers as the reference does, for all kinds of results.

A backend joins by standing in the table of backends. One whose library or hardware is missing is skipped, with the
reason that it gives itself.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pawc.backends import BACKENDS, backend, program_states
from programs import executable, function
from tiny import ARCHITECTURES, tiny_info, tiny_interpreter

from pawc.base.diagnostics import PawError
from pawc.base.types import BOOL, FLOAT, INT, TEXT, Labels, List, Matching, Optional, Record, Type
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
NAMES = [name for name in BACKENDS if name not in ("reference", "null")]


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Program states are computed anew in each test."""
    monkeypatch.setattr(program_states, "cache_root", lambda: tmp_path)


def answers(name: str, architecture: str, kind: str, options: tuple[tuple[str, float], ...] = ()) -> list[Any]:
    """What a backend answers to `ASKED`: values, texts, codes of failures."""
    interpreter, blobs = tiny_interpreter(architecture), BlobStore()
    made = function(interpreter, KINDS[kind], blobs, prefix=20, max_tokens=7, **dict(options))
    engine = backend(name).load(executable(made, interpreter, blobs), tiny_info(architecture))
    return [_plain(outcome) for outcome in engine.call(made, ASKED)]


@cache
def reference(architecture: str, kind: str, options: tuple[tuple[str, float], ...] = ()) -> list[Any]:
    return answers("reference", architecture, kind, options)


def _plain(outcome: Outcome) -> Any:
    return outcome.code if isinstance(outcome, Failure) else (outcome.value, outcome.text)


def skip_unless_it_runs(name: str) -> None:
    """Skip where the backend itself says that it cannot run here."""
    try:
        answers(name, "llama", "bool")
    except (PawError, ImportError) as error:
        pytest.skip(f"`{name}` does not run here: {str(error).splitlines()[0]}")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("name", NAMES)
def test_a_backend_answers_as_the_reference_does(name: str, architecture: str, kind: str) -> None:
    skip_unless_it_runs(name)
    if name == "cuda":
        pytest.skip("in bfloat16 it need not: tests/gpu asks it in float32")
    assert answers(name, architecture, kind) == reference(architecture, kind)


@pytest.mark.parametrize("name", NAMES)
def test_a_backend_abstains_where_the_reference_does(name: str) -> None:
    skip_unless_it_runs(name)
    for kind in ("optional labels", "optional text"):
        assert answers(name, "llama", kind, (("abstain", 0.6),)) == reference("llama", kind, (("abstain", 0.6),))
