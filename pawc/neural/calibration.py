"""A function's examples -> what makes the scores of its labels better probabilities (`ir.nodes.Calibration`).

Two corrections, both from the function's own examples, never its tests; an example that the pseudo-program shows
is hidden from attention while it is scored itself, so that it is new to the program:

* a bias for each label. An interpreter of this size likes some labels whatever the input is. The mean score of each
  label over many inputs is taken off (batch calibration: Zhou et al. 2023); no label is read for it, so that a few
  inputs are enough. This changes answers, for the better.
* a temperature (Guo et al. 2017), which changes no answer: the likeliest on the examples and their labels.

A function without examples has its mean scores taken over inputs that say nothing (contextual calibration: Zhao et al.
2021), and the usual temperature.

All is held back while there are few examples. The constants were chosen on tasks of the training corpus, what they
are worth was measured on others: docs/labels.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from pawc.ir.nodes import Calibration
from pawc.neural.rows import Row, head, pad
from pawc.neural.template import Shot, Template
from pawc.runtime.attention import shared_prefix
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.labels import adjusted, forks

HALF_BIAS = 5
"""With so many examples half of the bias that they show is believed."""

CONTENT_FREE = ("", "N/A", "[MASK]", "...")
"""Inputs that say nothing about which label is right."""

USUAL, SPREAD = 0.4, 0.7
"""Where the logarithm of a temperature lies before anything is known, and how far from there it may well be."""

MOST_EXAMPLES = 64
"""More examples than these are not scored: they would tell little more, and take long."""

BATCH_TOKENS = 1024


def calibrate(
    interpreter: Interpreter, states: Tensor, start: Template, examples: Sequence[Shot], labels: Sequence[str]
) -> Calibration | None:
    """What the examples say of the scores behind `states`, those of the template `start`; None if they say nothing."""
    numbers = [number for number, shot in enumerate(examples) if shot.output in labels][:MOST_EXAMPLES]
    if not numbers or len(labels) < 2:
        return None
    scores = held_out_scores(interpreter, states, start, examples, numbers, labels)
    return fit(scores, [labels.index(examples[number].output) for number in numbers])


def without_examples(
    interpreter: Interpreter, states: Tensor, start: Template, inputs: Sequence[str], labels: Sequence[str]
) -> Calibration:
    """What scores behind `states` have of a bias on `inputs`, which are `CONTENT_FREE` ones."""
    asked = [Shot(text, labels[0]) for text in inputs]
    scores = held_out_scores(interpreter, states, start, asked, range(len(asked)), labels)
    return Calibration(temperature=round(math.exp(USUAL), 3), bias=_bias(scores), examples=0)


def fit(scores: Sequence[Sequence[float]], right: Sequence[int]) -> Calibration:
    """The calibration for these scores `[examples][labels]`; `right` are the numbers of the right labels."""
    count = len(scores)
    bias = _bias(scores, count / (count + HALF_BIAS))
    shifted = [adjusted(row, Calibration(temperature=1.0, bias=bias, examples=count)) for row in scores]
    return Calibration(temperature=temperature(shifted, right), bias=bias, examples=count)


def _bias(scores: Sequence[Sequence[float]], trust: float = 1.0) -> tuple[float, ...]:
    """What takes so much of the difference between the mean scores of labels off."""
    means = [sum(column) / len(scores) for column in zip(*scores, strict=True)]
    middle = sum(means) / len(means)
    return tuple(round(trust * (middle - mean), 3) for mean in means)


def temperature(scores: Sequence[Sequence[float]], right: Sequence[int]) -> float:
    """The temperature under which the right labels are the likeliest, held towards the usual one."""

    def loss(log_temperature: float) -> float:
        away = (log_temperature - USUAL) / SPREAD
        return surprise(scores, right, math.exp(log_temperature)) * len(scores) + away**2 / 2

    low, high = -2.0, 4.0  # the loss has one minimum in between: halve by the golden section
    ratio = (math.sqrt(5) - 1) / 2
    while high - low > 1e-4:
        left, middle = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, middle) if loss(left) < loss(middle) else (left, high)
    return round(math.exp((low + high) / 2), 3)


def surprise(scores: Sequence[Sequence[float]], right: Sequence[int], heat: float = 1.0) -> float:
    """The mean negative log-probability of the right labels at a temperature."""
    total = 0.0
    for row, index in zip(scores, right, strict=True):
        top = max(row)
        total += math.log(sum(math.exp((score - top) / heat) for score in row)) - (row[index] - top) / heat
    return total / max(1, len(scores))


@torch.no_grad()
def held_out_scores(
    interpreter: Interpreter,
    states: Tensor,
    start: Template,
    examples: Sequence[Shot],
    numbers: Sequence[int],
    labels: Sequence[str],
) -> list[list[float]]:
    """The scores `[numbers][labels]` (`runtime.labels`) after the inputs of the examples with these numbers."""
    layout = interpreter.layout
    answers = [layout.answer(label) for label in labels]
    parting = forks(answers)
    asked = [
        (place, path, Row([*layout.query(examples[number].input), *path], 0), number)
        for place, number in enumerate(numbers)
        for path in parting
    ]
    asked.sort(key=lambda item: len(item[2].tokens))
    scores = [[0.0] * len(labels) for _ in numbers]
    while asked:
        size = max(1, min(len(asked), BATCH_TOKENS // len(asked[-1][2].tokens)))
        batch, asked = asked[-size:], asked[:-size]
        logits = _last_logits(interpreter, states, start, [item[2] for item in batch], [item[3] for item in batch])
        for (place, path, _, _), row in zip(batch, logits, strict=True):
            tokens = parting[path]
            likely = row[list(tokens)].log_softmax(-1).tolist()
            for index, answer in enumerate(answers):
                if tuple(answer[: len(path)]) == path:
                    scores[place][index] += likely[tokens.index(answer[len(path)])]
    return scores


def _last_logits(
    interpreter: Interpreter, states: Tensor, start: Template, rows: Sequence[Row], numbers: Sequence[int]
) -> Tensor:
    """The logits `[rows, vocabulary]` after each row, behind the states less the turn of the row's own example."""
    past = states.shape[3]
    ids = pad(rows, interpreter.device).ids
    keys = torch.arange(past + ids.shape[1], device=ids.device)[None].expand(len(rows), -1)
    hidden = torch.zeros(len(rows), past, dtype=interpreter.dtype, device=ids.device)
    for row, number in enumerate(numbers):
        if number in start.segments:
            first, last = start.segments[number]
            hidden[row, start.ahead + first : start.ahead + last] = torch.finfo(interpreter.dtype).min
    with shared_prefix(interpreter.model):
        output = interpreter.model.base_model(
            input_ids=ids,
            position_ids=keys[:, past:],
            attention_mask=interpreter.attention(keys[:, past:], keys),
            prefix=states,
            prefix_mask=hidden,
            use_cache=False,
        ).last_hidden_state
    ends = torch.tensor([len(row.tokens) - 1 for row in rows], device=ids.device)
    return head(interpreter, output[torch.arange(len(rows), device=ids.device), ends])
