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
from bench.calibration import BINS, calibration_error, label_scores, surprise, temperature
from bench.dev_tasks import Task, interval, read_tasks
from pawc.base.types import TEXT
from pawc.neural.template import Shot, instruction, shots, template
from pawc.runtime.interpreter import Interpreter
from pawc.runtime.outcome import Answer

MOST_LABELS = 10
FREE_TOKENS = 16


def labels_of(task: Task) -> list[str]:
    """The labels of a task, in the order of their first occurrence; none if it is no classification."""
    counts = Counter(answer for _, answer in (*task.examples, *task.tests))
    shown = {answer for _, answer in task.examples}
    usual = 2 <= len(counts) <= MOST_LABELS and min(counts.values()) >= 3 and all("\n" not in label for label in counts)
    return list(counts) if usual and shown == set(counts) else []


def measure(task: Task, labels: list[str]) -> dict[str, Any]:
    """Both arms on every test of a task, and what examples and tests say of the scores."""
    program = pawc.compile(task.spec, task.examples, name="answer", output=labels, level=0, quiet=True)
    (scored,) = program.executable.module.neural
    free = replace(scored, result=TEXT, options=(("max_tokens", FREE_TOKENS),))
    engine = program.engine
    for function in (scored, free):
        engine.call(function, [("warm up",)])
    rows = []
    for number, (given, wanted) in enumerate(task.tests):
        row: dict[str, Any] = {"wanted": wanted}
        arms = [("scored", scored), ("free", free)]
        for name, function in arms if number % 2 else arms[::-1]:
            start = time.perf_counter()
            (outcome,) = engine.call(function, [(given,)])
            row[f"{name} ms"] = 1000 * (time.perf_counter() - start)
            row[name] = outcome.value if isinstance(outcome, Answer) else None
            if isinstance(outcome, Answer) and outcome.scores is not None:
                row["scores"] = [share for _, share in outcome.scores]
        rows.append(row)
    interpreter: Interpreter = engine.interpreter  # type: ignore[attr-defined]
    plain = template(instruction(scored), shots(scored), interpreter.layout)
    states = interpreter.states(plain.tokens)
    examples = [Shot(given, wanted) for given, wanted in task.examples]
    held_out = label_scores(interpreter, states, plain.segments, examples, labels)
    return {"task": task.name, "labels": labels, "rows": rows, "held out": held_out,
            "examples": [labels.index(wanted) for _, wanted in task.examples]}  # fmt: skip


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
    scores = [[math.log(max(share, 1e-7)) for share in row["scores"]] for row in rows]
    heat = temperature(result["held out"], result["examples"])
    return {
        "labels": len(labels),
        "exact": {arm: statistics.fmean(_exact(row[arm], row["wanted"]) for row in rows) for arm in ("scored", "free")},
        "no label": statistics.fmean((row["free"] or "").strip() not in labels for row in rows),
        "ms": {arm: statistics.median(row[f"{arm} ms"] for row in rows) for arm in ("scored", "free")},
        "ratio": statistics.median(row["free ms"] / row["scored ms"] for row in rows),
        "temperature": heat,
        "error": {at: calibration_error(scores, right, at) for at in (1.0, heat)},
        "surprise": {at: surprise(scores, right, at) for at in (1.0, heat)},
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
    gains = [row["exact"]["scored"] - row["exact"]["free"] for row in rows]
    low, high = interval(gains)
    calls = [row["free ms"] / row["scored ms"] for result in results for row in result["rows"]]
    tests = sum(len(result["rows"]) for result in results)
    yield from (
        "# Label functions: scored against free decoding",
        "",
        f"{len(results)} public classification tasks, each a function `text -> labels` of 16 examples at `-O0`,",
        f"{tests} tests, default interpreter, backend `cpu` (float32), one call at a time, the arms in turns in",
        "one process. *Free* is the same program, token for token, with its result declared `text` (at most",
        f"{FREE_TOKENS} tokens); exact match after stripping. Tasks: those with the shortest texts whose few answers",
        "all occur at least 3 times. Made by `python -m bench.labels run CORPUS` and",
        "`python -m bench.labels report -o docs/labels.md`.",
        "",
        f"Exact match: scored **{_mean(rows, 'exact', 'scored'):.3f}**, free **{_mean(rows, 'exact', 'free'):.3f}**;",
        f"difference {100 * statistics.fmean(gains):+.1f} points (95% interval over tasks {100 * low:+.1f} to"
        f" {100 * high:+.1f}).",
        f"Free answers that are no label: {statistics.fmean(row['no label'] for row in rows):.1%};"
        " scored ones: none, by construction.",
        f"Time of a call, free / scored: median of the ratios of {len(calls)} pairs"
        f" **{statistics.median(calls):.2f}**.",
        "",
        "| task | labels | exact, scored | exact, free | free, no label | ms, scored | ms, free | free / scored |",
        "|---|---|---|---|---|---|---|---|",
    )
    for task, row in found.items():
        exact, ms = row["exact"], row["ms"]
        yield (
            f"| {task} | {row['labels']} | {exact['scored']:.2f} | {exact['free']:.2f} | {row['no label']:.0%}"
            f" | {ms['scored']:.0f} | {ms['free']:.0f} | {row['ratio']:.2f} |"
        )
    yield from _calibration(found)


def _calibration(found: dict[str, dict[str, Any]]) -> Iterator[str]:
    rows = list(found.values())
    plain, fitted = ([list(row[key].values())[at] for row in rows] for key, at in (("error", 0), ("error", -1)))
    before, after = ([list(row["surprise"].values())[at] for row in rows] for at in (0, -1))
    better = sum(a < b for a, b in zip(after, before, strict=True))
    yield from (
        "",
        "## Are scores probabilities?",
        "",
        "`--scores` are the plain softmax of the labels' log-probabilities; `abstain` compares the greatest of them.",
        f"Expected calibration error on the tests ({BINS} bins): **{statistics.fmean(plain):.3f}**; mean negative",
        f"log-likelihood {statistics.fmean(before):.3f}.",
        "",
        "Would a temperature help, fitted at build time on the function's own 16 examples, each scored with its own",
        f"turn hidden (`bench/calibration.py`)? With it the error is **{statistics.fmean(fitted):.3f}**,",
        f"the log-likelihood {statistics.fmean(after):.3f}; the latter is better on {better} of {len(rows)}",
        "tasks. No build does this yet.",
        "",
        "| task | temperature | error, plain | error, fitted | log loss, plain | log loss, fitted |",
        "|---|---|---|---|---|---|",
    )
    for (task, row), *figures in zip(found.items(), plain, fitted, before, after, strict=True):
        yield f"| {task} | {row['temperature']:.2f} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |"


def _mean(rows: Sequence[dict[str, Any]], key: str, arm: str) -> float:
    return statistics.fmean(row[key][arm] for row in rows)


def main(argv: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    runs = commands.add_parser("run", help="measure what has no result yet")
    runs.add_argument("corpus", type=Path)
    runs.add_argument("--tasks", type=int, default=12)
    runs.add_argument("--minutes", type=float, default=math.inf, help="begin no task after so long")
    runs.set_defaults(call=run)
    reports = commands.add_parser("report", help="write the table")
    reports.add_argument("-o", "--output", type=Path, required=True)
    reports.set_defaults(call=report)
    for command in (runs, reports):
        command.add_argument("--work", type=Path, default=Path("build/labels"))
    args = parser.parse_args(argv)
    status: int = args.call(args)
    return status


if __name__ == "__main__":
    sys.exit(main())
