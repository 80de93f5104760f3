"""What was measured of the run path -> docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.run_path_cases import OURS, PARTS, PEER, Case, Limits, cases_of

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
    if cases := [Case.of(case) for case in cases_of(results)]:
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
