"""Calls of all clients -> their outcomes, from one thread that owns the engines.

Calls of a program meet in one executor session: whatever waits when the engine is free is its next batch, whoever
asked. Requests take turns, so that a long list delays a single call by a batch and not by the whole list. A call is
paired with its request by a ticket that travels with it; nothing is matched up afterwards.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pawc.base.diagnostics import InternalError, PawError
from pawc.driver.program import Program
from pawc.ir.nodes import NeuralFunction
from pawc.runtime.executor import Executor, Session
from pawc.runtime.outcome import Failure, Outcome
from pawc.serve.metrics import Metrics
from pawc.serve.samples import sample_call

LOG = logging.getLogger("pawc.serve")

BROKEN = Failure("P0966", "a fault in the server; its log has more")


class Full(Exception):
    """No more calls are taken just now; `seconds` is when there may be room again."""

    def __init__(self, seconds: float) -> None:
        super().__init__("the queue is full")
        self.seconds = seconds


@dataclass(eq=False)
class Job:
    """The calls of one request; `then` gets their outcomes in order, on the worker's thread."""

    symbol: str
    calls: Sequence[tuple[Any, ...]]
    then: Callable[[list[Outcome]], None]
    came: float
    begun: int = 0
    outcomes: dict[int, Outcome] = field(default_factory=dict)


Ticket = tuple[Job, int]
"""A call: its job, and its number there."""


@dataclass(eq=False)
class Lane:
    """One program: its jobs that have calls to begin, and the calls in flight."""

    executor: Executor
    session: Session[Ticket]
    waiting: deque[Job] = field(default_factory=deque)
    in_flight: set[Ticket] = field(default_factory=set)


