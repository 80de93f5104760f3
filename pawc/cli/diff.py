"""`pawc diff`: what differs between two executables.

Compares entry, interpreter, what is carried along, flags, sources, signatures, specifications,
programs and bodies. With --inputs it also runs both, and shows the records whose outcomes differ.

exit code: 1 if anything differs
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import ndiff
from pathlib import Path
from typing import Any

from pawc.api import load
from pawc.base import fsio
from pawc.base.diagnostics import fail
from pawc.cli.options import named_function
from pawc.driver.inspection import facts, open_file
from pawc.driver.program import Function
from pawc.driver.records import Decoder, encode, split

ABOUT = ("target", "entry", "interpreter", "carries")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("before", metavar="A.pawx", type=Path)
    parser.add_argument("after", metavar="B.pawx", type=Path)
    parser.add_argument("-f", "--function", metavar="NAME", help="with --inputs: run this function, not the entry")
    parser.add_argument("--inputs", metavar="FILE", type=Path, help="run both on the lines of a file (.jsonl: as JSON)")


def run(arguments: argparse.Namespace) -> int:
    differences = list(_differences(facts(*open_file(arguments.before)), facts(*open_file(arguments.after))))
    if arguments.inputs:
        programs = [load(path) for path in (arguments.before, arguments.after)]
        before, after = (named_function(program, arguments.function) for program in programs)
        differences += _outcomes(before, after, arguments.inputs)
    for line in differences:
        print(line)
    return 1 if differences else 0


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in ABOUT:
        yield from _changed(name, before[name], after[name])
    flags = (before["flags"].keys() | after["flags"].keys()) - set(ABOUT)
    for name in sorted(flags):
        yield from _changed(name, before["flags"].get(name), after["flags"].get(name))
    one, other = ({s["path"]: s["sha256"] for s in side["sources"]} for side in (before, after))
    for path in sorted(one.keys() | other.keys()):
        yield from _changed(f"source {path}", one.get(path, "")[:12] or None, other.get(path, "")[:12] or None)
    old, new = ({f["symbol"]: f for f in side["functions"]} for side in (before, after))
    for symbol in sorted(old.keys() | new.keys()):
        if symbol not in old or symbol not in new:
            yield f"function {symbol}: only in {'the second' if symbol in new else 'the first'}"
            continue
        for key in sorted(old[symbol].keys() | new[symbol].keys()):
            yield from _changed(f"function {symbol}: {key}", old[symbol].get(key), new[symbol].get(key))
        yield from _changed(f"function {symbol}: calls", before["calls"].get(symbol), after["calls"].get(symbol))


def _changed(what: str, before: Any, after: Any) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from _changed(f"{what}.{key}", before.get(key), after.get(key))
    elif before != after and isinstance(before, list) and isinstance(after, list):
        yield from _lines(what, list(map(_shown, before)), list(map(_shown, after)))
    elif before != after and isinstance(before, str) and isinstance(after, str) and "\n" in before + after:
        yield from _lines(what, before.splitlines(), after.splitlines())
    elif before != after:
        yield f"{what}: {_shown(before)} -> {_shown(after)}"


def _shown(value: Any) -> str:
    """A value of the facts as people read it: text as it is, `none` for what is not there, else JSON."""
    if value is None or value == "":
        return "none"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _lines(what: str, before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """The lines that only one of two texts has."""
    yield f"{what}:"
    yield from (f"  {line}" for line in ndiff(before, after) if line[0] in "+-")


def _outcomes(before: Function, after: Function, path: Path) -> Iterator[str]:
    """The records that the two functions answer differently."""
    if before.signature != after.signature:
        fail(
            "P0908",
            f"`{before.name}` has different signatures in the two files, --inputs cannot compare them",
            where="pawc diff",
        )
    params, result = before.definition.params, before.definition.result
    mode = "jsonl" if path.suffix == ".jsonl" else "lines"
    if mode == "lines" and len(params) != 1:
        fail(
            "P0909",
            f"a line gives one argument, `{before.name}` has {len(params)}",
            where="pawc diff",
            help="use .jsonl",
        )
    records = list(split([fsio.read_bytes(path)], mode))
    arguments = [Decoder(params, mode).arguments(record) for record in records]
    pairs = zip(records, before.stream(arguments), after.stream(arguments), strict=True)
    for number, (record, one, other) in enumerate(pairs, 1):
        lines = [encode(outcome, number, result, "jsonl") for outcome in (one, other)]
        if lines[0] != lines[1]:
            shown = json.dumps(record.decode(errors="replace"), ensure_ascii=False)
            yield f"record {number} {shown}: {lines[0]} -> {lines[1]}"
