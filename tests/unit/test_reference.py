"""The reference backend: what it says is what transformers says, computed another way."""

from __future__ import annotations

import pytest
import torch
from pawc.backends.base import Plan
from pawc.backends.reference import ReferenceEngine, TorchReader
from programs import function
from tiny import ARCHITECTURES, tiny_interpreter

from pawc.base.types import TEXT, Labels, Optional
from pawc.files.blobs import BlobStore
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.outcome import Answer


def likelihood(interpreter: Interpreter, tokens: list[int], answer: list[int]) -> float:
    """The log-probability of `answer` after `tokens`, from one plain call of the model."""
    with torch.no_grad():
        logits = interpreter.model(torch.tensor([tokens + answer])).logits[0, :, : interpreter.tokenizer.vocab_size]
    chances = logits.float().log_softmax(-1)[len(tokens) - 1 : -1]
    return float(chances[range(len(answer)), answer].sum())


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_label_is_scored_by_all_its_tokens_and_the_end(architecture: str) -> None:
    interpreter = tiny_interpreter(architecture)
    made = function(interpreter, Labels(("wait a little", "now")))
    assert made.program is not None
    query = interpreter.layout.query("the server")
    for label in ("wait a little", "now"):
        answer = interpreter.layout.answer(label)
        found = TorchReader(interpreter, made.program, BlobStore()).score(query, answer)
        assert found == pytest.approx(likelihood(interpreter, [*made.program.tokens, *query], answer), abs=1e-3)


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
    query, answer = interpreter.layout.query("a"), interpreter.layout.answer("b")
    expected = likelihood(interpreter, [9, 10, 11, 12, 13, *tokens, *query], answer)
    assert reader.score(query, answer) == pytest.approx(expected, abs=1e-3)


def test_of_equal_labels_the_first_is_chosen() -> None:
    plan = Plan.of(function(tiny_interpreter(), Labels(("a", "b", "c"))))
    assert plan.choose([-2.0, -1.0, -1.0]).value == "b"


def test_null_is_one_of_the_choices_of_an_optional() -> None:
    plan = Plan.of(function(tiny_interpreter(), Optional(Labels(("a", "b")))))
    assert plan.choose([-2.0, -3.0, -1.0]).value is None
    assert plan.choose([-2.0, -1.0, -3.0]).value == "b"
