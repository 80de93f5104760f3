"""Functions applied to records -> cells that fill with outcomes, by dataflow.

A value is a cell that is filled once; whoever needs it waits there. Exact operations run as soon as their operands
are there; calls of neural functions queue, from all records, stages, match arms and `map` items in flight, and
`advance` gives the engine the longest queue as one batch. What a function does not need for its result is not
evaluated. A failure is an outcome like any other: it passes through all that depends on it, and touches nothing else.
"""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pawc import std
from pawc.base.diagnostics import InternalError
from pawc.base.types import Float, List, Optional, Record, Type, conform, freeze, render, thaw
from pawc.ir.nodes import (
    AnyOperation,
    Block,
    Call,
    Concat,
    Const,
    Function,
    GetField,
    MakeList,
    MakeRecord,
    Map,
    Match,
    NeuralFunction,
    operands,
)
from pawc.runtime.cells import Cell, Cells, exact, known
from pawc.runtime.outcome import Engine, Failure, Outcome
from pawc.std.builtin import LONGEST_TEXT, Builtin


@dataclass(frozen=True)
class Step:
    """One operation of one record: `place` is its function and the name of its result.

    `seconds` is the time from its last operand to its outcome; a neural call's includes the wait for its batch.
    """

    place: str
    operation: str
    outcome: Outcome
    seconds: float


@dataclass(frozen=True, eq=False)
class Frame:
    """One activation of a function: its name in traces, where its record's steps go (None: nowhere), its values."""

    place: str
    steps: list[Step] | None
    values: Mapping[str, Cell]


@dataclass(frozen=True, eq=False)
class _Request:
    """A neural call that waits for its batch."""

    arguments: tuple[Any, ...]
    target: Cell


