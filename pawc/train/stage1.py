"""Stage 1, the discrete half: learn to write pseudo-programs, first from templates, then by what they are worth.

`Warm`: supervised on the template program of a task, i.e. a paraphrase and examples. `Reward`: GRPO (Shao et al.
2024): several candidates for a specification, scored by the frozen interpreter on examples that neither shows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from pawc.neural.rows import Asked, Row, States
from pawc.neural.writer import prompt, pseudo_program, target, text_of, write
from pawc.train import config, losses
from pawc.train.batches import Function, Shape
from pawc.train.phase import Job, Part, Phase, Update, share
from pawc.train.programs import store


class Warm(Phase):
    """Supervised on template programs."""

    name = "warm"
    settings: config.Warm

    def updates(self, step: int) -> Iterator[Update]:
        settings, job = self.settings, self.job
        shape = Shape(
            functions=settings.functions, rows=settings.shown, given_share=settings.given_share, given=settings.shown
        )
        functions = job.corpus.batch(job.config.seed, self.name, step, shape)
        pieces = job.pieces(functions, settings.micro)
        yield [partial(self._part, piece, step, len(functions)) for piece in pieces]

    def row(self, function: Function, step: int) -> Row:
        """What the network is to write for a function: another wording, the examples it was given, then others."""
        compiler = self.job.compiler
        rng = random.Random(f"{self.job.config.seed}/{self.name}/{step}/{function.task.task}")
        examples = list(dict.fromkeys((*function.given, *function.rows)))[: self.settings.shown]
        text = text_of(rng.choice(function.task.specs), examples)
        prompted = prompt(compiler, function.spec, function.given)
        room = compiler.network.max_positions - len(prompted)
        return target(compiler, prompted, compiler.network.layout.answer(text)[: max(1, room)])

    def _part(self, piece: Sequence[Function], step: int, total: int) -> Part:
        batch, likelihoods = losses.written(self.job.compiler, [self.row(function, step) for function in piece])
        loss = -batch.means(likelihoods)
        return Part(loss.sum() / total, share({"loss": loss}, len(piece)))


@dataclass(frozen=True)
class Rollout:
    """Candidates of some functions, `candidates` rows for each: what was written, how likely, how good."""

    functions: Sequence[Function]
    rows: Sequence[Row]
    programs: Sequence[Sequence[int]]
    before: Tensor
    start: Tensor
    advantages: Tensor
    rewards: Tensor
    exact: Tensor


class Reward(Phase):
    """GRPO on the discrete half; no prefix yet."""

    name = "reward"
    settings: config.Reward

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self._start = job.compiler.lora.frozen()

    def updates(self, step: int) -> Iterator[Update]:
        settings, job = self.settings, self.job
        shape = Shape(
            functions=settings.functions,
            rows=settings.held_back,
            given_share=settings.given_share,
            given=settings.given,
        )
        functions = job.corpus.batch(job.config.seed, self.name, step, shape)
        numbers = {id(function): number for number, function in enumerate(functions)}
        rollouts = [
            self.rollout(piece, [f"{step}/{numbers[id(function)]}" for function in piece])
            for piece in job.pieces(functions, settings.micro)
        ]
        for _ in range(settings.updates):
            yield [partial(self._part, rollout, len(functions)) for rollout in rollouts]

    @torch.no_grad()
    def rollout(self, functions: Sequence[Function], names: Sequence[str]) -> Rollout:
        """Candidates for every function, scored. What is drawn depends on a function's name alone."""
        settings, compiler = self.settings, self.job.compiler
        count = settings.candidates
        prompts = [prompt(compiler, function.spec, function.given) for function in functions]
        prompts = [tokens for tokens in prompts for _ in range(count)]
        draws = torch.cat([self._draws(name) for name in names])
        made = write(compiler, prompts, limit=settings.limit, temperature=settings.temperature, draws=draws)
        rows = [target(compiler, tokens, one.tokens) for tokens, one in zip(prompts, made, strict=True)]
        layout = compiler.interpreter.layout
        programs = [pseudo_program(one.text, layout, settings.budget) for one in made]
        rewards, right = self.score(functions, programs)
        _, before = losses.written(compiler, rows)
        _, start = losses.written(compiler, rows, self._start)
        advantages = losses.group_advantages(rewards)
        return Rollout(functions, rows, programs, before, start, advantages, rewards, right)

    def score(self, functions: Sequence[Function], programs: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """What candidates are worth, `[functions, candidates]`, and the share of answers that they get right."""
        settings, compiler = self.settings, self.job.compiler
        copies = [function for function in functions for _ in range(settings.candidates)]
        prefixes = self.prefixes(functions, settings.candidates)
        found = losses.answers(compiler.interpreter, copies, programs, prefixes)
        shape = (len(functions), settings.candidates)
        return (found.exact - settings.dense * found.loss).view(shape), found.exact.view(shape)

    def prefixes(self, functions: Sequence[Function], copies: int) -> States | None:
        """What stands before the candidates when they are scored: nothing."""
        return None

    def supervised(self, rollout: Rollout) -> Tensor | None:
        """A loss of each function beside that of the policy: none."""
        return None

    def state(self) -> dict[str, Tensor]:
        return {f"{side}.{name}": pair[at] for name, pair in self._start.items() for at, side in enumerate("ab")}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        device = self.job.compiler.embeddings.device
        self._start = {name: (state[f"a.{name}"].to(device), state[f"b.{name}"].to(device)) for name in self._start}

    def finish(self) -> dict[str, float]:
        return store(self.job)

    def _part(self, rollout: Rollout, total: int) -> Part:
        settings = self.settings
        batch, now = losses.written(self.job.compiler, rollout.rows)
        advantage = rollout.advantages.flatten()[batch.row]
        policy = losses.policy_loss(now, rollout.before, advantage, settings.ratio)
        distance = losses.divergence(rollout.start, now)
        count = len(rollout.functions)
        each = self._by_function(batch, policy + settings.kl * distance, count)
        reported = {
            "policy": each,
            "kl": self._by_function(batch, distance, count),
            "reward": rollout.rewards.mean(1),
            "exact": rollout.exact.mean(1),
            "length": batch.sums(torch.ones_like(now)).view(count, -1).mean(1),
        }
        more = self.supervised(rollout)
        if more is not None:
            each, reported["supervised"] = each + more, more
        reported["loss"] = each
        return Part(each.sum() / total, share(reported, count))

    @staticmethod
    def _by_function(batch: Asked, values: Tensor, count: int) -> Tensor:
        return batch.means(values).view(count, -1).mean(1)

    def _draws(self, name: str) -> Tensor:
        rng = random.Random(f"{self.job.config.seed}/{self.name}/{name}")
        generator = torch.Generator().manual_seed(rng.getrandbits(62))
        return torch.rand(self.settings.candidates, self.settings.limit, generator=generator)
