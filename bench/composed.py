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


def load(interpreter: str = "", level: int = 0) -> tuple[Program, ByHand]:
    """Both arms, warm: every function has been called, so that no loading is measured."""
    options = Options(level=level, interpreter=interpreter)
    linked = pawc.load(SUPPORT / "support.paw", options)
    parts = [pawc.load(SUPPORT / "mail" / name, options) for name in ("labels.paw", "fields.paw")]
    functions: dict[str, Function] = {name: function for part in parts for name, function in part.functions.items()}
    for function in functions.values():
        function("warm up")
    for neural in linked.executable.module.neural:
        linked.engine.call(neural, [("warm up",)])
    return linked, ByHand(functions)


def measure(
    linked: Program, by_hand: ByHand, chunk: Sequence[str], *, linked_first: bool, both: bool = True
) -> dict[str, Any]:
    """Both arms over the same lines; or the linked program alone."""
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
        ("by hand", lambda: [by_hand.main(line) for line in chunk]),
    ]
    for name, run in (arms if linked_first else arms[::-1]) if both else arms[:1]:
        arm(name, run)
    pairs = zip(chunk, answers["linked"], answers.get("by hand", answers["linked"]), strict=True)
    different = [[line, *pair] for line, *pair in pairs if pair[0] != pair[1]]
    return {
        "lines": len(chunk),
        "calls": by_hand.calls - before,
        "seconds": seconds,
        "cpu": cpu,
        "different": different,
    }


def run(args: argparse.Namespace) -> list[dict[str, Any]]:
    """The measurements of the chunks; those that lie in the work folder are not done again."""
    until = time.monotonic() + 60 * args.minutes
    args.work.mkdir(parents=True, exist_ok=True)
    asked = lines(args.lines)
    chunks = [asked[start : start + args.chunk] for start in range(0, len(asked), args.chunk)]
    arms: tuple[Program, ByHand] | None = None
    found = []
    for number, chunk in enumerate(chunks):
        place = args.work / f"{args.lines}.{args.chunk}.{number}.json"
        if not place.exists():
            if time.monotonic() > until:
                break
            arms = arms or load(args.interp, args.level)
            both = number % args.every == 0
            result = measure(*arms, chunk, linked_first=number // args.every % 2 == 0, both=both)
            place.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
            print(number, result["seconds"], len(result["different"]), file=sys.stderr, flush=True)
        found.append(json.loads(place.read_text(encoding="utf-8")))
    return found


def report(found: Sequence[dict[str, Any]], level: int) -> Iterator[str]:
    """The page."""
    total = sum(result["lines"] for result in found)
    turns = [result for result in found if "by hand" in result["seconds"]]
    compared = sum(result["lines"] for result in turns)
    calls = sum(result["calls"] for result in turns)
    arms = ("by hand", "linked")
    wall, cpu = ({arm: sum(turn[clock][arm] for turn in turns) for arm in arms} for clock in ("seconds", "cpu"))
    ratios = [turn["seconds"]["by hand"] / turn["seconds"]["linked"] for turn in turns]
    different = [row for turn in turns for row in turn["different"]]
    alone = sum(result["seconds"]["linked"] for result in found)
    yield from (
        "# A composed program against its functions called one by one",
        "",
        "`examples/support`: six model functions in three files, with `match`, `map` and the standard library,",
        f"compiled at `-O{level}` for the default interpreter, backend `cpu` (float32). The linked program answered",
        f"{total} different lines, {1000 * alone / total:.0f} ms a line; {compared} of them ({calls} model calls)",
        "were answered by hand too: the same functions, from the same sources, glued in Python, one call at a time.",
        f"*Linked*: `program.map(lines)`, batches of at most {BATCH} calls. Both arms in one process, all loaded and",
        f"warm, in turns of {found[0]['lines']} lines, the order of the arms alternating.",
        "Made by `python -m bench.composed -o docs/composed.md`.",
        "",
        f"**Throughput ratio: {wall['by hand'] / wall['linked']:.2f}** by the clock,"
        f" {cpu['by hand'] / cpu['linked']:.2f} in processor time; median over"
        f" {len(turns)} turns {statistics.median(ratios):.2f} (from {min(ratios):.2f} to {max(ratios):.2f}).",
        f"Lines answered differently: **{len(different)} of {compared}**.",
        "",
        "| arm | seconds on the clock | ms a line | processor seconds |",
        "|---|---|---|---|",
    )
    for arm in arms:
        yield f"| {arm} | {wall[arm]:.1f} | {1000 * wall[arm] / compared:.0f} | {cpu[arm]:.1f} |"
    for line, linked, by_hand in different:
        yield f"\n- `{line}`: linked `{linked}`, by hand `{by_hand}`"


def main(argv: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--chunk", type=int, default=100, help="lines that each arm takes before the other's turn")
    parser.add_argument("--every", type=int, default=1, help="by hand only one chunk in so many: it takes so long")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no chunk after so long")
    parser.add_argument("--interp", default="", help="interpreter (default: the embedded one)")
    parser.add_argument("--level", type=int, default=0, help="optimisation level of the functions")
    parser.add_argument("--work", type=Path, default=Path("build/composed"))
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args(argv)
    found = run(args)
    args.output.write_text("\n".join(report(found, args.level)) + "\n", encoding="utf-8")
    return 1 if any(result["different"] for result in found) else 0


if __name__ == "__main__":
    sys.exit(main())
