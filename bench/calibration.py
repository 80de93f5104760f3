"""Label scores and right labels -> how good the scores are as probabilities, and the temperature that is best for them.

Dividing log-probabilities by one number, fitted on examples, changes how sure a function is and none of its answers
(Guo et al. 2017). The examples must be new to the program: one that stands in its pseudo-program is hidden from
attention while it is scored itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from pawc.neural.template import Shot
from pawc.runtime.attention import shared_prefix
from pawc.runtime.interpreter import Interpreter

SPREAD = 0.7
"""How far the logarithm of a temperature lies from 0 before anything is known: few examples move it a little."""

BINS = 10
"""Confidences are compared with accuracies in so many groups."""

Segments = Mapping[int, tuple[int, int]]
"""Where in a program's states the examples lie that it shows: number of the example -> `(start, end)`."""


@torch.no_grad()
def label_scores(
    interpreter: Interpreter, states: Tensor, segments: Segments, examples: Sequence[Shot], labels: Sequence[str]
) -> list[list[float]]:
    """The log-probability of each label for each example's input, read behind `states` less its own segment."""
    layout = interpreter.layout
    answers = [layout.answer(label) for label in labels]
    scores = []
    for number, shot in enumerate(examples):
        query = layout.query(shot.input)
        length = len(query) + max(map(len, answers))
        # Padding stands at the right, after everything that is read: causality alone hides it.
        ids = torch.tensor(
            [[*query, *answer, *[layout.end] * (length - len(query) - len(answer))] for answer in answers]
        )
        past = states.shape[3]
        keys = torch.arange(past + length)[None].expand(len(answers), -1)
        hidden = torch.zeros(len(answers), past, dtype=interpreter.dtype)
        if number in segments:
            hidden[:, slice(*segments[number])] = torch.finfo(interpreter.dtype).min
        with shared_prefix(interpreter.model):
            output = interpreter.model(
                input_ids=ids,
                position_ids=keys[:, past:],
                attention_mask=interpreter.attention(keys[:, past:], keys),
                prefix=states,
                prefix_mask=hidden,
                use_cache=False,
                logits_to_keep=length - len(query) + 1,
            )
        likely = output.logits.float().log_softmax(-1)
        scores.append([float(likely[row, range(len(answer)), answer].sum()) for row, answer in enumerate(answers)])
    return scores


def temperature(scores: Sequence[Sequence[float]], right: Sequence[int]) -> float:
    """The temperature under which the right labels are the likeliest, held towards 1 by `SPREAD`."""

    def loss(log_temperature: float) -> float:
        heat = math.exp(log_temperature)
        return surprise(scores, right, heat) * len(scores) + log_temperature**2 / (2 * SPREAD**2)

    low, high = -2.0, 3.0  # the loss has one minimum in between: halve by the golden section
    ratio = (math.sqrt(5) - 1) / 2
    while high - low > 1e-4:
        left, middle = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, middle) if loss(left) < loss(middle) else (left, high)
    return round(math.exp((low + high) / 2), 3)


def surprise(scores: Sequence[Sequence[float]], right: Sequence[int], heat: float) -> float:
    """The mean negative log-probability of the right labels at a temperature."""
    total = 0.0
    for row, index in zip(scores, right, strict=True):
        top = max(row)
        total += math.log(sum(math.exp((score - top) / heat) for score in row)) - (row[index] - top) / heat
    return total / max(1, len(scores))


def calibration_error(scores: Sequence[Sequence[float]], right: Sequence[int], heat: float) -> float:
    """The expected calibration error: how far confidence lies from the share of right answers, over `BINS` bins."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for row, index in zip(scores, right, strict=True):
        weights = [math.exp((score - max(row)) / heat) for score in row]
        confidence = max(weights) / sum(weights)
        bins.setdefault(min(BINS - 1, int(confidence * BINS)), []).append((confidence, row[index] == max(row)))
    return sum(abs(sum(c for c, _ in found) - sum(hit for _, hit in found)) for found in bins.values()) / len(scores)
