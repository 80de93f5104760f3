"""The page of benchmarks: what is kept of each part, ratios round by round, parts that were not measured."""

from __future__ import annotations

import json
from dataclasses import asdict
from xml.etree import ElementTree

import pytest

from bench.plot import bars
from bench.run_path_cases import PEER, Case, Limits, alternating
from bench.run_path_page import WANTED, report

CALL = Case(next(iter(WANTED)), 2, {"native": [1.0, 2.0, 4.0], PEER: [4.0, 10.0, 12.0]})
LIMITS = Limits(10e9, 300e9, "a kind", 50_000_000, 100_000_000, {"native": 0.01}, {"native": 1.0}, 1000, 2)


def test_a_ratio_is_the_median_over_rounds() -> None:
    assert CALL.ratio(PEER, "native") == 4.0
    assert CALL.median("native") == 1.0


def test_engines_take_turns() -> None:
    order: list[str] = []
    work = {"a": lambda number: order.append(f"a{number}"), "b": lambda _: order.append("b")}
    case = alternating(Case("x", 1), 2, work)
    assert order == ["a0", "b", "a1", "b"]
    assert {name: len(times) for name, times in case.seconds.items()} == {"a": 2, "b": 2}


def test_the_page_is_made_of_the_parts_there_are() -> None:
    part = {"cases": [asdict(CALL)], "far": {"native": 0.004}, "minutes": 1.0}
    results = {"calls": part, "missing": {"onnx-int8": "not here"}, "machine": "A machine"}
    page = report(json.loads(json.dumps(results)), 3)
    assert f"| {CALL.name} | 1000.0 | 5000.0 |" in page
    assert f"| {CALL.name} | 4.0 | {WANTED[CALL.name]:g} |" in page
    assert "native 0.4 %" in page
    assert "- onnx-int8: not here" in page
    assert "## Starting" not in page


def test_starts_are_compared_within_a_round() -> None:
    seconds = Case("a start", 1, {"native": [0.4, 0.9, 0.5], "torch": [4.0, 4.0, 4.0], PEER: [0.2, 0.6, 0.2]})
    memory = Case("its memory", 1, {"native": [150.0] * 3, "torch": [900.0] * 3, PEER: [100.0] * 3})
    starts = {"seconds": asdict(seconds), "memory": asdict(memory), "missing": "", "minutes": 0.5}
    page = report({"starts": starts, "machine": "A machine"}, 3)
    assert "at most 1.5 wanted: `native` 2.00 of the time and 1.50 of the memory." in page


def test_a_limit_is_what_is_needed_over_what_the_machine_gives() -> None:
    page = report({"limits": asdict(LIMITS) | {"minutes": 0.5}, "machine": "A machine"}, 5)
    assert "| one token written, `native` | 50 MB | 5.0 ms | 10.0 ms | 50 % |" in page
    assert "| 1000 tokens read, `native` | 200 G products | 667 ms | 1000 ms | 67 % |" in page  # 16 bits: twice


def test_a_plot_has_a_bar_for_each_ratio() -> None:
    chart = ElementTree.fromstring(bars("times as fast", {"a <call>": {"native": 4.0, PEER: 1.0}}))
    paper, *drawn = chart.iter("{http://www.w3.org/2000/svg}rect")
    assert paper.get("fill") == "white"
    widths = [float(bar.get("width", "0")) for bar in drawn]
    assert widths[0] == pytest.approx(4 * widths[1])
