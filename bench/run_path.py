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
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
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
from bench.workload import Workload, lengths
from pawc.interpreters.store import cache_root

OURS = "native"
PEER = "llama.cpp"
CALLS, SLICE, SLICES = 8, 64, 4
LINES = 1000
HERE = Path(__file__).parent


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


BATCHES = {"labels": "256 inputs of 10 to 60 tokens, labels", "texts": "the same, 4 tokens each"}


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


OBSERVER = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)
"""
"""A small process between: a child's peak memory starts with that of its parent."""


COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Python keeps its bytecode, as it does where a package is installed: else each start would compile all of it."""


def observed(command: Sequence[str], given: bytes, environment: Mapping[str, str] | None = None) -> tuple[float, float]:
    """Seconds and megabytes of a command."""
    start = time.perf_counter()
    observer = [sys.executable, "-S", "-c", OBSERVER, *command]
    run = subprocess.run(observer, input=given, check=True, capture_output=True, env=COMPILED | dict(environment or {}))
    seconds = time.perf_counter() - start
    return seconds, int(run.stdout) / 1024


def measure_starts(workload: Workload, folder: Path, gguf: Path | None, rounds: int) -> tuple[Case, Case, str]:
    """`pawc run` with one line, and llama.cpp's start; seconds and megabytes. And why that is missing, if it is."""
    line = workload.queries([32], seed=5)[0]
    run = [sys.executable, "-m", "pawc.cli.main", "run", str(workload.path), "-f", "short", "--engine"]
    commands = {name: [*run, name] for name in ("native", "native-int8", "torch")}
    missing = ""
    try:
        commands[PEER] = llama_start(workload, folder, gguf, line.tokens)
    except MissingError as error:
        missing = str(error)
    seconds, memory = Case("`pawc run`, one line, 4 tokens out", 1), Case("its peak memory", 1)
    for number in range(rounds + 1):
        for name, command in commands.items():
            taken, size = observed(command, (line.text + "\n").encode())
            if number:  # before, files may not have been in memory
                seconds.seconds.setdefault(name, []).append(taken)
                memory.seconds.setdefault(name, []).append(size)
    print(f"{seconds.name}: { ({name: round(seconds.median(name), 3) for name in commands}) }", flush=True)
    return seconds, memory, missing


def llama_start(workload: Workload, folder: Path, gguf: Path | None, tokens: Sequence[int]) -> list[str]:
    """A command that starts llama.cpp for one input; compiled, and its saved state written."""
    try:
        import llama_cpp
    except ImportError as error:
        raise MissingError("llama-cpp-python is not installed") from error
    if gguf is None:
        raise MissingError("no --gguf")
    package = Path(llama_cpp.__file__).parent
    binary, state = folder / "llama_start", folder / "state"
    libraries = [f"-L{package / 'lib'}", f"-Wl,-rpath,{package / 'lib'}", "-lllama", "-lggml", "-lggml-base"]
    compiler = [os.environ.get("CXX", "c++"), "-O2", str(HERE / "llama_start.cpp"), f"-I{package.parent / 'include'}"]
    if subprocess.run([*compiler, *libraries, "-o", str(binary)], capture_output=True).returncode:
        raise MissingError("bench/llama_start.cpp cannot be compiled against its library here")
    known = workload.text.tokens
    command = [str(binary), str(gguf), str(state), str(threads() or 1), str(len(known)), "4"]
    subprocess.run(command, input=" ".join(map(str, known)).encode(), check=True)
    return [*command, *map(str, tokens)]


def measure_stream(workload: Workload, rounds: int) -> Case:
    """`pawc run` over 1,000 lines, start included."""
    text = "\n".join(query.text for query in workload.queries(lengths(LINES, seed=7))) + "\n"
    run = [sys.executable, "-m", "pawc.cli.main", "run", str(workload.path), "-f", "urgency", "--batch", "64"]
    work = {}
    for name in ("native", "native-int8"):
        command = [*run, "--engine", name]

        def stream(number: int, command: Sequence[str] = command) -> None:
            subprocess.run(command, input=text.encode(), check=True, stdout=subprocess.DEVNULL, env=COMPILED)

        work[name] = stream
    return alternating(Case("`pawc run`, 1,000 lines of 10 to 60 tokens, labels", LINES), rounds, work)


