"""A composed program, linked and batched, against its functions called one by one from Python.

    python -m bench.composed -o docs/composed.md          # resumes where it stopped; needs the default interpreter

The program is examples/support: six model functions in three files, `match`, `map`, the standard library. The other
arm is what one writes without it: the same functions, loaded from the same sources, glued by Python, one call at a
time. Both arms take the same lines in turns, a chunk at a time, in one process.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pawc
from pawc.cli.options import ENGINES
from pawc.driver.build import Options
from pawc.driver.program import BATCH, Program

SUPPORT = Path(__file__).parents[1] / "examples" / "support"
PRODUCTS = (
    *("kettle", "desk lamp", "stroller", "toaster", "travel bag", "tablet", "oven", "vacuum cleaner", "city bike"),
    *("garden chair", "water filter", "camera", "rice cooker", "blender", "suitcase", "heater", "keyboard", "fridge"),
)
COMPLAINTS = (
    *(
        "The {} leaks",
        "My {} flickers and smells burnt",
        "The {} has not arrived yet",
        "I was charged twice for the {}",
    ),
    *("I love the {}, thank you", "Please send the {} to my office instead", "Where is my {}?!", "The {} is on fire"),
    *("Third time I write: the {} is broken AGAIN", "Could you send the invoice for the {} again?"),
    *("Wo ist mein {}?", "Le {} est cassé", "¿Cuándo llega el {}?", "Cancel the {}, I found it elsewhere"),
    *("The {} must be here today", "How do I clean the {}?", "You people are useless, the {} is wrong"),
    *("A screw of the {} is missing", "The fee for the {} is too high", "The {} stopped after a week"),
)
OPENINGS = ("", "Hello, ", "Good morning. ", "Order 4711: ", "Once more, ")
Function = Callable[[str], str]


def lines(count: int, seed: int = 0) -> list[str]:
    """Lines of an inbox, no message twice: one message each, or up to three of one customer."""
    random = Random(seed)
    every = [opening + text.format(thing) for opening in OPENINGS for text in COMPLAINTS for thing in PRODUCTS]
    random.shuffle(every)
    return [" / ".join(every.pop() for _ in range(random.choice((1, 1, 1, 1, 2, 3)))) for _ in range(count)]


class ByHand:
    """What `support.paw` says, in Python. `functions` are the six model functions by name; `calls` counts them."""

    def __init__(self, functions: dict[str, Function]) -> None:
        self._functions = functions
        self.calls = 0

    def main(self, line: str) -> str:
        messages = [message for message in line.split(" / ") if message]
        angry = "angry" in [self._ask("mood", message) for message in messages]
        handled = dict.fromkeys(self._handle(message) for message in messages)
        return ("angry customer, " if angry else "") + "; ".join(handled)

    def _handle(self, message: str) -> str:
        if self._ask("urgency", message) == "immediate":
            return "PAGE " + self._ask("product", message)
        topic = self._ask("topic", message)
        if topic == "billing":
            return "billing, in " + self._ask("language", message)
        if topic == "defect":
            return "workshop: " + self._ask("product", message)
        if topic == "shipping":
            return "logistics: " + self._ask("wish", message)
        return "thank you note"

    def _ask(self, name: str, message: str) -> str:
        self.calls += 1
        return self._functions[name](message)


def load(interpreter: str = "", level: int = 0, engine: str = "torch") -> tuple[Program, ByHand]:
    """Both arms, warm: every function has been called, so that no loading is measured."""
    options = Options(level=level, interpreter=interpreter)
    linked = pawc.load(SUPPORT / "support.paw", options).on(ENGINES[engine])
    mail = [SUPPORT / "mail" / name for name in ("labels.paw", "fields.paw")]
    parts = [pawc.load(path, options).on(ENGINES[engine]) for path in mail]
    functions: dict[str, Function] = {name: function for part in parts for name, function in part.functions.items()}
    for function in functions.values():
        function("warm up")
    for neural in linked.executable.module.neural:
        linked.engine.call(neural, [("warm up",)])
    return linked, ByHand(functions)


def measure(
    linked: Program, by_hand: ByHand, chunk: Sequence[str], *, linked_first: bool, sample: int | None = None
) -> dict[str, Any]:
    """The linked program over a chunk of lines, and by hand the first `sample` of them (all)."""
    by_hand_chunk = chunk[:sample]
    seconds: dict[str, float] = {}
    cpu: dict[str, float] = {}
    answers: dict[str, list[str]] = {}
    before = by_hand.calls

    def arm(name: str, run: Callable[[], list[str]]) -> None:
        start = time.perf_counter(), time.process_time()
        answers[name] = run()
        seconds[name], cpu[name] = time.perf_counter() - start[0], time.process_time() - start[1]

    arms: list[tuple[str, Callable[[], list[str]]]] = [
        ("linked", lambda: linked.map(chunk)),
        ("by hand", lambda: [by_hand.main(line) for line in by_hand_chunk]),
    ]
    for name, run in arms if linked_first else arms[::-1]:
        arm(name, run)
    pairs = zip(by_hand_chunk, answers["linked"], answers["by hand"], strict=False)
    different = [[line, *pair] for line, *pair in pairs if pair[0] != pair[1]]
    return {
        "lines": {"linked": len(chunk), "by hand": len(by_hand_chunk)},
        "calls": by_hand.calls - before,
        "seconds": seconds,
        "cpu": cpu,
        "different": different,
    }


def run(args: argparse.Namespace) -> list[dict[str, Any]]:
    """The measurements of the chunks; those that lie in the work folder are not done again."""
    until = time.monotonic() + 60 * args.minutes
    work = args.work or Path("build/composed") / args.engine
    work.mkdir(parents=True, exist_ok=True)
    asked = lines(args.lines)
    chunks = [asked[start : start + args.chunk] for start in range(0, len(asked), args.chunk)]
    arms: tuple[Program, ByHand] | None = None
    found = []
    for number, chunk in enumerate(chunks):
        place = work / f"{args.lines}.{args.chunk}.{number}.json"
        if not place.exists():
            if time.monotonic() > until:
                break
            arms = arms or load(args.interp, args.level, args.engine)
            result = measure(*arms, chunk, linked_first=number % 2 == 0, sample=args.by_hand)
            place.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
            print(number, result["seconds"], len(result["different"]), file=sys.stderr, flush=True)
        found.append(json.loads(place.read_text(encoding="utf-8")))
    return found


def report(found: Sequence[dict[str, Any]], level: int, engine: str) -> Iterator[str]:
    """The page."""
    arms = ("by hand", "linked")
    lines, wall, cpu = (
        {arm: sum(turn[kind][arm] for turn in found) for arm in arms} for kind in ("lines", "seconds", "cpu")
    )
    ratios = [_ratio(turn["seconds"], turn["lines"]) for turn in found]
    different = [row for turn in found for row in turn["different"]]
    calls = sum(turn["calls"] for turn in found)
    yield from (
        "# A composed program against its functions called one by one",
        "",
        "`examples/support`: six model functions in three files, with `match`, `map` and the standard library,",
        f"compiled at `-O{level}` for the default interpreter, engine `{engine}`.",
        f"*Linked*: `program.map(lines)` over {lines['linked']} different lines, in batches of at most {BATCH} calls.",
        f"*By hand*: {lines['by hand']} of these lines, by the same functions from the same sources, glued in Python,",
        f"one call at a time ({calls} calls). Both arms in one process, all loaded and warm, in {len(found)} turns,",
        f"the order of the arms alternating. Made by `python -m bench.composed --engine {engine} -o docs/composed.md`.",
        "",
        f"**Throughput ratio: {_ratio(wall, lines):.2f}** by the clock, {_ratio(cpu, lines):.2f} in processor time;"
        f" median over the turns {statistics.median(ratios):.2f} (from {min(ratios):.2f} to {max(ratios):.2f}).",
        f"Lines answered differently: **{len(different)} of {lines['by hand']}**.",
        "",
        "| arm | lines | ms a line on the clock | processor ms a line |",
        "|---|---|---|---|",
    )
    for arm in arms:
        each = [1000 * total[arm] / lines[arm] for total in (wall, cpu)]
        yield f"| {arm} | {lines[arm]} | {each[0]:.0f} | {each[1]:.0f} |"
    for line, linked, by_hand in different:
        yield f"\n- `{line}`: linked `{linked}`, by hand `{by_hand}`"


def _ratio(seconds: dict[str, float], lines: dict[str, int]) -> float:
    """How many times the lines a second of the one arm are those of the other."""
    return (seconds["by hand"] / lines["by hand"]) / (seconds["linked"] / lines["linked"])


def main(argv: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--chunk", type=int, default=100, help="lines that each arm takes before the other's turn")
    parser.add_argument("--by-hand", type=int, help="by hand only so many lines of each chunk (default: all)")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no chunk after so long")
    parser.add_argument("--interp", default="", help="interpreter (default: the embedded one)")
    parser.add_argument("--level", type=int, default=0, help="optimisation level of the functions")
    parser.add_argument("--engine", choices=ENGINES, default="torch")
    parser.add_argument("--work", type=Path, help="where results are kept (default: build/composed/ENGINE)")
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args(argv)
    found = run(args)
    args.output.write_text("\n".join(report(found, args.level, args.engine)) + "\n", encoding="utf-8")
    return 1 if any(result["different"] for result in found) else 0


if __name__ == "__main__":
    sys.exit(main())
