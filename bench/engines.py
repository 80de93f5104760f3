"""The native engine beside torch, on the same programs and inputs -> a table (docs/benchmarks.md).

    python -m bench.engines [--rounds N] [--clock wall|cpu]

The engines take turns; a figure is the median of its rounds. On a machine that others use too, `--clock cpu` with
OMP_NUM_THREADS=1 counts the processor's time, not the wait for it. Programs are -O0 prompts on the embedded
interpreter.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pawc.driver.build import Builder, Options
from pawc.driver.console import Console
from pawc.driver.program import Program
from pawc.driver.project import Project
from pawc.interpreters.store import Store

ENGINES = {"torch": "cpu", "native": "native"}
SOURCE = """
fn urgency(message: text) -> "immediate" | "wait" {
  spec "Classify if a message needs immediate attention or can wait."
  example "Urgent: the server is down!" -> "immediate"
  example "Newsletter: spring picnic" -> "wait"
}
fn short(message: text) -> text {
  spec "Give the message in four words or fewer."
  example "Urgent: the server is down!" -> "server down"
  example "Newsletter: spring picnic" -> "spring picnic"
  option max_tokens = 4
}
"""
WORDS = """
the printer on floor nine is out of paper server down again please call me about lunch on friday invoice number was paid
twice and customer wants money back today picnic meeting moved to room window broken water in cellar
""".split()  # noqa: SIM905


def messages(count: int, shortest: int, longest: int, seed: int = 0) -> list[str]:
    """Different inputs of so many words, about as many tokens."""
    draw = random.Random(seed)
    return [" ".join(draw.choices(WORDS, k=draw.randint(shortest, longest))) for _ in range(count)]


CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


def alternating(rounds: int, clock: str, work: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """The median time of each, in seconds; they take turns."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, call in work.items():
            times[name].append(_seconds(call, clock))
    return {name: statistics.median(seen) for name, seen in times.items()}


OBSERVER = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], input=b"the server is down\\n", stdout=subprocess.DEVNULL).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(status)
"""
"""A small process between: a child's peak memory starts with that of its parent."""


def cold(engine: str, path: Path, clock: str) -> tuple[float, float]:
    """Seconds and megabytes of `pawc run` with one line."""
    command = [sys.executable, "-m", "pawc.cli.main", "run", str(path), "-f", "urgency", "--engine", engine]
    start = time.perf_counter()
    run = subprocess.run([sys.executable, "-c", OBSERVER, *command], check=True, capture_output=True, text=True)
    waited = time.perf_counter() - start
    processor, kilobytes = map(float, run.stdout.split())
    return waited if clock == "wall" else processor, kilobytes / 1024


def decode_limit() -> tuple[int, float]:
    """Bytes that one decoded token has to read with 8-bit weights, and the seconds that a plain copy of them takes."""
    import numpy as np

    size = sum(path.stat().st_size for path in [*_cached_weights()])
    block = np.ones(size, np.uint8)
    best = min(_seconds(lambda: block.view(np.uint64).sum()) for _ in range(5))
    return size, best


def _cached_weights() -> list[Path]:
    from pawc.interpreters.store import cache_root

    return sorted((cache_root() / "native").glob(f"{Store().resolve().sha256[:32]}-*.weights"))


def _seconds(call: Callable[[], Any], clock: str = "wall") -> float:
    start = CLOCKS[clock]()
    call()
    return CLOCKS[clock]() - start


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "paw.toml").touch()
        source = Path(folder) / "bench.paw"
        source.write_text(SOURCE)
        program = Program(Builder(Options(level=0), Console(quiet=True)).executable(Project.load([source])))
        path = Path(folder) / "bench.pawx"
        program.dump(path)
        report(program, path, given.rounds, given.clock)


def report(program: Program, path: Path, rounds: int, clock: str) -> None:
    on = {name: program.on(backend) for name, backend in ENGINES.items()}
    one, many = messages(64, 28, 28), messages(256, 10, 60, seed=1)
    threads = os.environ.get("OMP_NUM_THREADS", "all")
    print(f"| {clock} time, {threads} threads | torch | native | torch / native |\n|---|---|---|---|")
    for name, function in (("label", "urgency"), ("text, 4 tokens", "short")):
        calls = iter(one * 1000)
        work = {engine: lambda at=on[engine][function], calls=calls: at(next(calls)) for engine in on}
        _warm(work)
        row(f"one call, 28 words in: {name}, ms", alternating(4 * rounds, clock, work), 1000)
    starts: dict[str, list[tuple[float, float]]] = {engine: [] for engine in on}
    for _ in range(rounds):
        for engine in on:
            starts[engine].append(cold(engine, path, clock))
    for place, name in enumerate(("`pawc run` with one line, s", "its peak memory, MB")):
        row(name, {engine: statistics.median(run[place] for run in runs) for engine, runs in starts.items()})
    work = {engine: lambda at=on[engine]["urgency"]: at.map(many, batch=256) for engine in on}
    row("256 inputs of 10 to 60 words, label, ms", alternating(max(1, rounds // 2), clock, work), 1000)
    print()
    for at in ("urgency", "short"):
        ours, theirs = (engine[at].map(one, batch=64) for engine in on.values())
        same = sum(a == b for a, b in zip(ours, theirs, strict=True))
        print(f"`{at}`: {same} of {len(one)} answers are the same.", flush=True)
    size, seconds = decode_limit()
    print(f"\nOne token reads {size / 1e6:.0f} MB of weights; one thread reads as much in {seconds * 1000:.1f} ms.")
    load = os.getloadavg()[0]
    print(f"\nPython {platform.python_version()}, {platform.machine()}, {os.cpu_count()} CPUs, load {load:.1f}.")


def row(name: str, found: dict[str, float], by: float = 1) -> None:
    """Write a row of the table, as soon as it is known."""
    torch, native = found["torch"] * by, found["native"] * by
    print(f"| {name} | {torch:.2f} | {native:.2f} | {torch / native:.2f} |", flush=True)


def _warm(work: dict[str, Callable[[], Any]]) -> None:
    for call in work.values():
        call()


if __name__ == "__main__":
    main()
