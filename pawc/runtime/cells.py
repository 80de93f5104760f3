"""Values to come: cells that are filled once with an outcome, and what is done when they are."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from pawc.runtime.outcome import Answer, Failure, Outcome


class Cell:
    """A value to come, and what is to be done when it has."""

    __slots__ = ("outcome", "waiting")

    def __init__(self, outcome: Outcome | None = None) -> None:
        self.outcome = outcome
        self.waiting: list[Callable[[], None]] = []


def exact(value: Any) -> Answer:
    """The outcome of an exact operation; its text is made when somebody is to see it."""
    return Answer(value, "")


def known(value: Any) -> Cell:
    """A cell that is filled from the start."""
    return Cell(exact(value))


class Cells:
    """Fills cells, and runs what waits for them."""

    def __init__(self) -> None:
        self._ready: deque[Callable[[], None]] = deque()

    def fill(self, cell: Cell, outcome: Outcome) -> None:
        """Give a cell its outcome; what waits for it is done at the next `settle`."""
        cell.outcome = outcome
        self._ready += cell.waiting
        cell.waiting = []

    def settle(self) -> None:
        """Do all that can be done; from a queue, not by recursion: chains of values are as long as programs are."""
        while self._ready:
            self._ready.popleft()()

    def after(self, cells: Sequence[Cell], action: Callable[[], None]) -> None:
        """Have something done once all the cells are filled."""
        missing = [cell for cell in cells if cell.outcome is None]
        if not missing:
            self._ready.append(action)
            return
        count = len(missing)

        def filled() -> None:
            nonlocal count
            count -= 1
            if not count:
                action()

        for cell in missing:
            cell.waiting.append(filled)

    def gather(self, cells: Sequence[Cell], target: Cell, action: Callable[[list[Any]], None]) -> Cell:
        """Have an action fill `target` from these values; if one of them failed, the first failure fills it instead."""

        def ready() -> None:
            outcomes = [cell.outcome for cell in cells]
            if failure := next((outcome for outcome in outcomes if isinstance(outcome, Failure)), None):
                self.fill(target, failure)
            else:
                action([outcome.value for outcome in outcomes if isinstance(outcome, Answer)])

        self.after(cells, ready)
        return target

    def compute(self, cells: Sequence[Cell], function: Callable[[list[Any]], Outcome]) -> Cell:
        """The cell of what an exact operation makes of these values."""
        target = Cell()
        return self.gather(cells, target, lambda values: self.fill(target, function(values)))

    def forward(self, source: Cell, target: Cell) -> None:
        """Have `target` filled as `source` is."""

        def pass_on() -> None:
            assert source.outcome is not None
            self.fill(target, source.outcome)

        self.after([source], pass_on)
