"""Metrics of a run -> one SVG: a panel for each measure, steps from left to right, phases one after the other."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from pawc.base.diagnostics import fail
from pawc.base.fsio import read_bytes, write_atomic

WIDTH, HEIGHT, LEFT, TOP, GAP = 860, 150, 60, 30, 50
COLOURS = ("#1b6ca8", "#c0392b", "#27864f", "#8e5ba6", "#b7791f", "#444444", "#0a8f8f", "#a0306a")
MEASURES = ("loss", "answers", "reward", "exact", "kl", "drift", "distil", "norm")
Points = list[tuple[float, float]]


@dataclass
class Panel:
    """A title, and lines by name."""

    title: str
    lines: dict[str, Points] = field(default_factory=dict)


def draw(metrics: Path, path: Path) -> None:
    """Draw the metrics of a run; a coded error where there are none."""
    rows = []
    for number, line in enumerate(read_bytes(metrics).decode().splitlines(), start=1):
        try:
            rows.append(json.loads(line))
        except ValueError:
            fail("P1214", "a line of the metrics is damaged", where=f"{metrics}:{number}")
    write_atomic(path, svg(panels(rows)).encode())


def panels(rows: Sequence[Mapping[str, Any]]) -> list[Panel]:
    """What is to be drawn: the measures that occur, each phase a line; then the held-out tasks, each arm a line."""
    offsets: dict[str, int] = {}
    total = 0
    for row in rows:
        if row["phase"] not in offsets:
            offsets[row["phase"]] = total
        total = max(total, offsets[row["phase"]] + row["step"])
    found = {name: Panel(name) for name in (*MEASURES, "held-out tasks: exact answers")}
    *_, held = found.values()
    for row in rows:
        at = offsets[row["phase"]] + row["step"]
        for arm, value in row.get("validation", {}).items():
            held.lines.setdefault(arm, []).append((at, value))
        for name in MEASURES:
            if name in row:
                found[name].lines.setdefault(row["phase"], []).append((at, row[name]))
    return [panel for panel in found.values() if panel.lines]


def svg(drawn: Sequence[Panel]) -> str:
    """The panels, one below the other, as an SVG that needs nothing else."""
    height = len(drawn) * (HEIGHT + TOP + GAP)
    body = "".join(_panel(panel, number * (HEIGHT + TOP + GAP)) for number, panel in enumerate(drawn))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH + LEFT + 160}" height="{height}" '
        f'font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="white"/>{body}</svg>\n'
    )


def _panel(panel: Panel, top: int) -> str:
    points = [point for line in panel.lines.values() for point in line]
    right = max(1.0, max(x for x, _ in points))
    low, high = min(y for _, y in points), max(y for _, y in points)
    if low == high:
        low, high = low - 0.5, high + 0.5

    def place(x: float, y: float) -> tuple[float, float]:
        return LEFT + WIDTH * x / right, top + TOP + HEIGHT * (high - y) / (high - low)

    parts = [
        f'<text x="{LEFT}" y="{top + 18}" font-weight="bold">{escape(panel.title)}</text>',
        f'<rect x="{LEFT}" y="{top + TOP}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#ccc"/>',
    ]
    for value in (low, (low + high) / 2, high):
        _, y = place(0, value)
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.3g}</text>')
    parts.append(f'<text x="{LEFT + WIDTH}" y="{top + TOP + HEIGHT + 16}" text-anchor="end">step {right:.0f}</text>')
    for number, (name, line) in enumerate(panel.lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in line))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.3"/>')
        if len(line) == 1:
            x, y = place(*line[0])
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>')
        y = top + TOP + 12 + 14 * number
        parts.append(f'<text x="{LEFT + WIDTH + 10}" y="{y}" fill="{colour}">{escape(name)} {line[-1][1]:.3g}</text>')
    return "".join(parts)