LEVELS = (0, 2)
"""`-O1` needs a neural compiler, and none is in the box; `-O3` is several of `-O2`."""


def measure_builds(folder: Path) -> dict[str, dict[str, float]]:
    """`pawc build` of examples/urgency at each level, nothing cached but the interpreter: once each."""
    cache, example = folder / "cache", folder / "example"
    cache.mkdir()
    (cache / "interpreters").symlink_to(cache_root() / "interpreters")
    shutil.copytree(HERE.parent / "examples" / "urgency", example)
    found = {}
    for level in LEVELS:
        made = example / f"O{level}.pawx"
        source = str(next(example.glob("*.paw")))
        command = [sys.executable, "-m", "pawc.cli.main", "build", "-q", f"-O{level}", source, "-o", str(made)]
        seconds, memory = observed(command, b"", {"PAWC_CACHE_DIR": str(cache)})
        found[f"-O{level}"] = {"seconds": seconds, "memory": memory, "size": made.stat().st_size / 1e6}
        print(f"build -O{level}: {seconds:.1f} s, {memory:.0f} MB", flush=True)
    return found


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


PARTS = ("limits", "starts", "calls", "labels", "texts", "stream", "builds")


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
    cases = [Case.of(case) for case in _cases(results)]
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


def _cases(results: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [case for part in ("calls", *BATCHES) if part in results for case in results[part]["cases"]]


WANTED = {
    "one call, 32 tokens in, a label": 4.0,
    "one call, 32 tokens in, 4 out": 2.5,
    "256 inputs of 10 to 60 tokens, labels": 8.0,
    "the same, 4 tokens each": 8.0,
}
"""What was asked for, in times llama.cpp."""


def report(results: Mapping[str, Any], rounds: int) -> str:
    """The page, of the parts that were measured."""
    taken = sum(results[part]["minutes"] for part in PARTS if part in results)
    lines = [
        "# Benchmarks",
        "",
        "By `make bench` (`python -m bench.run_path`); its docstring says how. Two `-O0` programs on the embedded",
        f"interpreter (SmolLM2-135M, published in 4 bits). Engines take turns; medians of {rounds} rounds. Peers run",
        "the same weights, and pay for the input alone, as ours do: the program is in their memory already. They are",
        "given tokens; ours are given text through the Python API, and what `pawc` does around an engine is counted.",
        "",
        f"{results['machine']}. All parts together took {taken:.0f} minutes.",
    ]
    if cases := [Case.of(case) for case in _cases(results)]:
        lines += times(cases)
    if far := results.get("calls", {}).get("far"):
        lines += [
            "",
            "How far logits are from those of transformers in float32, on average over the vocabulary and 16 inputs,",
            "as a share of their standard deviation: "
            + ", ".join(f"{name} {100 * value:.1f} %" for name, value in far.items())
            + ".",
        ]
    missing = dict(results.get("missing", {}))
    if "starts" in results:
        lines += start_times(results["starts"])
        missing |= {f"{PEER}'s start": why} if (why := results["starts"]["missing"]) else {}
    if "stream" in results:
        stream = Case.of(results["stream"]["cases"][0])
        rates = ", ".join(f"`{name}` {1 / stream.median(name):.0f} lines/s" for name in stream.seconds)
        lines += ["", f"{stream.name}, start included: {rates}."]
    if "builds" in results:
        lines += build_times(results["builds"]["levels"])
    if "limits" in results:
        lines += distance(results["limits"])
    if missing:
        lines += ["", "## Not measured", "", *(f"- {name}: {why}" for name, why in missing.items())]
    return "\n".join(lines) + "\n"


def times(cases: Sequence[Case]) -> list[str]:
    """Calls and batches: milliseconds, and how many times as fast as llama.cpp."""
    names = list(dict.fromkeys(name for case in cases for name in case.seconds))
    lines = ["", "## Milliseconds an answer", "", f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for case in cases:
        figures = [f"{1000 * case.median(name):.1f}" if name in case.seconds else "" for name in names]
        lines.append(f"| {case.name} | {' | '.join(figures)} |")
    if PEER not in names:
        return lines
    mine = [name for name in names if name.startswith(OURS)]
    lines += ["", f"## Times as fast as {PEER}", "", "![the same as a plot](benchmarks.svg)", ""]
    lines += [f"| | {' | '.join(mine)} | wanted |", "|---" * (len(mine) + 2) + "|"]
    for case in cases:
        ratios = " | ".join(f"{case.ratio(PEER, name):.1f}" for name in mine)
        lines.append(f"| {case.name} | {ratios} | {WANTED[case.name]:g} |")
    return lines


def start_times(found: Mapping[str, Any]) -> list[str]:
    """Starts: seconds and megabytes."""
    seconds, memory = Case.of(found["seconds"]), Case.of(found["memory"])
    names = list(seconds.seconds)
    ratios = [
        f"`{name}` {seconds.ratio(name, PEER):.2f} of the time and {memory.ratio(name, PEER):.2f} of the memory"
        for name in names
        if PEER in names and name.startswith(OURS)
    ]
    return [
        "",
        "## Starting",
        "",
        f"| | {' | '.join(names)} |",
        "|---" * (len(names) + 1) + "|",
        f"| {seconds.name}, s | " + " | ".join(f"{seconds.median(name):.2f}" for name in names) + " |",
        f"| {memory.name}, MB | " + " | ".join(f"{memory.median(name):.0f}" for name in names) + " |",
        *(["", f"As parts of what {PEER} takes, at most 1.5 wanted: {', '.join(ratios)}."] if ratios else []),
        "",
        f"For {PEER} that is `bench/llama_start.cpp`: no Python, the input as tokens, the program's state read from a",
        "file, a context of 512 tokens.",
    ]


def build_times(levels: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Builds: seconds, megabytes, size."""
    return [
        "",
        "## Building",
        "",
        "`pawc build` of examples/urgency, nothing cached but the interpreter, once each. Sizes and accuracies with",
        "prefixes of 16, 8, 6 and 4 bits are in [dev-tasks.md](dev-tasks.md); there is no format of 3 bits.",
        "",
        "| level | seconds | peak memory | executable |",
        "|---|---|---|---|",
        *(
            f"| `{level}` | {row['seconds']:.1f} | {row['memory']:.0f} MB | {row['size']:.2f} MB |"
            for level, row in levels.items()
        ),
    ]


def distance(found: Mapping[str, Any]) -> list[str]:
    """How far the two halves of a call are from what the machine can do."""
    limits = Limits(**{name: value for name, value in found.items() if name != "minutes"})
    lines = [
        "",
        "## How far from the machine's limit",
        "",
        f"On {limits.threads} thread{'s' if limits.threads > 1 else ''}, the best of many tries of everything: "
        f"{limits.bandwidth / 1e9:.1f} GB/s read of as much memory as the",
        f"weights take ({limits.token_bytes / 1e6:.0f} MB), and {limits.products / 1e9:.0f} billion products a second",
        f"({limits.kind}).",
        "",
        "| | needs | at best | measured | of the limit |",
        "|---|---|---|---|---|",
    ]
    for name, seconds in limits.step_seconds.items():
        best = limits.token_bytes / limits.bandwidth
        need = f"{limits.token_bytes / 1e6:.0f} MB"
        lines.append(
            f"| one token written, `{name}` | {need} | {1000 * best:.1f} ms | {1000 * seconds:.1f} ms"
            f" | {100 * best / seconds:.0f} % |"
        )
    for name, seconds in limits.reading_seconds.items():
        planes = 2 if name == "native" else 1  # a product of 16 bits is two of 8
        needed = planes * limits.token_products * limits.reading_tokens
        best = needed / limits.products
        lines.append(
            f"| {limits.reading_tokens} tokens read, `{name}` | {needed / 1e9:.0f} G products | {1000 * best:.0f} ms"
            f" | {1000 * seconds:.0f} ms | {100 * best / seconds:.0f} % |"
        )
    return [
        *lines,
        "",
        "Reading stays below the limit by what groups of 32 cost: their sums become floats and are scaled, 3",
        "instructions beside 8 of products (5 beside 16 with activations of 16 bits), on the same ports: 73 % (76 %)",
        "at best. The rest is attention, rounding, and making bytes of 4 bits.",
    ]


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
