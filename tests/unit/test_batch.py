"""The batch engine: whatever is asked together, and in whatever order, answers are those of the reference."""

from __future__ import annotations

import copy
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pawc.backends import batch as batch_module
from pawc.backends import program_states
from pawc.backends.batch import BatchEngine, margin
from pawc.backends.reading import Reading
from pawc.backends.reference import ReferenceEngine
from pawc.backends.torch_machine import TorchLogits, TorchMachine, TorchReading
from programs import EXAMPLES, function, values
from tiny import ARCHITECTURES, tiny_interpreter

from pawc.base.types import BOOL, FLOAT, INT, TEXT, Labels, List, Matching, Optional, Record, Type, choices
from pawc.files.blobs import BlobStore
from pawc.interpreters.store import Store
from pawc.ir.nodes import Calibration
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.outcome import Answer, Failure

LABELS = Labels(("immediate", "wait", "wait a little", "the user", "the usual", ""))
KINDS: tuple[Type, ...] = (
    LABELS,
    Optional(LABELS),
    BOOL,
    TEXT,
    Optional(TEXT),
    INT,
    FLOAT,
    Matching(r"[a-z]{2,5}@[a-z]+"),
    List(BOOL),
    Record((("due", Optional(INT)), ("urgent", BOOL))),
)
WORDS = [
    "the",
    "server",
    "is",
    "down",
    "again,",
    "newsletter",
    "picnic",
    "user",
    "2024",
    "café",
    "ünï",
    "<|im_end|>",
    "\x00",
    "\t",
    "line\nbreak",
]


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Program states are computed anew in each test."""
    monkeypatch.setattr(program_states, "cache_root", lambda: tmp_path)


def inputs(count: int, longest: int = 30, seed: int = 0) -> list[tuple[str]]:
    """Texts of very different lengths, the empty one among them."""
    chance = random.Random(seed)
    return [("",), *((" ".join(chance.choices(WORDS, k=chance.randrange(longest))),) for _ in range(count - 1))]


def batch_engine(interpreter: Interpreter, blobs: BlobStore | None = None) -> BatchEngine:
    return BatchEngine(lambda: TorchMachine(interpreter, blobs or BlobStore()))


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("architecture", [*ARCHITECTURES, "plain"])
def test_answers_are_those_of_the_reference(architecture: str, kind: Type) -> None:
    interpreter, blobs = tiny_interpreter(architecture), BlobStore()
    made = function(interpreter, kind, blobs, prefix=20, max_tokens=7)
    asked = inputs(5)
    found = batch_engine(interpreter, blobs).call(made, asked)
    assert values(found) == values(ReferenceEngine(lambda: interpreter, blobs).call(made, asked))


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_answers_do_not_depend_on_the_batch(kind: Type) -> None:
    interpreter = tiny_interpreter()
    made, engine = function(interpreter, kind, max_tokens=8), batch_engine(interpreter)
    asked = inputs(10)
    together = values(engine.call(made, asked))
    assert together == [values(engine.call(made, [one]))[0] for one in asked]
    assert together == values(engine.call(made, asked[::-1]))[::-1]


def twins(interpreter: Interpreter) -> Interpreter:
    """The interpreter with every token doubled: at every step its two likeliest tokens differ in the last bits only."""
    other = copy.copy(interpreter)
    other.model, other.sha256 = copy.deepcopy(interpreter.model), "twins"
    weights = other.model.get_input_embeddings().weight
    weights[3:-1:2] = weights[4::2] * (1 + 2e-7)
    return other


@pytest.mark.parametrize("kind", [TEXT, LABELS, Labels(("aa", "bb")), INT], ids=str)
def test_near_ties_are_decided_as_the_reference_does(kind: Type) -> None:
    interpreter = twins(tiny_interpreter())
    made, engine = function(interpreter, kind, max_tokens=8), batch_engine(interpreter)
    asked = inputs(8)
    together = values(engine.call(made, asked))
    assert together == values(engine.call(made, asked[:5])) + values(engine.call(made, asked[5:]))
    assert together == values(ReferenceEngine(lambda: interpreter, BlobStore()).call(made, asked))


def test_without_the_margin_near_ties_would_depend_on_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    interpreter = twins(tiny_interpreter())
    monkeypatch.setattr(batch_module, "margin", lambda peaks, noise: np.full(len(peaks), -1.0))
    made, engine = function(interpreter, TEXT, max_tokens=12), batch_engine(interpreter)
    asked = inputs(24)
    assert values(engine.call(made, asked)) != [values(engine.call(made, [one]))[0] for one in asked]


def test_in_bfloat16_answers_do_not_depend_on_the_batch() -> None:
    interpreter = tiny_interpreter("llama", torch.bfloat16)
    engine = batch_engine(interpreter)
    asked = inputs(8)
    for kind in (LABELS, TEXT):
        made = function(interpreter, kind, max_tokens=5)
        assert values(engine.call(made, asked)) == [values(engine.call(made, [one]))[0] for one in asked]


def noise(interpreter: Interpreter, texts: list[str]) -> tuple[float, float]:
    """How far logits of the same rows are apart, alone and in a batch; and the least margin of any."""
    states = interpreter.states(interpreter.layout.head("Say how urgent this is.", EXAMPLES))
    queries = interpreter.layout.queries(texts)
    together = TorchReading(interpreter, states, len(queries)).read(dict(enumerate(queries)))
    alone = [TorchReading(interpreter, states, 1).read({0: query}) for query in queries]
    assert isinstance(together, TorchLogits)
    apart = together.values - torch.cat([one.values for one in alone if isinstance(one, TorchLogits)])
    peaks, noise = together.peaks(), TorchMachine(interpreter, BlobStore()).noise
    return float(apart.abs().max()), float(margin(peaks, noise).min())


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_margin_is_wider_than_the_noise(architecture: str, dtype: torch.dtype) -> None:
    found, allowed = noise(tiny_interpreter(architecture, dtype), [text for (text,) in inputs(24)])
    assert 2 * found < allowed


@pytest.mark.interpreter
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_the_margin_is_wider_than_the_noise_of_the_embedded_interpreter(dtype: torch.dtype) -> None:
    interpreter = Interpreter.load(Store().resolve().folder, dtype)
    found, allowed = noise(interpreter, [text for (text,) in inputs(12)])
    assert 0 < 2 * found < allowed


@pytest.mark.interpreter
@pytest.mark.slow
@pytest.mark.parametrize("kind", [LABELS, TEXT, INT, Record((("due", Optional(INT)), ("urgent", BOOL)))], ids=str)
def test_the_embedded_interpreter_answers_as_the_reference(embedded: Interpreter, kind: Type) -> None:
    made = function(embedded, kind, max_tokens=10)
    asked = inputs(4, longest=12)
    found = values(batch_engine(embedded).call(made, asked))
    assert found == values(ReferenceEngine(lambda: embedded, BlobStore()).call(made, asked))


@pytest.mark.interpreter
@pytest.mark.slow
def test_near_ties_of_the_embedded_interpreter_do_not_depend_on_the_batch(embedded: Interpreter) -> None:
    interpreter = twins(embedded)
    made, engine = function(interpreter, TEXT, max_tokens=4), batch_engine(interpreter)
    asked = inputs(4, longest=12)
    assert values(engine.call(made, asked)) == [values(engine.call(made, [one]))[0] for one in asked]


@pytest.fixture(scope="module")
def embedded() -> Interpreter:
    """The embedded interpreter, from the user's own cache."""
    return Interpreter.load(Store().resolve().folder)


