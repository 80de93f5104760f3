"""Stage 2, the continuous half: make prefixes behind which the frozen interpreter gives the right answers.

Supervised and offline: the programs that may stand behind a prefix were stored by stage 1. Two terms may be added:
the interpreter's own distribution under a long good prompt (context distillation), and closeness to the stored
programs, whose likelihood is logged either way where there are any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from pawc.base.diagnostics import fail
from pawc.neural.model import Heads
from pawc.neural.moving import pinned
from pawc.neural.packing import Packed
from pawc.neural.writer import pseudo_program
from pawc.train import config, losses
from pawc.train.ahead import Ahead
from pawc.train.batches import Function, Shape
from pawc.train.phase import Job, Part, Phase, Stored, Update, on, share


@dataclass(frozen=True)
class Laid:
    """Functions, with all that is read of them laid out on the CPU. `heads`: what the compiler reads, if it reads."""

    functions: Sequence[Function]
    heads: Heads | None
    answers: Packed


class Prefix(Phase):
    """Supervised through the frozen interpreter."""

    name = "prefix"
    settings: config.Prefix

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        if not job.programs and (self.settings.program_share or self.settings.drift):
            fail(
                "P1217",
                "stage 2 is to use the programs that stage 1 stores, and there are none",
                where=str(job.folder / "programs.jsonl"),
                help="run stage 1 first, or set prefix.program_share and prefix.drift to 0",
            )
        layout, budget = job.compiler.interpreter.layout, job.config.reward.budget
        self._tokens = {
            task: [pseudo_program(stored.text, layout, budget) for stored in found]
            for task, found in job.programs.items()
        }
        self._ahead = Ahead(self._pieces, job.config.prefix.steps)

    def updates(self, step: int) -> Iterator[Update]:
        yield [partial(self._part, laid, step) for laid in self._ahead(step)]

    def _pieces(self, step: int) -> list[Laid]:
        """The batch of a step, in pieces that fit the device."""
        settings, job = self.settings, self.job
        shape = Shape(
            functions=settings.functions,
            rows=settings.examples,
            given_share=settings.given_share,
            given=settings.given,
            spec_share=settings.spec_share,
            shots_share=settings.shots_share,
            program_share=settings.program_share,
        )
        functions = job.corpus.batch(job.config.seed, self.name, step, shape)
        return [self._laid(piece, step) for piece in job.pieces(functions, settings.micro)]

    def _laid(self, functions: Sequence[Function], step: int) -> Laid:
        compiler = self.job.compiler
        programs = losses.programs(compiler.interpreter, functions, self._tokens, step)
        answers = losses.laid(compiler.interpreter, functions, programs, compiler.settings.program_tokens)
        heads = None
        if not self.settings.universal:
            heads = compiler.laid([compiler.head(function.spec, function.given) for function in functions])
        return pinned(Laid(functions, heads, answers))

    def _part(self, laid: Laid, step: int) -> Part:
        settings, compiler, piece = self.settings, self.job.compiler, laid.functions
        interpreter, total = compiler.interpreter, settings.functions
        if laid.heads is None:
            prefixes = losses.universal_prefix(compiler, len(piece))
        else:
            prefixes = compiler.prefixes(laid.heads)
        found = losses.read_answers(interpreter, laid.answers, len(piece), prefixes)
        loss, reported = found.loss, {"answers": found.loss, "exact": found.exact}
        if settings.distil:
            distilled = losses.distillation(interpreter, piece, found)
            loss, reported["distil"] = loss + settings.distil * distilled, distilled
        if self._tokens:
            with torch.set_grad_enabled(settings.drift > 0):
                drift = self._drift(piece, step)
            loss, reported["drift"] = loss + settings.drift * drift, drift
        reported["loss"] = loss
        return Part(loss.sum() / total, share(reported, len(piece)))

    def _drift(self, piece: Sequence[Function], step: int) -> Tensor:
        """How far the compiler has moved from its stored programs, for each function (0 without a program)."""
        device = self.job.compiler.embeddings.device
        chosen: list[Stored] = []
        at = []
        for number, function in enumerate(piece):
            if known := self.job.programs.get(function.task.task):
                chosen.append(known[step % len(known)])
                at.append(number)
        if not chosen:
            return torch.zeros(len(piece), device=device)
        batch, now = losses.written(self.job.compiler, [stored.row for stored in chosen])
        then = on(device, [value for stored in chosen for value in stored.likelihoods])
        moved = batch.means(losses.divergence(now, then))
        places = torch.zeros(len(piece), len(chosen), device=device)
        places[at, range(len(at))] = 1.0
        return places @ moved
