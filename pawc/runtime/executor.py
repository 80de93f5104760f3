"""A linked module, an engine and a stream of records -> their outcomes, in order.

How one record is evaluated, and how calls of many are joined into batches, is `dataflow`'s matter; this is the
window that moves over the stream: what is read ahead, and when what is known is given out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

from pawc.base.diagnostics import InternalError
from pawc.base.types import mismatch, render
from pawc.ir.nodes import Function, Module
from pawc.runtime.cells import Cell
from pawc.runtime.dataflow import Dataflow, Step
from pawc.runtime.outcome import Answer, Engine, Failure, Outcome

Incoming: TypeAlias = tuple[Any, ...] | Failure | None
"""A record's arguments; a failure, for one that could not be read; None: nothing more is there just now."""

Ticket = TypeVar("Ticket")
"""What a caller knows its call by."""

PATIENCE = 4
"""In a session, a call waits for about so many batches of other functions at most."""


class Executor:
    """Runs the functions of a linked module."""

    def __init__(self, module: Module, engine: Engine) -> None:
        self._functions: dict[str, Function] = {function.symbol: function for function in module.functions}
        self._engine = engine

    def run(self, symbol: str, records: Iterable[Incoming], batch: int = 32) -> list[Outcome]:
        """The outcomes of all records."""
        return list(self.stream(symbol, records, batch))

    def stream(self, symbol: str, records: Iterable[Incoming], batch: int = 32) -> Iterator[Outcome]:
        """The outcome of each record, in order, as soon as it and those before it are known.

        Records are read ahead by two batches, so that one stage of some runs with another stage of others.
        At a `None` nothing is read on before all outcomes so far are given out.
        """
        return (outcome for outcome, _ in self._flow(symbol, records, batch, traced=False))

    def trace(
        self, symbol: str, records: Iterable[Incoming], batch: int = 32
    ) -> Iterator[tuple[Outcome, tuple[Step, ...]]]:
        """As `stream`, each outcome with the steps that led to it, in the order in which they were done."""
        return self._flow(symbol, records, batch, traced=True)

    def session(self, batch: int = 32) -> Session[Any]:
        """A session for callers that come one by one, from many sides."""
        return Session(self._functions, self._engine, batch)

    def _flow(
        self, symbol: str, records: Iterable[Incoming], batch: int, *, traced: bool
    ) -> Iterator[tuple[Outcome, tuple[Step, ...]]]:
        if (function := self._functions.get(symbol)) is None:
            raise InternalError(f"there is no function `{symbol}` in the module")
        flow = Dataflow(self._functions, self._engine, batch)
        pending: deque[tuple[Cell, list[Step]]] = deque()

        def room() -> bool:
            """The second bound holds what is finished but waits for a slow record before it."""
            return flow.in_flight < 2 * batch and len(pending) < 8 * batch

        coming = iter(records)
        ended = False
        while not ended or pending:
            pause = False
            while not ended and not pause and room():
                try:
                    record = next(coming)
                except StopIteration:
                    ended = True
                    break
                steps: list[Step] = []
                if record is None:
                    pause = True
                elif isinstance(record, Failure):
                    pending.append((Cell(record), steps))
                elif failure := _unfit(function, record):
                    pending.append((Cell(failure), steps))
                else:
                    pending.append((flow.start(symbol, record, steps if traced else None), steps))
            while pending:
                cell, steps = pending[0]
                if cell.outcome is not None:
                    pending.popleft()
                    yield _finished(function, cell.outcome), tuple(steps)
                elif not ended and not pause and room():
                    break
                else:
                    flow.advance()


class Session(Generic[Ticket]):
    """Calls of any functions of a module, begun when they come: those that wait are one batch for the engine.

    Each call comes with a ticket, and its outcome with the same ticket: there is no order to keep. For one thread.
    """

    def __init__(self, functions: Mapping[str, Function], engine: Engine, batch: int) -> None:
        self._functions = functions
        self._flow = Dataflow(functions, engine, batch, patience=PATIENCE)
        self._open: list[tuple[Ticket, Function, Cell]] = []

    def begin(self, ticket: Ticket, symbol: str, record: tuple[Any, ...]) -> None:
        """Begin a call; what it needs of the engine waits for `advance`."""
        if (function := self._functions.get(symbol)) is None:
            raise InternalError(f"there is no function `{symbol}` in the module")
        failure = _unfit(function, record)
        cell = Cell(failure) if failure else self._flow.start(symbol, record, None)
        self._open.append((ticket, function, cell))

    def advance(self) -> None:
        """Run one batch on the engine, if a call waits for it."""
        if self._flow.in_flight:
            self._flow.advance()

    def take(self) -> list[tuple[Ticket, Outcome]]:
        """The outcomes that are known by now, each once."""
        known = [(ticket, function, cell.outcome) for ticket, function, cell in self._open if cell.outcome is not None]
        self._open = [item for item in self._open if item[2].outcome is None]
        return [(ticket, _finished(function, outcome)) for ticket, function, outcome in known]


def _unfit(function: Function, record: tuple[Any, ...]) -> Failure | None:
    """Why the arguments cannot be given to the function."""
    if len(record) != len(function.params):
        return Failure("P0801", f"expected {len(function.params)} arguments, got {len(record)}")
    for param, value in zip(function.params, record, strict=True):
        if why := mismatch(param.type, value):
            return Failure("P0801", f"argument `{param.name}`: {why}")
    return None


def _finished(function: Function, outcome: Outcome) -> Outcome:
    """An answer with its text: what an engine wrote stays, what was computed is rendered."""
    if isinstance(outcome, Failure) or outcome.text:
        return outcome
    return Answer(outcome.value, render(function.result, outcome.value), outcome.scores)
