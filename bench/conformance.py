"""Every backend against `reference` on real inputs: the share of identical outputs, and exact match, in one table.

    python -m bench.conformance run CORPUS.jsonl.gz --work build/conformance [--backends cpu,onnx,onnx{bits=4}]
    python -m bench.conformance report --work build/conformance -o docs/conformance.md

`run` may be stopped at any time and goes on where it stopped: the reference, which reads everything anew for every
token, takes most of the time, and its answers are kept by what decides them (program, interpreter, input). Inputs are
taken a few of each program at a time, so that a part of the work is a sample of the whole.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from pawc.backends import BACKENDS
from pawc.backends.base import Backend
from pawc.backends.reference import ReferenceEngine

from bench.conformance_programs import INPUTS, SHOTS, WITH_PREFIX, Case, cases
from bench.run_and_report import RunAndReport
from pawc.base.diagnostics import PawError
from pawc.files.executable import Executable
from pawc.interpreters.store import Store
from pawc.runtime.outcome import Engine, Failure, Outcome

AT_A_TIME = 5


def run(args: argparse.Namespace) -> int:
    """Ask the reference what is not known yet, as long as it may take; then every backend."""
    made = list(cases(args.corpus, args.work, args.interp))
    print(f"{len(made)} programs, {sum(len(case.inputs) for case in made)} inputs", flush=True)
    known = {case.name: _Known(args.work / "reference" / f"{case.key}.jsonl") for case in made}
    _ask_reference(made, known, args.minutes * 60)
    for spec in args.backends.split(",") if args.backends else [name for name in BACKENDS if name not in _NOT_COMPARED]:
        _ask(spec, made, args.work)
    return 0


_NOT_COMPARED = ("reference", "null")


class _Known:
    """Outcomes of the reference for one program, in a file that grows by a line each."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.outcomes: dict[str, Any] = {}
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                record = json.loads(line)
                self.outcomes[record["input"]] = record["outcome"]

    def add(self, given: str, outcome: Any) -> None:
        self.outcomes[given] = outcome
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"input": given, "outcome": outcome}, ensure_ascii=False) + "\n")


def _ask_reference(made: Sequence[Case], known: Mapping[str, _Known], seconds: float) -> None:
    end = time.monotonic() + seconds
    engines: dict[str, Engine] = {}
    for start in range(0, INPUTS, AT_A_TIME):
        if time.monotonic() > end:
            return
        for case in made:
            missing = [given for given, _ in case.inputs[start : start + AT_A_TIME]]
            missing = [given for given in missing if given not in known[case.name].outcomes]
            if not missing or time.monotonic() > end:
                continue
            if case.name not in engines:
                engines[case.name] = _engine("reference", case)
            for given in missing:
                (outcome,) = engines[case.name].call(case.function, [(given,)])
                known[case.name].add(given, _plain(outcome))
        done = sum(len(each.outcomes) for each in known.values())
        print(f"reference: {done} inputs, {max(0.0, end - time.monotonic()) / 60:.0f} minutes left", flush=True)


_interpreters: dict[str, Any] = {}


def _engine(spec: str, case: Case) -> Engine:
    """An engine for a case, built as `pawc build --target` does. Those of the reference share an interpreter."""
    named = case.executable.manifest["interpreter"]
    info, target = Store().of_program(named), _backend(spec)
    target.prepare(lambda: info, lambda message: print(message, flush=True))
    module, blobs = case.executable.module, case.executable.blobs
    attachments = target.attachments(module, blobs)
    built = Executable.build(module, blobs, target=target.name, interpreter=named, attachments=attachments)
    engine = target.load(built, info)
    if isinstance(engine, ReferenceEngine):
        if named["sha256"] not in _interpreters:
            _interpreters[named["sha256"]] = engine._interpreter
        engine.__dict__["_interpreter"] = _interpreters[named["sha256"]]
    return engine


def _backend(spec: str) -> Backend:
    """`onnx{bits=4}`: the backend of this name, with these options."""
    found = re.fullmatch(r"([\w-]+)(?:\{(.*)\})?", spec)
    assert found, spec
    module, _, kind = BACKENDS[found[1]].partition(":")
    pairs = (part.split("=") for part in (found[2] or "").split(";") if part)
    backend: Backend = getattr(import_module(module), kind)(**{key: _value(value) for key, value in pairs})
    return backend


