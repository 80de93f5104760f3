"""`pawc bench`: a program and inputs -> how long a call takes, and how many a second.

Measures loading once, then single calls one after the other (latency), then all records in batches
(throughput). The first call is left out of the latencies: it pays for what is computed once.
"""

from __future__ import annotations

import argparse
import json
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from pawc.base import fsio
from pawc.base.diagnostics import fail
from pawc.cli.options import add_build_flags, add_engine_flag, named_function, on_engine, open_program
from pawc.cli.values import whole
from pawc.driver.program import BATCH
from pawc.driver.records import Decoder, split
from pawc.runtime.outcome import Failure


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("program", metavar="PROGRAM", type=Path, help="a .pawx executable or a .paw source")
    parser.add_argument("-i", "--inputs", metavar="FILE", type=Path, required=True, help="records: lines, or .jsonl")
    parser.add_argument("-f", "--function", metavar="NAME", help="measure this function instead of the entry")
    parser.add_argument(
        "-n", "--calls", metavar="N", type=whole(2), default=50, help="single calls to time (default: 50)"
    )
    parser.add_argument(
        "--batch", metavar="N", type=whole(1), default=BATCH, help=f"calls in a batch (default: {BATCH})"
    )
    parser.add_argument("--json", action="store_true", help="the numbers as JSON")
    add_engine_flag(parser)
    add_build_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    function = named_function(on_engine(open_program(arguments.program, arguments), arguments), arguments.function)
    mode = "jsonl" if arguments.inputs.suffix == ".jsonl" else "lines"
    if mode == "lines" and len(function.definition.params) != 1:
        message = f"a line gives one argument, `{function.name}{function.signature}` takes more"
        fail("P0909", message, where="pawc bench", help="give inputs as .jsonl")
    decoder = Decoder(function.definition.params, mode)
    decoded = [decoder.arguments(record) for record in split([fsio.read_bytes(arguments.inputs)], mode)]
    records = [record for record in decoded if not isinstance(record, Failure)]
    if not records:
        fail("P0901", "nothing to measure: at least one good record is needed", where="pawc bench")

    def seconds(batch: list[tuple[object, ...]]) -> float:
        start = perf_counter()
        for _ in function.stream(batch, arguments.batch):
            pass
        return perf_counter() - start

    first = seconds(records[:1])
    single = [seconds([record]) for record in islice(cycle(records), arguments.calls)]
    whole = seconds(records)
    deciles = quantiles(single, n=10)
    numbers = {
        "records": len(records),
        "refused_records": len(decoded) - len(records),
        "first_call_ms": round(first * 1000, 2),
        "calls": len(single),
        "median_ms": round(median(single) * 1000, 2),
        "p90_ms": round(deciles[8] * 1000, 2),
        "batch": arguments.batch,
        "records_per_second": round(len(records) / whole, 2),
    }
    if arguments.json:
        print(json.dumps(numbers))
    else:
        print(f"first call     {numbers['first_call_ms']:10} ms, with loading the interpreter")
        print(f"a call         {numbers['median_ms']:10} ms median, {numbers['p90_ms']} ms 90th percentile")
        print(f"in batches     {numbers['records_per_second']:10} records/s, batches of {arguments.batch}")
    return 0