class Dataflow:
    """All that is in flight between one module and one engine; the engine gets at most `batch` calls at a time.

    With `patience`, no queue is passed over more than about so often: callers wait for one that never grows long.
    """

    def __init__(
        self, functions: Mapping[str, Function], engine: Engine, batch: int, patience: int | None = None
    ) -> None:
        self._functions, self._engine, self._batch, self._patience = functions, engine, batch, patience
        self._queues: dict[str, deque[_Request]] = {}
        self._passed_over: Counter[str] = Counter()
        self._cells = Cells()
        self._needed: dict[int, tuple[AnyOperation, ...]] = {}
        self.in_flight = 0

    def start(self, symbol: str, arguments: Sequence[Any], steps: list[Step] | None) -> Cell:
        """The cell of a function's outcome for these arguments."""
        self.in_flight += 1
        cell = self._call(symbol, [known(value) for value in arguments], Frame("", steps, {}), "")
        self._cells.after([cell], self._finished)
        self._cells.settle()
        return cell

    def advance(self) -> None:
        """Run one batch on the engine, and all that its outcomes make possible."""
        symbol = self._next()
        queue = self._queues[symbol]
        requests = [queue.popleft() for _ in range(min(self._batch, len(queue)))]
        if not queue:
            del self._queues[symbol]
        function = self._functions[symbol]
        assert isinstance(function, NeuralFunction)
        kinds = [param.type for param in function.params]
        asked: dict[tuple[str, ...], list[_Request]] = {}  # the same call on the same values is made once
        for request in requests:
            key = tuple(render(kind, value) for kind, value in zip(kinds, request.arguments, strict=True))
            asked.setdefault(key, []).append(request)
        outcomes = self._engine.call(function, [same[0].arguments for same in asked.values()])
        if len(outcomes) != len(asked):
            raise InternalError(f"the engine gave {len(outcomes)} outcomes for {len(asked)} calls of `{symbol}`")
        for same, outcome in zip(asked.values(), outcomes, strict=True):
            for request in same:
                self._cells.fill(request.target, outcome)
        self._cells.settle()

    def _next(self) -> str:
        """The queue to serve: the longest, or one that full ones were preferred to for too long."""
        if self._patience is None:
            return max(self._queues, key=lambda name: len(self._queues[name]))
        patience = self._patience

        def urgency(name: str) -> float:
            return min(1.0, len(self._queues[name]) / self._batch) + self._passed_over[name] / patience

        chosen = max(self._queues, key=urgency)
        self._passed_over.update(self._queues.keys())
        del self._passed_over[chosen]
        return chosen

    def _finished(self) -> None:
        self.in_flight -= 1

    def _call(self, symbol: str, arguments: Sequence[Cell], caller: Frame, item: str) -> Cell:
        if function := self._functions.get(symbol):
            given = [self._as(param.type, cell) for param, cell in zip(function.params, arguments, strict=True)]
            if isinstance(function, NeuralFunction):
                return self._ask(symbol, given)
            values = {param.name: cell for param, cell in zip(function.params, given, strict=True)}
            return self._as(function.result, self._block(function.body, Frame(symbol + item, caller.steps, values)))
        if builtin := std.lookup(symbol):
            return self._cells.compute(arguments, lambda values: _apply(builtin, values))
        raise InternalError(f"there is no function `{symbol}` in the module")

    def _ask(self, symbol: str, arguments: Sequence[Cell]) -> Cell:
        target = Cell()

        def enqueue(values: list[Any]) -> None:
            self._queues.setdefault(symbol, deque()).append(_Request(tuple(values), target))

        return self._cells.gather(arguments, target, enqueue)

    def _block(self, block: Block, frame: Frame) -> Cell:
        values = dict(frame.values)
        frame = Frame(frame.place, frame.steps, values)
        for operation in self._needed_of(block):
            values[operation.result] = (
                self._operation(operation, frame) if frame.steps is None else self._traced(operation, frame)
            )
        return values[block.result]

    def _as(self, kind: Type, cell: Cell) -> Cell:
        """The value as every value of its type is written: an int where a float is expected becomes one."""
        return self._cells.compute([cell], lambda values: _conformed(kind, values[0])) if _converts(kind) else cell

    def _operation(self, operation: AnyOperation, frame: Frame) -> Cell:
        cell = self._evaluate(operation, frame)
        return cell if operation.type is None else self._as(operation.type, cell)

    def _evaluate(self, operation: AnyOperation, frame: Frame) -> Cell:
        cells = [frame.values[name] for name in operands(operation)]
        match operation:
            case Const(value=value):
                return known(thaw(value))
            case Call(callee=callee):
                return self._call(callee, cells, frame, "")
            case Map(callee=callee, over=over):
                return self._map(callee, cells, over, frame)
            case Match():
                return self._match(operation, cells[0], frame)
            case Concat():
                return self._cells.compute(cells, _concat)
            case MakeList():
                return self._cells.compute(cells, exact)
            case MakeRecord(names=names):
                return self._cells.compute(cells, lambda values: exact(dict(zip(names, values, strict=True))))
            case GetField(name=name):
                return self._cells.compute(cells, lambda values: exact(values[0].get(name)))

    def _map(self, callee: str, cells: list[Cell], over: int, frame: Frame) -> Cell:
        target = Cell()

        def spread(lists: list[Any]) -> None:
            items = [
                self._call(callee, [*cells[:over], known(item), *cells[over + 1 :]], frame, f"[{index}]")
                for index, item in enumerate(lists[0])
            ]
            self._cells.gather(items, target, lambda values: self._cells.fill(target, exact(values)))

        return self._cells.gather([cells[over]], target, spread)

    def _match(self, operation: Match, subject: Cell, frame: Frame) -> Cell:
        target = Cell()

        def take(values: list[Any]) -> None:
            value = freeze(values[0])
            arm = next((arm for arm in operation.arms if arm.is_default or arm.pattern == value), None)
            if arm is None:
                shown = json.dumps(values[0], ensure_ascii=False)
                self._cells.fill(target, Failure("P0805", f"no arm of the `match` is for {shown}"))
            else:
                self._cells.forward(self._block(arm.block, frame), target)

        return self._cells.gather([subject], target, take)

    def _traced(self, operation: AnyOperation, frame: Frame) -> Cell:
        begun = time.perf_counter()

        def begin() -> None:
            nonlocal begun
            begun = time.perf_counter()

        def end() -> None:
            assert cell.outcome is not None and frame.steps is not None
            place = f"{frame.place} %{operation.result}"
            seconds = time.perf_counter() - begun
            frame.steps.append(Step(place, _describe(operation), cell.outcome, seconds))

        self._cells.after([frame.values[name] for name in operands(operation)], begin)
        cell = self._operation(operation, frame)
        if not isinstance(operation, Const):
            self._cells.after([cell], end)
        return cell

    def _needed_of(self, block: Block) -> tuple[AnyOperation, ...]:
        """The operations of a block that its result depends on, in order."""
        if (found := self._needed.get(id(block))) is None:
            wanted, kept = {block.result}, []
            for operation in reversed(block.operations):
                if operation.result in wanted:
                    kept.append(operation)
                    wanted.update(self._reads(operation))
            found = self._needed[id(block)] = tuple(reversed(kept))
        return found

    def _reads(self, operation: AnyOperation) -> Iterator[str]:
        yield from operands(operation)
        for arm in operation.arms if isinstance(operation, Match) else ():
            yield arm.block.result
            for inner in self._needed_of(arm.block):
                yield from self._reads(inner)


@cache
def _converts(kind: Type) -> bool:
    """Whether `conform` may change a value of the type."""
    match kind:
        case List(item) | Optional(item):
            return _converts(item)
    return isinstance(kind, Float | Record)


def _conformed(kind: Type, value: Any) -> Outcome:
    try:
        return exact(conform(kind, value))
    except OverflowError:
        return Failure("P0807", "the int is too large to be a float")


def _apply(builtin: Builtin, values: list[Any]) -> Outcome:
    value = builtin.call(*values)
    if isinstance(value, std.Error):
        return Failure("P0804", f"{builtin.symbol.removeprefix('std.')}: {value.message}")
    return exact(value)


def _concat(values: list[Any]) -> Outcome:
    texts = [value if isinstance(value, str) else json.dumps(value) for value in values]  # as `types.render`
    if sum(map(len, texts)) > LONGEST_TEXT:
        return Failure("P0807", f"the text would be longer than {LONGEST_TEXT} characters")
    return exact("".join(texts))


def _describe(operation: AnyOperation) -> str:
    match operation:
        case Call(callee=callee) | Map(callee=callee):
            return f"{type(operation).__name__.lower()} {callee}"
    return type(operation).__name__.lower()
