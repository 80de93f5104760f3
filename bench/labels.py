"""Label functions on public tasks: scored against free decoding with the same program, and how good the scores are.

    python -m bench.labels run CORPUS.jsonl.gz            # resumes where it stopped; needs the default interpreter
    python -m bench.labels report -o docs/labels.md

The corpus is that of `bench.dev_tasks`. A task is taken if its answers are few texts that all occur often; each
becomes a function whose result is those labels, compiled at `-O0`. *Free* is the very same program, its result
declared `text`. Every test is one call of each arm, the arms in turns, in one process.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pawc
from bench.calibration import BINS, brier, calibration_error, kept, log_loss
from bench.dev_tasks import Task, interval, read_tasks
from bench.run_and_report import RunAndReport
from pawc.base.types import TEXT
from pawc.runtime.outcome import Answer, Outcome

MOST_LABELS = 10
FREE_TOKENS = 16
ARMS = ("scored", "plain", "free")
THRESHOLDS = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def labels_of(task: Task) -> list[str]:
    """The labels of a task, in the order of their first occurrence; none if it is no classification."""
    counts = Counter(answer for _, answer in (*task.examples, *task.tests))
    shown = {answer for _, answer in task.examples}
    usual = 2 <= len(counts) <= MOST_LABELS and min(counts.values()) >= 3 and all("\n" not in label for label in counts)
    return list(counts) if usual and shown == set(counts) else []


def measure(task: Task, labels: list[str]) -> dict[str, Any]:
    """Both arms on every test of a task; and what the same program answers without its calibration."""
    program = pawc.compile(task.spec, task.examples, name="answer", output=labels, level=0, quiet=True)
    (scored,) = program.executable.module.neural
    free = replace(scored, result=TEXT, options=(("max_tokens", FREE_TOKENS),))
    assert scored.program is not None
    bare = replace(scored, program=replace(scored.program, calibration=None))
    engine = program.engine
    for function in (scored, free):
        engine.call(function, [("warm up",)])
    plain = engine.call(bare, [(given,) for given, _ in task.tests])
    rows = []
    for number, (given, wanted) in enumerate(task.tests):
        row: dict[str, Any] = {"wanted": wanted, "plain": _value(plain[number]), "plain scores": _shares(plain[number])}
        arms = [("scored", scored), ("free", free)]
        for name, function in arms if number % 2 else arms[::-1]:
            start = time.process_time()
            (outcome,) = engine.call(function, [(given,)])
            row[f"{name} ms"] = 1000 * (time.process_time() - start)
            row[name] = _value(outcome)
            if name == "scored":
                row["scores"] = _shares(outcome)
        rows.append(row)
    fitted = scored.program.calibration
    return {"task": task.name, "labels": labels, "rows": rows, "temperature": fitted.temperature if fitted else 1.0}


def _value(outcome: Outcome) -> str | None:
    return outcome.value if isinstance(outcome, Answer) else None


def _shares(outcome: Outcome) -> list[float]:
    return [share for _, share in (outcome.scores or ())] if isinstance(outcome, Answer) else []


def run(args: argparse.Namespace) -> int:
    """Measure every task that has no result yet."""
    args.work.mkdir(parents=True, exist_ok=True)
    tasks = [(task, labels) for task in read_tasks(args.corpus, sys.maxsize) if (labels := labels_of(task))]
    until = time.perf_counter() + 60 * args.minutes
    for task, labels in tasks[: args.tasks]:
        place = args.work / f"{task.name.replace('/', '-')}.json"
        start = time.perf_counter()
        if place.exists() or start > until:
            continue
        result = measure(task, labels)
        place.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
        print(f"{task.name:40} {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    return 0


def summary(result: dict[str, Any]) -> dict[str, Any]:
    """The figures of one task."""
    rows, labels = result["rows"], result["labels"]
    right = [labels.index(row["wanted"]) for row in rows]
    return {
        "labels": len(labels),
        "exact": {arm: statistics.fmean(_exact(row[arm], row["wanted"]) for row in rows) for arm in ARMS},
        "no label": statistics.fmean((row["free"] or "").strip() not in labels for row in rows),
        "ms": {arm: statistics.median(row[f"{arm} ms"] for row in rows) for arm in ("scored", "free")},
        "ratio": statistics.median(row["free ms"] / row["scored ms"] for row in rows),
        "temperature": result["temperature"],
        "right": right,
        "shares": {arm: [row[key] for row in rows] for arm, key in (("plain", "plain scores"), ("scored", "scores"))},
    }


def _exact(answer: str | None, wanted: str) -> bool:
    return answer is not None and answer.strip() == wanted


def report(args: argparse.Namespace) -> int:
    """Write the table of everything measured."""
    results = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(args.work.glob("*.json"))]
    if not results:
        print("nothing is measured yet", file=sys.stderr)
        return 1
    args.output.write_text("\n".join(_report(results)) + "\n", encoding="utf-8")
    return 0


def _report(results: Sequence[dict[str, Any]]) -> Iterator[str]:
    found = {result["task"]: summary(result) for result in results}
    rows = list(found.values())
    calls = [row["free ms"] / row["scored ms"] for result in results for row in result["rows"]]
    tests = sum(len(result["rows"]) for result in results)
    yield from (
        "# Label functions",
        "",
        f"{len(results)} public classification tasks, each a function `text -> labels` of 16 examples at `-O0`,",
        f"{tests} tests, default interpreter, backend `cpu` (float32), one call at a time, the arms in turns in",
        "one process. *Free* is the same program, token for token, with its result declared `text` (at most",
        f"{FREE_TOKENS} tokens); exact match after stripping. *Scored* is what a function does; *plain* is the same",
        "without its calibration (below). Tasks: those with the shortest texts whose few answers all occur at least",
        "3 times. Made by `python -m bench.labels run CORPUS` and `python -m bench.labels report -o docs/labels.md`.",
        "",
        "## With and without constraint",
        "",
        f"Exact match: scored **{_mean(rows, 'exact', 'scored'):.3f}**, plain {_mean(rows, 'exact', 'plain'):.3f},"
        f" free **{_mean(rows, 'exact', 'free'):.3f}**.",
        f"Scored less free: {_gain(rows, 'free')}; scored less plain: {_gain(rows, 'plain')}.",
        f"Free answers that are no label: {statistics.fmean(row['no label'] for row in rows):.1%};"
        " scored ones: none, by construction.",
        f"Processor time of a call, free / scored: median of the ratios of {len(calls)} pairs"
        f" **{statistics.median(calls):.2f}**.",
        "",
        "| task | labels | scored | plain | free | free, no label | ms, scored | ms, free | free / scored |",
        "|---|---|---|---|---|---|---|---|---|",
    )
    for task, row in found.items():
        exact, ms = row["exact"], row["ms"]
        yield (
            f"| {task} | {row['labels']} | {exact['scored']:.2f} | {exact['plain']:.2f} | {exact['free']:.2f}"
            f" | {row['no label']:.0%} | {ms['scored']:.0f} | {ms['free']:.0f} | {row['ratio']:.2f} |"
        )
    yield from _calibration(found)
    yield from _abstaining(rows)


def _gain(rows: Sequence[dict[str, Any]], other: str) -> str:
    gains = [row["exact"]["scored"] - row["exact"][other] for row in rows]
    low, high = interval(gains)
    mean = 100 * statistics.fmean(gains)
    return f"{mean:+.1f} points (95% interval over tasks {100 * low:+.1f} to {100 * high:+.1f})"


def _calibration(found: dict[str, dict[str, Any]]) -> Iterator[str]:
    measures = (("log loss", log_loss), ("Brier score", brier), ("calibration error", calibration_error))
    yield from (
        "",
        "## Are scores probabilities?",
        "",
        "A program that was not tuned (`-O0`) carries a calibration, fitted when it is built on the function's own",
        "examples, each hidden from attention while it is scored itself (`pawc/neural/calibration.py`): a bias for",
        "each label, which changes answers, and a temperature, which changes none. Tests take no part in it.",
        f"Calibration error: {BINS} bins, each task for itself (50 tests: even perfect scores have some).",
        "",
        "| task | temperature | " + " | ".join(f"{name}, plain | {name}, calibrated" for name, _ in measures) + " |",
        "|---|---|" + "---|" * 2 * len(measures),
    )
    table = []
    for row in found.values():
        arms = (row["shares"]["plain"], row["shares"]["scored"])
        table.append([measure(shares, row["right"]) for _, measure in measures for shares in arms])
    for (task, row), cells in zip(found.items(), table, strict=True):
        yield f"| {task} | {row['temperature']:.2f} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |"
    means = [statistics.fmean(column) for column in zip(*table, strict=True)]
    yield "| **mean** | | " + " | ".join(f"**{mean:.3f}**" for mean in means) + " |"
    better = [sum(row[2 * at + 1] < row[2 * at] for row in table) for at in range(len(measures))]
    yield "| tasks on which calibration is better | | " + " | ".join(f" | {n} of {len(table)}" for n in better) + " |"


def _abstaining(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield from (
        "",
        "## `T?` with `option abstain`",
        "",
        "The same calls, had the result been `T?`: how many of all tests are answered at a threshold, and how many of",
        "those answers are right.",
        "",
        "| abstain | answered, plain | right, plain | answered, calibrated | right, calibrated |",
        "|---|---|---|---|---|",
    )
    right = [index for row in rows for index in row["right"]]
    for threshold in THRESHOLDS:
        cells = [f"{threshold}"]
        for arm in ("plain", "scored"):
            coverage, hits = kept([shares for row in rows for shares in row["shares"][arm]], right, threshold)
            cells += [f"{coverage:.0%}", "-" if hits is None else f"{hits:.0%}"]
        yield f"| {' | '.join(cells)} |"


def _mean(rows: Sequence[dict[str, Any]], key: str, arm: str) -> float:
    return statistics.fmean(row[key][arm] for row in rows)


def main(argv: Sequence[str] | None = None) -> int:
    """The command line."""
    commands = RunAndReport(__doc__, Path("build/labels"), run, report)
    commands.runs.add_argument("--tasks", type=int, default=12)
    commands.runs.add_argument("--minutes", type=float, default=math.inf, help="begin no task after so long")
    return commands.main(argv)


if __name__ == "__main__":
    sys.exit(main())