class Worker:
    """The thread. It holds at most `limit` calls, and gives an engine at most `batch` of them at once.

    A call that finds all engines idle waits up to `max_wait` seconds for company.
    """

    def __init__(
        self, programs: Mapping[str, Program], metrics: Metrics, *, batch: int, max_wait: float, limit: int
    ) -> None:
        self._programs, self._batch, self._max_wait, self._limit = programs, batch, max_wait, limit
        self._lanes = {}
        for name, program in programs.items():
            executor = Executor(program.executable.module, _Guarded(program, metrics))
            self._lanes[name] = Lane(executor, executor.session(batch))
        self._changed = threading.Condition()
        self._held = 0
        self._closing = False
        self._pace = 0.1
        self._thread = threading.Thread(target=self._run, daemon=True, name="worker")
        self.ready = threading.Event()
        self.failure: Exception | None = None

    @property
    def held(self) -> int:
        """How many calls were accepted and have no outcome yet."""
        return self._held

    @property
    def limit(self) -> int:
        """How many calls are held at most."""
        return self._limit

    def start(self) -> None:
        """Load what the programs need, then work: `ready` says when, `failure` why not."""
        self._thread.start()

    def submit(
        self, program: str, symbol: str, calls: Sequence[tuple[Any, ...]], then: Callable[[list[Outcome]], None]
    ) -> Job:
        """Have calls made (one at least): all of them are accepted, or none (Full)."""
        job = Job(symbol, calls, then, time.monotonic())
        with self._changed:
            if self._closing:
                raise InternalError("a call came after the worker was closed")
            if self._held + len(calls) > self._limit:
                raise Full(self._held * self._pace)
            self._held += len(calls)
            self._lanes[program].waiting.append(job)
            self._changed.notify()
        return job

    def abandon(self, job: Job) -> None:
        """Nobody waits for a job any more: those of its calls that were not begun never will be."""
        with self._changed:
            for lane in self._lanes.values():
                if job in lane.waiting:
                    lane.waiting.remove(job)
                    self._held -= len(job.calls) - job.begun

    def close(self, timeout: float | None = None) -> bool:
        """Take no more calls and finish those that were accepted; whether that was done in time."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._warm_up()
        except Exception as error:
            self.failure = error
            self._give_up()
            return
        self.ready.set()
        while self._await_work():
            for lane in self._lanes.values():
                self._give(self._step(lane))

    def _give_up(self) -> None:
        """Answer what was accepted while loading, as nothing will be loaded; and take no more."""
        with self._changed:
            self._closing = True
            jobs = [job for lane in self._lanes.values() for job in lane.waiting]
            for lane in self._lanes.values():
                lane.waiting.clear()
            self._held = 0
        for job in jobs:
            job.then([BROKEN] * len(job.calls))

    def _warm_up(self) -> None:
        """One call of every neural function, so that no client pays for what is loaded and computed once."""
        for program in self._programs.values():
            for function in program.executable.module.neural:
                if (call := sample_call(function.params)) is not None:
                    program.engine.call(function, [call])

    def _await_work(self) -> bool:
        """Wait until there is a batch to run, or a part of one that has waited long enough; False: never again."""
        with self._changed:
            while not any(lane.in_flight for lane in self._lanes.values()):
                waiting = [job for lane in self._lanes.values() for job in lane.waiting]
                if self._closing or sum(len(job.calls) for job in waiting) >= self._batch:
                    return bool(waiting)
                left = min((job.came for job in waiting), default=0.0) + self._max_wait - time.monotonic()
                if waiting and left <= 0:
                    return True
                self._changed.wait(left if waiting else None)
        return True

    def _step(self, lane: Lane) -> list[tuple[Ticket, Outcome]]:
        """Begin what there is room for, and run a batch unless something is known without one."""
        begun = time.monotonic()
        try:
            self._begin(lane)
            if known := lane.session.take():
                return known
            lane.session.advance()
            known = lane.session.take()
        except Exception:
            LOG.exception("the executor failed; the calls in flight are answered with P0966")
            lane.session = lane.executor.session(self._batch)
            return [(ticket, BROKEN) for ticket in lane.in_flight]
        if known:
            self._pace += 0.2 * ((time.monotonic() - begun) / len(known) - self._pace)
        return known

    def _begin(self, lane: Lane) -> None:
        """Begin calls of one job after the other, up to two batches: one stage of some runs with another of others."""
        while len(lane.in_flight) < 2 * self._batch:
            with self._changed:
                if not lane.waiting:
                    return
                job = lane.waiting.popleft()
                number, job.begun = job.begun, job.begun + 1
                if job.begun < len(job.calls):
                    lane.waiting.append(job)
            lane.in_flight.add((job, number))
            lane.session.begin((job, number), job.symbol, job.calls[number])

    def _give(self, known: list[tuple[Ticket, Outcome]]) -> None:
        """Give outcomes to their jobs, and complete jobs to those who wait for them.

        First there is room again: whoever has an answer may send the next call at once.
        """
        with self._changed:
            self._held -= len(known)
            for lane in self._lanes.values():
                lane.in_flight.difference_update(ticket for ticket, _ in known)
        for ticket, outcome in known:
            job, number = ticket
            job.outcomes[number] = outcome
            if len(job.outcomes) == len(job.calls):
                try:
                    job.then([job.outcomes[index] for index in range(len(job.calls))])
                except Exception:
                    LOG.exception("nobody took the outcomes of a request")


class _Guarded:
    """A program's engine, measured; one that fails is a failed outcome of the calls that it fails for."""

    def __init__(self, program: Program, metrics: Metrics) -> None:
        self._program, self._metrics = program, metrics

    def call(self, function: NeuralFunction, batch: Sequence[tuple[Any, ...]]) -> list[Outcome]:
        begun = time.monotonic()
        try:
            outcomes = self._program.engine.call(function, batch)
        except PawError as error:
            first = error.diagnostics[0]
            outcomes = [Failure(first.code, first.message)] * len(batch)
        except Exception:
            LOG.exception("a batch of %d calls of `%s` failed", len(batch), function.symbol)
            if len(batch) == 1:
                return [BROKEN]
            return [self.call(function, [one])[0] for one in batch]  # so that one call harms no other
        self._metrics.batch(function.symbol, len(batch), time.monotonic() - begun)
        return outcomes
