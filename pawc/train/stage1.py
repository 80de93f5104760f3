"""Stage 1, the discrete half: learn to write pseudo-programs, first from templates, then by what they are worth.

`Warm`: supervised on the template program of a task, i.e. a paraphrase and examples. `Reward`: GRPO (Shao et al.
2024): several candidates for a specification, scored by the frozen interpreter on examples that neither shows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

import torch
from torch import Tensor

from pawc.neural.rows import Asked, Row, States
from pawc.neural.writer import Written, prompt, pseudo_program, target, text_of, write
from pawc.train import config, losses
from pawc.train.batches import Function, Shape
from pawc.train.phase import Job, Part, Phase, Update, cut, share
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


Candidate = tuple[Sequence[int], Written]
"""What the network was asked, and what it wrote."""


@dataclass(frozen=True)
class Rollout:
    """Candidates of some functions, `candidates` rows for each: what was written, how likely, how good.

    `before`: how likely it was to the policy that wrote it; None where that is the policy that learns.
    """

    functions: Sequence[Function]
    rows: Sequence[Row]
    programs: Sequence[Sequence[int]]
    before: Tensor | None
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
        pieces = list(job.pieces(functions, settings.micro))
        own = [function for piece in pieces for function in piece]
        made = iter(self.write(own, [f"{step}/{numbers[id(function)]}" for function in own]))
        rollouts = [self.rollout(piece, list(islice(made, len(piece) * settings.candidates))) for piece in pieces]
        for _ in range(settings.updates):
            yield [partial(self._part, rollout, len(functions)) for rollout in rollouts]

    def write(self, functions: Sequence[Function], names: Sequence[str]) -> list[Candidate]:
        """The candidates of every function, one function after the other. Draws depend on a function's name alone.

        They are written in larger batches than are learned from: no state is kept for gradients here.
        """
        settings, compiler = self.settings, self.job.compiler
        if not functions:
            return []
        prompts = [prompt(compiler, function.spec, function.given) for function in functions]
        prompts = [tokens for tokens in prompts for _ in range(settings.candidates)]
        draws = torch.cat([self._draws(name) for name in names])
        found: list[Candidate] = []
        for rows in cut(range(len(prompts)), self.job.config.programs.batch):
            asked = [prompts[row] for row in rows]
            made = write(
                compiler, asked, limit=settings.limit, temperature=settings.temperature, draws=draws[list(rows)]
            )
            found += zip(asked, made, strict=True)
        return found

    @torch.no_grad()
    def rollout(self, functions: Sequence[Function], made: Sequence[Candidate]) -> Rollout:
        """The candidates of functions, scored."""
        settings, compiler = self.settings, self.job.compiler
        rows = [target(compiler, tokens, one.tokens) for tokens, one in made]
        layout = compiler.interpreter.layout
        programs = [pseudo_program(one.text, layout, settings.budget) for _, one in made]
        rewards, right = self.score(functions, programs)
        # Where there is one update, the policy is that which wrote.
        before = losses.written(compiler, rows)[1] if settings.updates > 1 else None
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
        before = now.detach() if rollout.before is None else rollout.before
        policy = losses.policy_loss(now, before, advantage, settings.ratio)
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
