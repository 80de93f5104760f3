"""A template and a function's examples -> a prefix refined by gradient steps: the `-O2` compiler.

Prefix-tuning (Li and Liang 2021) that starts from a legal state: the key/value states of the few-shot
conversation itself, so that step 0 is the few-shot prompt. The interpreter is frozen; the gradient of the
answers' likelihood reaches the states through it. When an example is trained on, its own turn in the
conversation is masked, else it would be copied from there and teach nothing.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from pawc.base.diagnostics import fail
from pawc.neural.calibration import held_out_scores, surprise
from pawc.neural.rows import Row, head, pad
from pawc.neural.template import Shot, Template
from pawc.runtime.attention import shared_prefix
from pawc.runtime.interpreter import Interpreter


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How a prefix is refined. The defaults: docs/adr/0003-tuning.md, measured on tasks that no table reports."""

    steps: int = 32
    batch: int = 8
    shown: int = 8
    learning_rate: float = 5e-3
    warmup: int = 5
    floor: float = 0.05
    held_back: float = 0.25
    check_every: int = 4

    def rate(self, step: int) -> float:
        """The learning rate of a step: linear warm-up, then a cosine down to `floor` of the peak."""
        cosine = 0.5 * (1 + math.cos(math.pi * step / self.steps))
        return self.learning_rate * min(1.0, (step + 1) / self.warmup) * (self.floor + (1 - self.floor) * cosine)


@dataclass(frozen=True)
class Check:
    """How the held-back examples did at a step: the share answered exactly, the mean loss of an answer's token.

    Of a function with labels it is the loss of an answer, and `scores` are those of the labels, example by example.
    """

    step: int
    exact: float
    loss: float
    scores: tuple[tuple[float, ...], ...] = ()


Progress = Callable[[int, int], None]


class Tuner:
    """Refines the states of one function's template. Where its answers are `labels`, checks choose among them."""

    def __init__(
        self,
        interpreter: Interpreter,
        examples: Sequence[Shot],
        schedule: Schedule,
        seed: int,
        labels: Sequence[str] = (),
    ) -> None:
        self.interpreter = interpreter
        self.schedule = schedule
        self.seed = seed
        self._examples = examples
        self._labels = labels
        layout = interpreter.layout
        queries = [layout.query(shot.input) for shot in examples]
        self._rows = [
            Row([*query, *layout.answer(shot.output)], len(query))
            for query, shot in zip(queries, examples, strict=True)
        ]

    def run(
        self,
        start: Template,
        train: Sequence[int],
        held: Sequence[int] = (),
        steps: int | None = None,
        progress: Progress | None = None,
    ) -> tuple[Tensor, list[Check]]:
        """The states after `steps` steps on the examples `train`, and checks on the examples `held` on the way.

        The schedule is that of all its steps, whatever `steps` is, so that a run that is cut at a step is the
        beginning of the whole one.
        """
        # One leaf per layer: autograd then never builds a gradient of the whole stack.
        states = [layer.clone().requires_grad_(True) for layer in start.states(self.interpreter).float()]
        optimizer = torch.optim.AdamW(states, lr=self.schedule.learning_rate, betas=(0.9, 0.99), weight_decay=0.0)
        order = _batches(train, self.schedule.batch, random.Random(self.seed))
        checks = [self._check(0, states, start, held)] if held else []
        total = self.schedule.steps if steps is None else steps
        with shared_prefix(self.interpreter.model):
            for step in range(total):
                for group in optimizer.param_groups:
                    group["lr"] = self.schedule.rate(step)
                loss, _ = self._loss(states, next(order), start)
                if not torch.isfinite(loss):
                    fail("P1002", f"refining the prefix diverged at step {step + 1}: the loss is {loss.item()}")
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(states, 1.0)
                optimizer.step()
                if held and ((step + 1) % self.schedule.check_every == 0 or step + 1 == total):
                    checks.append(self._check(step + 1, states, start, held))
                if progress:
                    progress(step + 1, total)
        return torch.stack([state.detach() for state in states]), checks

    def score(self, start: Template, rows: Sequence[int]) -> Check:
        """How the examples `rows` do behind a template as it is."""
        return self._check(0, list(start.states(self.interpreter)), start, rows)

    @torch.no_grad()
    def _check(self, step: int, states: Sequence[Tensor], start: Template, rows: Sequence[int]) -> Check:
        if self._labels:
            return self._choose(step, torch.stack(list(states)), start, rows)
        with shared_prefix(self.interpreter.model):
            loss, exact = self._loss(states, rows, start)
        return Check(step, exact, loss.item())

    def _choose(self, step: int, states: Tensor, start: Template, rows: Sequence[int]) -> Check:
        """What a call would choose for these examples, as it can write nothing but labels."""
        states = states.to(self.interpreter.dtype)
        scores = held_out_scores(self.interpreter, states, start, self._examples, rows, self._labels)
        right = [self._labels.index(self._examples[row].output) for row in rows]
        exact = sum(score.index(max(score)) == index for score, index in zip(scores, right, strict=True))
        return Check(step, exact / len(rows), surprise(scores, right), tuple(map(tuple, scores)))

    def _loss(self, states: Sequence[Tensor], examples: Sequence[int], start: Template) -> tuple[Tensor, float]:
        """The mean cross entropy of the answers' tokens; the share of rows whose every token is the likeliest one."""
        model = self.interpreter.model
        batch = pad([self._rows[example] for example in examples], self.interpreter.device)
        prefix = [state.to(self.interpreter.dtype) for state in states]
        past = prefix[0].shape[2]
        keys = torch.arange(past + batch.ids.shape[1])[None].expand(len(examples), -1)
        positions = keys[:, past:]
        hidden = model.base_model(
            input_ids=batch.ids,
            position_ids=positions,
            attention_mask=self.interpreter.attention(positions, keys),
            prefix=prefix,
            prefix_mask=self._mask(examples, start, past),
            use_cache=False,
        ).last_hidden_state
        logits = head(self.interpreter, hidden[batch.row, batch.place - 1])
        loss = torch.nn.functional.cross_entropy(logits, batch.target)
        wrong = batch.sums((logits.detach().argmax(-1) != batch.target).float())
        return loss, (wrong == 0).float().mean().item()

    def _mask(self, examples: Sequence[int], start: Template, states: int) -> Tensor:
        mask = torch.zeros(len(examples), states, dtype=self.interpreter.dtype)
        for at, example in enumerate(examples):
            if example in start.segments:
                first, last = start.segments[example]
                mask[at, start.ahead + first : start.ahead + last] = torch.finfo(self.interpreter.dtype).min
        return mask


def _batches(rows: Sequence[int], size: int, rng: random.Random) -> Iterator[list[int]]:
    """Batches without end; every example is used once before any is used again."""
    pool: list[int] = []
    while True:
        batch: list[int] = []
        while len(batch) < min(size, len(rows)):
            if not pool:
                pool = list(rows)
                rng.shuffle(pool)
            batch.append(pool.pop())
        yield batch
