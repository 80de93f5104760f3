"""Hostile records, to functions of every type: is every outcome a value of its type or a reported error?

    python -m bench.hostile --engine native -o docs/hostile.md      # resumes where it stopped; half an hour

Records go the way of `pawc run`: bytes are decoded (`pawc.driver.records`), answered, written. A function's records are
answered in batches; where a batch raises, each of its records is tried alone, and what raises alone is a crash.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pawc
from bench.hostile_inputs import KINDS, records
from pawc.base import types
from pawc.cli.options import ENGINES
from pawc.codes import all_codes
from pawc.driver.build import Options
from pawc.driver.program import Function, Program
from pawc.driver.records import Decoder, encode
from pawc.runtime.outcome import Failure, Outcome

SOURCE = Path(__file__).with_suffix(".paw")
BATCH = 64
CODES = all_codes()


@dataclass(frozen=True)
class Verdict:
    """What became of one record: `outcome` is `answer`, the code of an error, or what was wrong."""

    kind: str
    outcome: str
    fine: bool


def load(interpreter: str = "") -> Program:
    """The program of all the functions, compiled as prompts: what is tested is not how good the answers are."""
    return pawc.load(SOURCE, Options(level=0, interpreter=interpreter))


def judge(function: Function, outcome: Outcome) -> tuple[str, bool]:
    """What an outcome is, and whether it is what was promised: a value of the type, or an error that has a code."""
    result = function.definition.result
    if isinstance(outcome, Failure):
        return outcome.code, outcome.code in CODES and bool(outcome.message)
    if why := types.mismatch(result, outcome.value):
        return f"not of its type: {why}", False
    if outcome.scores is not None and abs(sum(share for _, share in outcome.scores) - 1) > 1e-3:
        return "scores are no probabilities", False
    if json.loads(encode(outcome, 1, result, "jsonl"))["output"] != outcome.value:
        return "not written as it is", False
    encode(outcome, 1, result, "lines").encode()
    return "answer", True


def assault(function: Function, asked: Sequence[tuple[str, bytes]]) -> Iterator[Verdict]:
    """The verdict on each record."""
    params = function.definition.params
    lines = Decoder(params, "whole") if len(params) == 1 else None
    jsonl = Decoder(params, "jsonl")
    coming = iter(enumerate(asked))
    while batch := list(islice(coming, BATCH)):
        kinds = [kind for _, (kind, _) in batch]
        given = [_arguments(lines, jsonl, number, data) for number, (_, data) in batch]
        for kind, outcome in zip(kinds, _outcomes(function, given), strict=True):
            said, fine = (outcome, False) if isinstance(outcome, str) else judge(function, outcome)
            yield Verdict(kind, said, fine)


def _arguments(lines: Decoder | None, jsonl: Decoder, number: int, data: bytes) -> tuple[Any, ...] | Failure:
    """The arguments that a record stands for: as a line, as the JSON it claims to be, as text inside good JSON."""
    if lines is not None and number % 4:
        return lines.arguments(data)
    if number % 3 == 0:
        return jsonl.arguments(data)
    text = data.decode(errors="replace")
    texts = {param.name: text for param in jsonl.params if isinstance(param.type, types.Text)}
    others = {"level": number, "tags": [text, ""], "ticket": {"product": text, "urgent": True, "level": None}}
    named = {param.name: others[param.name] for param in jsonl.params if param.name in others}
    return jsonl.arguments(json.dumps(texts | named or {"input": text}).encode())


def _outcomes(function: Function, given: Sequence[tuple[Any, ...] | Failure]) -> list[Outcome | str]:
    try:
        return list(function.stream(given, BATCH))
    except Exception:
        return [_alone(function, one) for one in given]


def _alone(function: Function, given: tuple[Any, ...] | Failure) -> Outcome | str:
    try:
        return next(iter(function.stream([given])))
    except Exception as error:
        return f"crash: {type(error).__name__}"


def run(program: Program, count: int, work: Path, minutes: float = math.inf) -> dict[str, dict[str, Any]]:
    """The verdicts by function, `count` records shared out among them; what is in `work` already is not done again."""
    work.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + 60 * minutes
    found = {}
    functions = program.functions
    for number, (name, function) in enumerate(functions.items()):
        share = count // len(functions) + (number < count % len(functions))
        place = work / f"{name}.{share}.json"
        if not place.exists():
            if (start := time.monotonic()) > until:
                continue
            verdicts = list(assault(function, list(records(share, seed=number))))
            rows = Counter((verdict.kind, verdict.outcome, verdict.fine) for verdict in verdicts)
            result = {
                "type": str(function.definition.result),
                "seconds": round(time.monotonic() - start, 1),
                "rows": [[*key, times] for key, times in sorted(rows.items())],
            }
            place.write_text(json.dumps(result), encoding="utf-8")
            print(
                f"{name:16} {share} records, {result['seconds']} s, {_wrong(rows)} wrong", file=sys.stderr, flush=True
            )
        found[name] = json.loads(place.read_text(encoding="utf-8"))
    return found


def _wrong(rows: Counter[tuple[str, str, bool]]) -> int:
    return sum(times for (_, _, fine), times in rows.items() if not fine)


def report(found: dict[str, dict[str, Any]], interpreter: str, engine: str) -> Iterator[str]:
    """The page."""
    rows = [(name, *row) for name, result in found.items() for row in result["rows"]]
    total = sum(row[-1] for row in rows)
    wrong = sum(row[-1] for row in rows if not row[3])
    answers = sum(row[-1] for row in rows if row[2] == "answer")
    yield from (
        "# Hostile input",
        "",
        f"{total} records, to {len(found)} functions of every type (`bench/hostile.paw`, compiled at `-O0` for",
        f"`{interpreter}`), engine `{engine}`. Made by `python -m bench.hostile --engine {engine} -o docs/hostile.md`;",
        "the records are made by `bench/hostile_inputs.py`.",
        "",
        f"**{answers} answers of their type, {total - answers - wrong} reported errors, {wrong} of anything else**"
        " (a value of another type, an exception).",
        "",
        "| input | records | answers of their type | reported errors | anything else |",
        "|---|---|---|---|---|",
    )
    for kind in KINDS:
        yield f"| {kind} | {_cells([row for row in rows if row[1] == kind])} |"
    yield from ("", "| function | result | records | answers of their type | reported errors | anything else |")
    yield "|---|---|---|---|---|---|"
    for name, result in found.items():
        kind = result["type"].replace("|", "\\|")
        yield f"| {name} | `{kind}` | {_cells([row for row in rows if row[0] == name])} |"
    errors = Counter[str]()
    for row in rows:
        if row[3] and row[2] != "answer":
            errors[row[2]] += row[-1]
    yield from ("", "| error | means | times |", "|---|---|---|")
    for code, times in sorted(errors.items()):
        yield f"| {code} | {CODES[code].title} | {times} |"
    for row in rows:
        if not row[3]:
            yield f"\n{row[0]}, {row[1]}: {row[2]} ({row[-1]} times)"


def _cells(rows: Sequence[tuple[Any, ...]]) -> str:
    answers, wrong = (sum(row[-1] for row in rows if test(row)) for test in (_is_answer, _is_wrong))
    total = sum(row[-1] for row in rows)
    return f"{total} | {answers} | {total - answers - wrong} | {wrong}"


def _is_answer(row: tuple[Any, ...]) -> bool:
    return bool(row[2] == "answer")


def _is_wrong(row: tuple[Any, ...]) -> bool:
    return not row[3]


def main(argv: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=5000)
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no function after so long")
    parser.add_argument("--interp", default="", help="interpreter (default: the embedded one)")
    parser.add_argument("--engine", choices=ENGINES, default="torch")
    parser.add_argument("--work", type=Path, help="where verdicts are kept (default: build/hostile/ENGINE)")
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args(argv)
    program = load(args.interp).on(ENGINES[args.engine])
    found = run(program, args.records, args.work or Path("build/hostile") / args.engine, args.minutes)
    text = "\n".join(report(found, program.executable.manifest["interpreter"]["name"], args.engine)) + "\n"
    args.output.write_text(text, encoding="utf-8")
    return 0 if all(row[2] for result in found.values() for row in result["rows"]) else 1


if __name__ == "__main__":
    sys.exit(main())
