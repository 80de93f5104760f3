"""The run path as commands: `pawc run` from its start, over one line and over many, and `pawc build`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from pawc.backends.cores import threads

from bench.peers import MissingError
from bench.run_path_cases import PEER, Case, alternating
from bench.workload import Workload, lengths
from pawc.interpreters.store import cache_root

LINES = 1000
HERE = Path(__file__).parent


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