def test_inputs_that_do_not_fit_fail_alone() -> None:
    interpreter = tiny_interpreter()
    for kind in (LABELS, TEXT):
        made = function(interpreter, kind, max_tokens=12)
        found = batch_engine(interpreter).call(made, [("a",), ("x" * 100_000,), ("b",)])
        assert isinstance(found[0], Answer)
        assert isinstance(found[2], Answer)
        assert isinstance(found[1], Failure)
        assert found[1].code == "P0802"


@pytest.mark.parametrize("kind", [LABELS, TEXT], ids=str)
def test_the_longest_input_that_fits_is_answered(kind: Type) -> None:
    """And one token more is not; on the reference backend alike."""
    interpreter = tiny_interpreter()
    made = function(interpreter, kind, max_tokens=12)
    failure = batch_engine(interpreter).call(made, [("é" * 1000,)])[0]
    assert isinstance(failure, Failure)
    room = int(failure.message.split()[-1]) - len(interpreter.layout.query(""))
    for engine in (batch_engine(interpreter), ReferenceEngine(lambda: interpreter, BlobStore())):
        fits, does_not = engine.call(made, [("x" * room,), ("x" * (room + 1),)])
        assert isinstance(fits, Answer)
        assert isinstance(does_not, Failure)
        assert does_not.code == "P0802"


def test_no_calls_no_outcomes() -> None:
    interpreter = tiny_interpreter()
    assert batch_engine(interpreter).call(function(interpreter, LABELS), []) == []


def test_equal_inputs_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = []
    read = Reading.read_and_look_ahead

    def counted(self: Reading, new: Any, *tree: Any) -> Any:
        rows.append(len(new))
        return read(self, new, *tree)

    monkeypatch.setattr(Reading, "read_and_look_ahead", counted)
    interpreter = tiny_interpreter()
    found = batch_engine(interpreter).call(function(interpreter, LABELS), [("a",), ("b",), ("a",)])
    assert rows == [2]
    assert found[0] == found[2]


def test_large_batches_are_read_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    interpreter = tiny_interpreter()
    made, asked = function(interpreter, LABELS), inputs(20)
    expected = values(batch_engine(interpreter).call(made, asked))
    monkeypatch.setattr(batch_module, "BATCH_TOKENS", 100)
    monkeypatch.setattr(batch_module, "BATCH_ROWS", 3)
    assert values(batch_engine(interpreter).call(made, asked)) == expected


