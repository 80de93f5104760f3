"""`pawc run`: a filter, from records on stdin to answers on stdout, in order.

A program is a .pawx file, or a .paw source, which is built first. A line typed is answered at once;
what is piped in is answered in batches of what is there already, so that a slow stream does not
wait and a fast one runs at full speed. Where --arg gives every parameter nothing is read, and the
program is called once: `pawc run urgency.pawx --arg message="The server is down"`.

records:
  --in lines   one a line (default): the text of the argument, or JSON where it is not text
  --in nul     one up to each NUL byte
  --in whole   all of stdin is one
  --in jsonl   one a line, in JSON: an object by parameter names, or a single parameter's value

answers:
  --out lines  one a line (default); line ends inside an answer are written \\n and \\r, a record that
               failed is an empty line; the answer to --in whole, or to --arg alone, is written as
               it is
  --out jsonl  {"output": value} or {"error": {...}}, and what --scores and --trace add

exit code: 1 if any record failed; which, and why, is on stderr (with --out jsonl in the answers)
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from pawc.base import fsio, types
from pawc.base.diagnostics import fail, nearest
from pawc.cli.options import add_build_flags, add_engine_flag, named_function, on_engine, open_program
from pawc.cli.values import whole
from pawc.driver.program import BATCH, Function
from pawc.driver.records import INPUTS, OUTPUTS, Decoder, arrivals, describe, encode, read_chunks, split
from pawc.runtime.dataflow import Step
from pawc.runtime.executor import Incoming
from pawc.runtime.outcome import Answer, Failure, Outcome


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("program", metavar="PROGRAM", type=Path, help="a .pawx executable or a .paw source")
    parser.add_argument("-f", "--function", metavar="NAME", help="run this function instead of the entry")
    parser.add_argument(
        "--arg", metavar="NAME=VALUE", action="append", default=[], help="the same argument for all records"
    )
    parser.add_argument("-i", "--input", metavar="FILE", type=Path, help="read records from a file instead of stdin")
    parser.add_argument("--in", dest="reading", metavar="FORM", choices=INPUTS, help=", ".join(INPUTS))
    parser.add_argument("--out", dest="writing", metavar="FORM", choices=OUTPUTS, help=", ".join(OUTPUTS))
    parser.add_argument("--json", action="store_true", help="the same as --in jsonl --out jsonl")
    parser.add_argument(
        "--batch", metavar="N", type=whole(1), default=BATCH, help=f"at most N calls at a time (default: {BATCH})"
    )
    parser.add_argument("--fail-fast", action="store_true", help="stop at the first record that fails")
    parser.add_argument(
        "--scores", action="store_true", help="add the probability of each label (jsonl; else to stderr)"
    )
    parser.add_argument(
        "--trace", action="store_true", help="add every intermediate value and its time (jsonl; else to stderr)"
    )
    add_engine_flag(parser)
    add_build_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    program = on_engine(open_program(arguments.program, arguments), arguments)
    function = named_function(program, arguments.function)
    if arguments.scores and not function.has_scores:
        message = f"`{function.name}` gives `{function.definition.result}`, and only a choice among labels has scores"
        fail("P0955", message, where="pawc run", help="leave out --scores, or choose another function with -f")
    reading = arguments.reading or ("jsonl" if arguments.json else "lines")
    writing = arguments.writing or ("jsonl" if arguments.json else "lines")
    fixed = _fixed(function, arguments.arg)
    if len(fixed) == len(function.definition.params) and not (arguments.reading or arguments.input):
        alone = Decoder(function.definition.params, "jsonl", fixed).arguments(b"{}")
        return _answer(function, iter([alone]), writing, arguments, verbatim=writing == "lines")
    decoder = _decoder(function, reading, fixed)
    with fsio.open_bytes(arguments.input) if arguments.input else nullcontext(sys.stdin.buffer) as stream:
        records = arrivals(split(read_chunks(stream.fileno()), reading), 2 * arguments.batch)
        incoming = (None if record is None else decoder.arguments(record) for record in records)
        return _answer(function, incoming, writing, arguments, verbatim=reading == "whole" and writing == "lines")


def _answer(
    function: Function, incoming: Iterator[Incoming], writing: str, arguments: argparse.Namespace, *, verbatim: bool
) -> int:
    """Write the outcome of each record as soon as it is known."""
    result, failed = function.definition.result, 0
    traced = function.trace(incoming, arguments.batch) if arguments.trace else None
    outcomes = traced or ((outcome, ()) for outcome in function.stream(incoming, arguments.batch))
    for number, (outcome, steps) in enumerate(outcomes, 1):
        extra = _extra(outcome, steps, arguments)
        if verbatim and isinstance(outcome, Answer):
            line = types.render(result, outcome.value)
        else:
            line = encode(outcome, number, result, writing, extra)
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        if writing == "lines":
            for line in _shown(extra):
                print(f"record {number}: {line}", file=sys.stderr)
        if isinstance(outcome, Failure):
            failed += 1
            if writing == "lines":
                print(describe(outcome, number), file=sys.stderr, flush=True)
            if arguments.fail_fast:
                break
    return 1 if failed else 0


def _extra(outcome: Outcome, steps: Sequence[Step], arguments: argparse.Namespace) -> dict[str, Any]:
    """What --scores and --trace add to an answer."""
    extra: dict[str, Any] = {}
    if arguments.scores and isinstance(outcome, Answer) and outcome.scores is not None:
        extra["scores"] = dict(outcome.scores)
    if arguments.trace:
        extra["trace"] = [_step(step) for step in steps]
    return extra


def _shown(extra: Mapping[str, Any]) -> Iterator[str]:
    """The same as people read it: the scores on a line, each step of the trace on one of its own."""
    if "scores" in extra:
        yield "  ".join(f"{label} {share:.3f}" for label, share in extra["scores"].items())
    for step in extra.get("trace", ()):
        value = json.dumps(step["value"], ensure_ascii=False) if "value" in step else f"error: {step['error']}"
        yield f"{step['ms']:10.3f} ms  {step['at']} = {step['operation']}: {value}"


def _step(step: Step) -> dict[str, Any]:
    known = {"at": step.place, "operation": step.operation, "ms": round(step.seconds * 1000, 3)}
    if isinstance(step.outcome, Failure):
        return known | {"error": step.outcome.message}
    return known | {"value": step.outcome.value}


def _fixed(function: Function, given: Sequence[str]) -> dict[str, Any]:
    """The arguments that `--arg` gives, by parameters, which they have to fit."""
    params = {param.name: param for param in function.definition.params}
    fixed = {}
    for pair in given:
        name, equals, text = pair.partition("=")
        if not equals or name not in params:
            fail(
                "P0909",
                f"`--arg {pair}` names no parameter of `{function.name}{function.signature}`",
                where="pawc run",
                help=nearest(name, params) if equals else "write --arg name=value",
            )
        try:
            fixed[name] = types.parse(params[name].type, text)
        except ValueError as error:
            fail("P0909", f"`--arg {pair}`: {error}", where="pawc run")
    return fixed


def _decoder(function: Function, reading: str, fixed: Mapping[str, Any]) -> Decoder:
    """How records become arguments; `--arg` has to leave one parameter to lines of text."""
    decoder = Decoder(function.definition.params, reading, fixed)
    if reading != "jsonl" and not decoder.open:
        fail(
            "P0909",
            f"--arg gives every parameter of `{function.name}`: nothing is left for records to give",
            where="pawc run",
            help="leave -i and --in out: it is then called once",
        )
    if reading != "jsonl" and len(decoder.open) > 1:
        names = ", ".join(f"`{param.name}`" for param in decoder.open)
        fail(
            "P0909",
            f"a record gives one argument with `--in {reading}`, and `{function.name}` still needs {names}",
            where="pawc run",
            help="give all but one with --arg name=value, or use --json",
        )
    return decoder
