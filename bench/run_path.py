"""The run path beside its peers, on the same inputs and weights -> docs/benchmarks.md and its plot.

    python -m bench.run_path --gguf SmolLM2-135M-Instruct.Q4_1.gguf [-o docs/benchmarks.md]      # `make bench`
    python -m bench.run_path --gguf ... --parts labels,texts      # only those anew; none: the page of what is kept

All engines take turns within a round, and a ratio is the median over rounds of one engine's time over ours in the same
round: so it holds on a machine whose speed changes. Peers that are not installed are left out, and the page says why.
What a part found is kept in --work, and the page is made of all parts that there are: about twelve minutes on two cores
with all peers, half of that without llama.cpp.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from pawc.backends.cores import threads
from pawc.backends.native import library
from pawc.backends.native.interpreter import NativeInterpreter
from pawc.backends.native.weights import Matrix

from bench.peers import Engine, LlamaCpp, MissingError, Ours, Transformers
from bench.plot import bars
from bench.run_path_cases import BATCHES, OURS, PARTS, PEER, Case, Limits, alternating, cases_of
from bench.run_path_commands import measure_builds, measure_starts, measure_stream
from bench.run_path_page import report
from bench.workload import Workload, lengths

CALLS, SLICE, SLICES = 8, 64, 4
HERE = Path(__file__).parent


def engines(workload: Workload, gguf: Path | None, wanted: Sequence[str]) -> tuple[list[Engine], dict[str, str]]:
    """Those that can be measured here, and why others cannot."""
    count = threads() or 1
    makers: dict[str, Callable[[], Engine]] = {
        "native": lambda: Ours(workload, "native"),
        "native-int8": lambda: Ours(workload, "native-int8"),
        PEER: lambda: LlamaCpp(workload, gguf, count),
        "onnx-int8": lambda: Ours(workload, "onnx-int8"),
        "onnx-int4": lambda: Ours(workload, "onnx-int4"),
        "transformers": lambda: Transformers(workload, count),
        "torch": lambda: Ours(workload, "cpu", "torch"),
    }
    found, missing = [], {}
    for name, make in makers.items():
        if wanted and name not in wanted:
            missing[name] = "left out by --engines"
            continue
        try:
            found.append(make())
        except MissingError as error:
            missing[name] = str(error)
    return found, missing


def measure_calls(workload: Workload, found: Sequence[Engine], rounds: int) -> list[Case]:
    """One call at a time, warm: 32 tokens in; a label, and 4 tokens of text."""
    queries = workload.queries([32] * CALLS * 40, seed=3)
    # Inputs for which ours writes all 4 tokens: a shorter answer would be faster.
    ours = next(engine for engine in found if engine.name == OURS)
    whole = [query for query in queries if len(_written(workload, ours.text(query))) == 4][: CALLS * 6]
    cases = []
    for name, ask, inputs in (
        ("one call, 32 tokens in, a label", "label", queries),
        ("one call, 32 tokens in, 4 out", "text", whole),
    ):
        work = {}
        for engine in found:
            call = getattr(engine, ask)
            call(inputs[-1])

            def one(number: int, call: Callable[[Any], Any] = call, inputs: Sequence[Any] = inputs) -> None:
                start = number * CALLS % (len(inputs) - CALLS + 1)
                for query in inputs[start : start + CALLS]:
                    call(query)

            work[engine.name] = one
        cases.append(alternating(Case(name, CALLS), rounds, work))
    return cases


def _written(workload: Workload, text: str) -> list[int]:
    return workload.tokenizer.encode(text)


def measure_batch(workload: Workload, found: Sequence[Engine], ask: str, rounds: int) -> Case:
    """256 different inputs of 10 to 60 tokens, a quarter of them a round."""
    queries = workload.queries(lengths(SLICE * SLICES))
    work = {}
    for engine in found:
        call = getattr(engine, ask)

        def some(number: int, call: Callable[[Any], Any] = call) -> None:
            start = number % SLICES * SLICE
            call(queries[start : start + SLICE])

        work[engine.name] = some
    return alternating(Case(BATCHES[ask], SLICE), rounds, work)


def measure_limits(workload: Workload, folder: Path) -> Limits:
    """Reading from memory and multiplying as fast as the machine can; then one decoding step, and one reading step."""
    binary, count = folder / "limits", threads() or 1
    interpreters = {
        name: NativeInterpreter.load(workload.info, bits=bits) for name, bits in (("native", 16), ("native-int8", 8))
    }
    matrices = [array for array in interpreters["native"].native.arrays if isinstance(array, Matrix)]
    size = sum(matrix.blocks.nbytes for matrix in matrices)
    compiler = [os.environ.get("CXX", "c++"), "-O3", "-march=native", "-pthread", str(HERE / "limits.cpp")]
    subprocess.run([*compiler, "-o", str(binary)], check=True)
    told = subprocess.run([binary, str(count), str(size >> 20)], check=True, capture_output=True, text=True).stdout
    bandwidth, products, kind = told.splitlines()
    # A block has 16 x 32 weights. The head, the last matrix, is needed for the last token alone.
    layers = sum(512 * matrix.blocks.shape[0] * matrix.blocks.shape[1] for matrix in matrices[:-1])
    tokens = 1024
    step = {name: _seconds(interpreter, 1, 128) for name, interpreter in interpreters.items()}
    reading = {name: _seconds(interpreter, tokens // 32, 128, rows=32) for name, interpreter in interpreters.items()}
    return Limits(float(bandwidth), float(products), kind, size, layers, step, reading, tokens, count)


def _seconds(interpreter: NativeInterpreter, length: int, before: int, rows: int = 1) -> float:
    """The least time of reading so many tokens in each row behind `before` shared states."""
    row, slot = np.repeat(np.arange(rows), length), np.tile(np.arange(length), rows)
    shared = (interpreter.cache(before), before)
    caches = [interpreter.cache(length) for _ in range(rows)]
    last = np.arange(rows) * length + length - 1
    times = []
    for _ in range(15):
        start = time.perf_counter()
        interpreter.read(np.full(len(row), 100), before + slot, row, slot, caches, shared, last)
        times.append(time.perf_counter() - start)
    return min(times)


def errors(workload: Workload, found: Sequence[Engine]) -> dict[str, float]:
    """How far logits are from those of transformers in float32, on average over the vocabulary, in their deviation."""
    exact = next((engine for engine in found if engine.name == "transformers"), None)
    if exact is None:
        return {}
    far: dict[str, list[float]] = {}
    for query in workload.queries([20] * 16, seed=11):
        wanted = exact.logits(query)
        assert wanted is not None
        for engine in found:
            if engine is not exact and (logits := engine.logits(query)) is not None:
                moved = np.abs((logits - logits.mean()) - (wanted - wanted.mean())).mean()
                far.setdefault(engine.name, []).append(float(moved / wanted.std()))
    return {name: statistics.mean(values) for name, values in far.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gguf", type=Path, help="the file that llama.cpp reads")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--engines", default="", help="comma-separated; default: all")
    parser.add_argument("--parts", default=",".join(PARTS), help="comma-separated; default: all")
    parser.add_argument("--work", type=Path, default=Path("build/bench"))
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/benchmarks.md"))
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    kept = given.work / "results.json"
    results: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    parts = [part for part in given.parts.split(",") if part]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workload = Workload(folder)
        found: list[Engine] = []
        if {"calls", "labels", "texts"} & set(parts):
            found, results["missing"] = engines(workload, given.gguf, given.engines.split(",") if given.engines else ())
        for part in parts:
            begun = time.perf_counter()
            results[part] = measured(part, workload, folder, found, given)
            results[part]["minutes"] = (time.perf_counter() - begun) / 60
            kept.write_text(json.dumps(results, indent=1), encoding="utf-8")
    results["machine"] = machine()
    given.output.write_text(report(results, given.rounds), encoding="utf-8")
    cases = [Case.of(case) for case in cases_of(results)]
    chart = {
        case.name: {name: case.ratio(PEER, name) for name in case.seconds} for case in cases if PEER in case.seconds
    }
    if chart:
        title = f"times as fast as {PEER}"
        given.output.with_suffix(".svg").write_text(bars(title, chart), encoding="utf-8")


def measured(
    part: str, workload: Workload, folder: Path, found: Sequence[Engine], given: argparse.Namespace
) -> dict[str, Any]:
    """What one part finds, as JSON has it."""
    if part == "limits":
        return asdict(measure_limits(workload, folder))
    if part == "starts":
        seconds, memory, missing = measure_starts(workload, folder, given.gguf, given.rounds)
        return {"seconds": asdict(seconds), "memory": asdict(memory), "missing": missing}
    if part == "builds":
        return {"levels": measure_builds(folder)}
    if part == "stream":
        return {"cases": [asdict(measure_stream(workload, min(given.rounds, 3)))]}
    if part == "calls":
        far = errors(workload, found)
        return {"cases": [asdict(case) for case in measure_calls(workload, found, given.rounds)], "far": far}
    return {"cases": [asdict(measure_batch(workload, found, part, given.rounds))]}


def machine() -> str:
    """The machine and the versions."""
    names = {"llama-cpp-python": "llama_cpp_python", "onnxruntime": "onnxruntime", "transformers": "transformers"}
    found = [f"Python {platform.python_version()}", f"numpy {np.__version__}"]
    for name, package in (*names.items(), ("torch", "torch")):
        try:
            found.append(f"{name} {version(package)}")
        except PackageNotFoundError:
            continue
    model = next(
        (line.partition(":")[2].strip() for line in _cpuinfo() if line.startswith("model name")), platform.machine()
    )
    return f"{model}, {os.cpu_count()} cores, {threads()} threads, kernels `{library.kernels()}`; {', '.join(found)}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


if __name__ == "__main__":
    main()