def _value(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def _ask(spec: str, made: Sequence[Case], work: Path) -> None:
    """Have a backend answer all inputs; what the reference says of them is looked up when a report is made."""
    rows = []
    start = time.perf_counter()
    for case in made:
        try:
            outcomes = _engine(spec, case).call(case.function, [(given,) for given, _ in case.inputs])
        except PawError as error:
            print(f"{spec}: not measured: {error}", flush=True)
            return
        for (given, wanted), outcome in zip(case.inputs, outcomes, strict=True):
            rows.append({"task": case.name, "program": case.key, "input": given, "wanted": wanted})
            rows[-1]["found"] = _plain(outcome)
    result = {"backend": spec, "seconds": round(time.perf_counter() - start, 1), "rows": rows}
    path = work / "results" / f"{spec}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"{spec}: {len(rows)} inputs in {result['seconds']} s", flush=True)


def _plain(outcome: Outcome) -> dict[str, Any]:
    """What is compared: the value and its text, or the failure; not the last digits of scores."""
    if isinstance(outcome, Failure):
        return {"code": outcome.code}
    return {"value": outcome.value, "text": outcome.text}


def _exact(rows: Sequence[Mapping[str, Any]], side: str) -> float:
    right = sum(str(row[side].get("text", "")).strip() == str(row["wanted"]).strip() for row in rows)
    return right / len(rows)


def report(args: argparse.Namespace) -> int:
    """Write the table of everything measured."""
    results = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((args.work / "results").glob("*.json"))]
    if not results:
        print("nothing is measured yet", file=sys.stderr)
        return 1
    for result in results:
        result["rows"] = list(_with_reference(result["rows"], args.work))
    args.output.write_text("\n".join(_report(results)) + "\n", encoding="utf-8")
    return 0


def _with_reference(rows: Sequence[Mapping[str, Any]], work: Path) -> Iterator[Mapping[str, Any]]:
    """The rows of which the reference's answer is known, with it."""
    known: dict[str, _Known] = {}
    for row in rows:
        key = row["program"]
        if key not in known:
            known[key] = _Known(work / "reference" / f"{key}.jsonl")
        if (outcome := known[key].outcomes.get(row["input"])) is not None:
            yield {**row, "reference": outcome}


def _report(results: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield from (
        "# One meaning on every backend",
        "",
        "Programs of public tasks, asked real inputs; every backend against `reference`, which reads one input at a",
        f"time, all of it anew for every token. {len(WITH_PREFIX)} programs have a prefix (`-O2`, 8 bits), the others",
        f"are `-O0` with {SHOTS} examples. *Identical* is the value and its text, failures included. Exact match is",
        "low because the programs are hardly trained: it shows whether a number format costs any of it.",
        "By `bench/conformance.py`; `tests/conformance` asks the same of tiny models of four architectures.",
        "",
        "| backend | inputs | programs | identical | exact match | that of the reference |",
        "|---|---|---|---|---|---|",
    )
    for result in results:
        rows = result["rows"]
        same = sum(row["found"] == row["reference"] for row in rows) / len(rows)
        scores = f"{100 * _exact(rows, 'found'):.1f} % | {100 * _exact(rows, 'reference'):.1f} %"
        programs = len({row["task"] for row in rows})
        yield f"| `{result['backend']}` | {len(rows)} | {programs} | {100 * same:.1f} % | {scores} |"
    yield from ("", "## What differs", "")
    differing = [(result["backend"], row) for result in results for row in result["rows"]]
    differing = [(name, row) for name, row in differing if row["found"] != row["reference"]]
    counts: dict[tuple[str, str], int] = {}
    for name, row in differing:
        counts[name, row["task"]] = counts.get((name, row["task"]), 0) + 1
    yield from (f"- `{name}`, {task}: {count}" for (name, task), count in counts.items())
    if not differing:
        yield "Nothing."


def main(argv: Sequence[str] | None = None) -> int:
    """The command line."""
    commands = RunAndReport(__doc__, Path("build/conformance"), run, report)
    commands.runs.add_argument("--backends", default="", help="comma-separated; default: all but reference and null")
    commands.runs.add_argument("--minutes", type=float, default=1e6, help="ask the reference for so long, then compare")
    commands.runs.add_argument("--interp", default="", help="another interpreter than the embedded one")
    return commands.main(argv)


if __name__ == "__main__":
    sys.exit(main())
