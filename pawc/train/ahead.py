"""What a step needs, made while the step before runs: a GPU does not wait for a tokenizer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Ahead(Generic[Made]):
    """`make(step)`, begun for the next of `steps` steps, in a thread, as soon as one is asked for."""

    def __init__(self, make: Callable[[int], Made], steps: int) -> None:
        self._make, self._steps = make, steps
        self._pool = ThreadPoolExecutor(1, "ahead")
        self._begun: dict[int, Future[Made]] = {}

    def __call__(self, step: int) -> Made:
        """What `make` gives, or raises, for a step."""
        begun = self._begun.pop(step, None)
        made = begun.result() if begun else self._make(step)
        self._begun = {step + 1: self._pool.submit(self._make, step + 1)} if step + 1 < self._steps else {}
        return made
