"""The reference backend: what it says is what transformers says, computed another way."""

from __future__ import annotations

import math

import pytest
import torch
from pawc.backends.base import Plan
from pawc.backends.reference import ReferenceEngine, TorchReader
from programs import function
from tiny import ARCHITECTURES, tiny_interpreter

from pawc.base.types import TEXT, Labels, Optional
from pawc.files.blobs import BlobStore
from pawc.runtime.outcome import Answer


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_label_is_scored_where_labels_part_among_what_labels_go_on_with(architecture: str) -> None:
    interpreter = tiny_interpreter(architecture)
    made = function(interpreter, Labels(("wait a", "wait a bit", "now")))
    assert made.program is not None
    query = interpreter.layout.query("the server")
    long, longer, other = (interpreter.layout.answer(label) for label in ("wait a", "wait a bit", "now"))
    parts = len(long) - 1  # where the first ends and the second goes on
    assert long[:parts] == longer[:parts] and long[0] != other[0]

    def likely(after: list[int], tokens: list[int]) -> list[float]:
        ids = torch.tensor([[*made.program.tokens, *query, *after]])
        with torch.no_grad():
            logits = interpreter.model(ids).logits[0, -1]
        return [float(x) for x in logits[tokens].log_softmax(-1)]

    first, second = likely([], [long[0], other[0]]), likely(long[:parts], [long[parts], longer[parts]])
    found = TorchReader(interpreter, made.program, BlobStore()).scores(query, [long, longer, other])
    assert found == pytest.approx([first[0] + second[0], first[0] + second[1], first[1]], abs=1e-3)
    assert sum(math.exp(score) for score in found) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_text_is_what_greedy_generation_writes(architecture: str) -> None:
    interpreter = tiny_interpreter(architecture)
    made = function(interpreter, TEXT, max_tokens=10)
    assert made.program is not None
    tokens = [*made.program.tokens, *interpreter.layout.query("the server")]
    ids = torch.tensor([tokens])
    written = interpreter.model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=10,
        do_sample=False,
        eos_token_id=sorted(interpreter.layout.stop),
        pad_token_id=0,
        suppress_tokens=list(range(interpreter.tokenizer.vocab_size, interpreter.vocab)),
    )[0, len(tokens) :]
    (answer,) = ReferenceEngine(lambda: interpreter, BlobStore()).call(made, [("the server",)])
    assert isinstance(answer, Answer)
    assert answer.value == interpreter.tokenizer.decode(written.tolist())


def test_a_prefix_that_is_the_states_of_tokens_means_those_tokens() -> None:
    interpreter, blobs = tiny_interpreter(), BlobStore()
    made = function(interpreter, TEXT, blobs, prefix=5)
    assert made.program is not None
    tokens = list(made.program.tokens)
    reader = TorchReader(interpreter, made.program, blobs)
    reader._prefix = interpreter.states([9, 10, 11, 12, 13])
    query = interpreter.layout.query("a")
    with torch.no_grad():
        logits = interpreter.model(torch.tensor([[9, 10, 11, 12, 13, *tokens, *query]])).logits[0, -1]
    assert reader.scores(query, [[3, 2], [5, 2]]) == pytest.approx(logits[[3, 5]].log_softmax(-1).tolist(), abs=1e-3)


def test_of_equal_labels_the_first_is_chosen() -> None:
    plan = Plan.of(function(tiny_interpreter(), Labels(("a", "b", "c"))))
    assert plan.choose([-2.0, -1.0, -1.0]).value == "b"


def test_null_is_one_of_the_choices_of_an_optional() -> None:
    plan = Plan.of(function(tiny_interpreter(), Optional(Labels(("a", "b")))))
    assert plan.choose([-2.0, -3.0, -1.0]).value is None
    assert plan.choose([-2.0, -1.0, -3.0]).value == "b"
