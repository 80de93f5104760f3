"""The driver of all phases: steps, optimiser, checkpoints, metrics; it stops when told and goes on where it stopped.

A step's numbers depend on the compiler, the optimiser and (seed, phase, step): all of that is in a checkpoint, so an
interrupted run has the curve of one that was not, to the last digit (on one machine).
"""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import torch
from torch import Tensor

from pawc.base.diagnostics import fail
from pawc.driver.console import Console
from pawc.train import saving
from pawc.train.batches import Corpus
from pawc.train.config import Phase as Settings
from pawc.train.parallel import summed, wait
from pawc.train.phase import Job, Phase, Update
from pawc.train.saving import Place
from pawc.train.validate import validate

SAY_EVERY = 30.0
"""Seconds between two lines that say how a run is doing, where no progress bar can be shown."""


class Driver:
    """Runs phases one after the other. `max_minutes`: then it stops, as if interrupted."""

    def __init__(
        self, job: Job, console: Console, *, held_out: Corpus | None = None, max_minutes: float = math.inf
    ) -> None:
        self.job, self.console, self._held_out = job, console, held_out
        self._deadline = monotonic() + 60 * max_minutes
        self._saved = monotonic()
        self._said = monotonic()
        self._interrupted = False

    def run(self, phase: Phase, place: Place | None) -> bool:
        """Run a phase, from `place` if that is one of its steps. Whether it is done (else it was stopped)."""
        settings, job = phase.settings, self.job
        optimizer = torch.optim.AdamW(
            job.compiler.parameters(), settings.learning_rate, betas=(0.9, 0.99), weight_decay=0.0
        )
        done = 0
        if place is not None and place.phase == phase.name:
            if place.finished:
                return True
            done = place.step
            phase.restore(saving.restore_optimizer(job.folder, optimizer))
            if self._due(done, settings):
                self._validate(phase.name, done)
        began, first = monotonic(), done
        while done < settings.steps:
            row, stop = self._step(phase, optimizer, done)
            done += 1
            self._write({"phase": phase.name, "step": done, **row})
            left = (monotonic() - began) / (done - first) * (settings.steps - done)
            self._say(phase.name, done, settings.steps, row["loss"], left)
            if stop:
                self._save(phase, optimizer, Place(phase=phase.name, step=done))
                return False
            if monotonic() - self._saved > 60 * job.config.checkpoint_minutes:
                self._save(phase, optimizer, Place(phase=phase.name, step=done))
            if self._due(done, settings):
                self._validate(phase.name, done)
        self._save(phase, optimizer, Place(phase=phase.name, step=done))
        if figures := phase.finish():
            self._write({"phase": phase.name, "step": done, "finish": figures})
            self.console.log(f"{phase.name}: " + _figures(figures))
        self._validate(phase.name, done)
        self._save(phase, optimizer, Place(phase=phase.name, step=done, finished=True))
        return True

    @contextmanager
    def stopping_on_signals(self) -> Iterator[None]:
        """Inside, Ctrl-C and SIGTERM end the step that runs, save, and stop; a second Ctrl-C stops at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def note(number: int, _: Any) -> None:
            if self._interrupted and number == signal.SIGINT:
                raise KeyboardInterrupt
            self._interrupted = True

        before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """Ask for a stop after the step that runs."""
        self._interrupted = True

    def _step(self, phase: Phase, optimizer: torch.optim.Optimizer, step: int) -> tuple[dict[str, float], bool]:
        start, settings = monotonic(), phase.settings
        for group in optimizer.param_groups:
            group["lr"] = rate(settings, step)
        rows = []
        for update in phase.updates(step):
            optimizer.zero_grad(set_to_none=True)
            values = self._backward(update, phase.name, step)
            norm = torch.nn.utils.clip_grad_norm_(self.job.compiler.parameters(), settings.clip).item()
            loss = values["loss"]
            if not (math.isfinite(loss) and math.isfinite(norm)):
                fail(
                    "P1213",
                    f"training diverged at step {step + 1} of phase `{phase.name}`: loss {loss}, gradient norm {norm}",
                    where=str(self.job.folder),
                    help=f"resume with --set {phase.name}.learning_rate={settings.learning_rate / 3:.1e}",
                )
            optimizer.step()
            rows.append({**values, "norm": norm})
        mean = {name: sum(row[name] for row in rows) / len(rows) for name in rows[0]}
        stop = mean.pop("stop") > 0
        return {**mean, "rate": rate(settings, step), "seconds": round(monotonic() - start, 3)}, stop

    def _backward(self, update: Update, name: str, step: int) -> dict[str, float]:
        """The gradients of an update, summed over its parts and all processes, and the mean of what it reports."""
        sums: dict[str, Tensor] = {}
        for compute in update:
            part = compute()
            part.loss.backward()  # type: ignore[no-untyped-call]
            for key, (total, count) in part.sums.items():
                pair = torch.stack([total.float(), torch.tensor(count, device=total.device)])
                sums[key] = sums[key] + pair if key in sums else pair
        if not sums:
            fail(
                "P1212",
                f"step {step + 1} of phase `{name}` has nothing for process {self.job.rank}",
                where=f"{name}.functions",
                help=f"a batch needs a function for each of the {self.job.world} processes",
            )
        stop = torch.tensor(float(self._interrupted or monotonic() > self._deadline))
        flag = stop.to(next(iter(sums.values())).device)
        parameters = list(self.job.compiler.parameters())
        for parameter in parameters:
            if parameter.grad is None:  # e.g. the program tokens while only programs are written
                parameter.grad = torch.zeros_like(parameter)
        summed([flag, *sums.values(), *(p.grad for p in parameters if p.grad is not None)])
        together = torch.stack(list(sums.values())).tolist()
        found = {key: total / count for key, (total, count) in zip(sums, together, strict=True)}
        return {**found, "stop": flag.item()}

    def _due(self, done: int, settings: Settings) -> bool:
        """Whether held-out tasks are looked at between the step that is done and the next."""
        every = self.job.config.validation.every
        return every > 0 and 0 < done < settings.steps and done % every == 0

    def _validate(self, phase: str, step: int) -> None:
        if self._held_out is None:
            return
        figures = validate(self.job, self._held_out)
        self._write({"phase": phase, "step": step, "validation": figures})
        self.console.log(f"{phase} {step}: held-out tasks right: " + _figures(figures))

    def _save(self, phase: Phase, optimizer: torch.optim.Optimizer, place: Place) -> None:
        if self.job.rank == 0:
            saving.write(self.job.folder, place, self.job.compiler, optimizer, phase.state())
        self._saved = monotonic()
        wait()

    def _write(self, row: dict[str, Any]) -> None:
        if self.job.rank == 0:
            saving.append_metrics(self.job.folder, row)

    def _say(self, phase: str, done: int, steps: int, loss: float, left: float) -> None:
        self.console.progress(phase, done, steps)
        if monotonic() - self._said > SAY_EVERY or done == steps:
            self._said = monotonic()
            self.console.log(f"{phase} {done}/{steps}: loss {loss:.4f}, {clock(left)} left")


def rate(settings: Settings, step: int) -> float:
    """The learning rate of a step: a linear warm-up, then a cosine down to `floor` of the peak."""
    if step < settings.warmup:
        return settings.learning_rate * (step + 1) / settings.warmup
    through = (step - settings.warmup) / max(1, settings.steps - settings.warmup)
    cosine = 0.5 * (1 + math.cos(math.pi * through))
    return settings.learning_rate * (settings.floor + (1 - settings.floor) * cosine)


def clock(seconds: float) -> str:
    """Seconds as `1:02:03`, or `2:03` below an hour."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _figures(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in figures.items())