def test_scores_are_the_probabilities_of_the_labels_in_order() -> None:
    interpreter = tiny_interpreter()
    made = function(interpreter, LABELS)
    (found,) = batch_engine(interpreter).call(made, [("the server",)])
    (meant,) = ReferenceEngine(lambda: interpreter, BlobStore()).call(made, [("the server",)])
    assert isinstance(found, Answer)
    assert isinstance(meant, Answer)
    assert found.scores is not None
    assert meant.scores is not None
    assert [label for label, _ in found.scores] == list(LABELS.names)
    assert sum(share for _, share in found.scores) == pytest.approx(1, abs=1e-4)
    assert [share for _, share in found.scores] == pytest.approx([share for _, share in meant.scores], abs=1e-4)
    assert found.value == max(found.scores, key=lambda score: score[1])[0]


@pytest.mark.parametrize("kind", [LABELS, Optional(LABELS), BOOL], ids=str)
def test_calibrated_answers_are_those_of_the_reference(kind: Type) -> None:
    interpreter, asked = tiny_interpreter(), inputs(12)
    plain = function(interpreter, kind, **({"abstain": 0.3} if isinstance(kind, Optional) else {}))
    assert plain.program is not None
    bias = tuple(0.3 * (-1) ** number * number for number in range(len(choices(kind) or ())))
    fitted = Calibration(temperature=1.7, bias=bias, examples=9)
    made = replace(plain, program=replace(plain.program, calibration=fitted))
    found = batch_engine(interpreter).call(made, asked)
    assert values(found) == values(ReferenceEngine(lambda: interpreter, BlobStore()).call(made, asked))
    scores = [answer.scores for answer in found if isinstance(answer, Answer)]
    bare = [answer.scores for answer in batch_engine(interpreter).call(plain, asked) if isinstance(answer, Answer)]
    assert scores != bare


@pytest.mark.parametrize("kind", [Optional(LABELS), Optional(INT)], ids=str)
def test_what_is_less_probable_than_abstain_is_null(kind: Type) -> None:
    interpreter = tiny_interpreter()
    engine, asked = batch_engine(interpreter), inputs(4)
    assert values(engine.call(function(interpreter, kind, abstain=1.0), asked)) == [None] * 4
    never = values(engine.call(function(interpreter, kind, abstain=0.0), asked))
    assert never == values(engine.call(function(interpreter, kind), asked))
    assert never != [None] * 4


def test_a_probability_at_the_threshold_is_decided_by_the_reference() -> None:
    interpreter = tiny_interpreter()
    kind, asked = Optional(Labels(("aa", "bb"))), inputs(5)
    probabilities = [
        max(share for _, share in answer.scores)
        for answer in batch_engine(interpreter).call(function(interpreter, kind), asked)
        if isinstance(answer, Answer) and answer.scores
    ]
    for threshold in probabilities:
        made = function(interpreter, kind, abstain=threshold)
        found = values(batch_engine(interpreter).call(made, asked))
        assert found == values(ReferenceEngine(lambda: interpreter, BlobStore()).call(made, asked))


def test_a_text_is_cut_at_max_tokens() -> None:
    interpreter = tiny_interpreter()
    (answer,) = batch_engine(interpreter).call(function(interpreter, TEXT, max_tokens=3), [("the server",)])
    assert isinstance(answer, Answer)
    longer = batch_engine(interpreter).call(function(interpreter, TEXT, max_tokens=6), [("the server",)])[0]
    assert isinstance(longer, Answer)
    assert longer.text.startswith(answer.text.rstrip("\ufffd"))
    assert len(longer.text) > len(answer.text)


def test_what_is_not_complete_within_max_tokens_fails() -> None:
    interpreter = tiny_interpreter()
    made = function(interpreter, Matching("[a-z]{40}"), max_tokens=5)
    (failure,) = batch_engine(interpreter).call(made, [("x",)])
    assert isinstance(failure, Failure)
    assert failure.code == "P0803"


def test_what_a_type_forces_is_written_without_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    read = Reading.read

    def counted(self: Reading, new: Any) -> Any:
        steps.append(new)
        return read(self, new)

    monkeypatch.setattr(Reading, "read", counted)
    interpreter = tiny_interpreter()
    kind = Record((("quite_a_long_name", BOOL), ("another_long_name", BOOL)))
    (answer,) = batch_engine(interpreter).call(function(interpreter, kind), [("x",)])
    assert isinstance(answer, Answer)
    assert len(steps) <= 6
    assert len(interpreter.tokenizer.encode(answer.text)) > 30


def test_the_model_is_left_as_it_was() -> None:
    interpreter = tiny_interpreter()
    batch_engine(interpreter).call(function(interpreter, LABELS), [("x",)])
    assert interpreter.model.config._attn_implementation == "eager"


def test_the_interpreter_is_loaded_at_the_first_call() -> None:
    loaded = []

    def load() -> TorchMachine:
        loaded.append(1)
        return TorchMachine(tiny_interpreter(), BlobStore())

    engine = BatchEngine(load)
    assert not loaded
    for _ in range(2):
        engine.call(function(tiny_interpreter(), LABELS), [("x",)])
    assert loaded == [1]
