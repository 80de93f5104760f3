"""What is measured of the run path, and how: cases in which engines take turns, and the machine's limits."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

OURS = "native"
PEER = "llama.cpp"

BATCHES = {"labels": "256 inputs of 10 to 60 tokens, labels", "texts": "the same, 4 tokens each"}

PARTS = ("limits", "starts", "calls", "labels", "texts", "stream", "builds")


@dataclass
class Case:
    """Seconds of each engine in each round, for `count` answers."""

    name: str
    count: int
    seconds: dict[str, list[float]] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Case:
        """A case that was kept as JSON."""
        return cls(kept["name"], kept["count"], kept["seconds"])

    def median(self, engine: str) -> float:
        return statistics.median(self.seconds[engine]) / self.count

    def ratio(self, engine: str, ours: str) -> float:
        """How many times as fast as `engine` ours is."""
        return statistics.median(
            theirs / own for theirs, own in zip(self.seconds[engine], self.seconds[ours], strict=True)
        )


def alternating(case: Case, rounds: int, work: Mapping[str, Callable[[int], Any]]) -> Case:
    """Each engine's work once a round, in turns; the work is told the number of the round."""
    for number in range(rounds):
        for engine, call in work.items():
            start = time.perf_counter()
            call(number)
            case.seconds.setdefault(engine, []).append(time.perf_counter() - start)
    print(f"{case.name}: " + ", ".join(f"{name} {1000 * case.median(name):.1f} ms" for name in work), flush=True)
    return case


@dataclass(frozen=True)
class Limits:
    """What the machine can do, and what the two halves of a call need of it."""

    bandwidth: float
    products: float
    kind: str
    token_bytes: int
    token_products: int
    step_seconds: Mapping[str, float]
    reading_seconds: Mapping[str, float]
    reading_tokens: int
    threads: int


def cases_of(results: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The calls and batches among what was measured, as JSON has them."""
    return [case for part in ("calls", *BATCHES) if part in results for case in results[part]["cases"]]
