"""A module's call graph -> an SVG picture: callers left, what they call to the right, each function in its own box.

The same graph as `inspection.dot`, for whoever has no Graphviz. A function stands one column right of its rightmost
caller; within a column functions keep the order of the module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

CHARACTER, HEIGHT = 7.3, 26
"""The width of a character and the height of a box, in pixels."""

ACROSS, DOWN = 70, 14
"""The gaps between columns and between boxes."""

STYLES = {
    "neural": 'fill="#dbe9ff" stroke="#3b6fb6"',
    "composed": 'fill="#ffffff" stroke="#555555" rx="13"',
    "std": 'fill="#f2f2f2" stroke="#bbbbbb" rx="13"',
}


def svg(kinds: Mapping[str, str], calls: Mapping[str, Sequence[str]], entry: str | None) -> str:
    """The picture. `kinds`: whether each function is `neural`, `composed` or of `std`; no call is circular."""
    columns: dict[int, list[str]] = {}
    for symbol, column in _columns(kinds, calls).items():
        columns.setdefault(column, []).append(symbol)
    boxes: dict[str, tuple[float, float, float]] = {}  # left, top, width
    left = top = 10.0
    for column in sorted(columns):
        width = max(len(symbol) for symbol in columns[column]) * CHARACTER + 20
        for row, symbol in enumerate(columns[column]):
            boxes[symbol] = (left, top + row * (HEIGHT + DOWN), width)
        left += width + ACROSS
    height = max((box[1] for box in boxes.values()), default=0) + HEIGHT + 10
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left - ACROSS + 10:.0f}" height="{height:.0f}"'
        ' font-family="monospace" font-size="12">'
    ]
    for caller, callees in calls.items():
        lines += [_arrow(boxes[caller], boxes[callee]) for callee in callees]
    for symbol, (x, y, width) in boxes.items():
        bold = ' font-weight="bold"' if symbol == entry else ""
        lines.append(f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{HEIGHT}" {STYLES[kinds[symbol]]}/>')
        lines.append(f'<text x="{x + 10:.0f}" y="{y + 17:.0f}"{bold}>{escape(symbol)}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def _columns(kinds: Mapping[str, str], calls: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How far right each function stands: one more than whoever calls it."""
    column = dict.fromkeys(kinds, 0)
    waiting = {symbol: sum(symbol in callees for callees in calls.values()) for symbol in kinds}
    ready = [symbol for symbol, callers in waiting.items() if not callers]
    while ready:
        caller = ready.pop()
        for callee in calls.get(caller, ()):
            column[callee] = max(column[callee], column[caller] + 1)
            waiting[callee] -= 1
            if not waiting[callee]:
                ready.append(callee)
    return column


def _arrow(start: tuple[float, float, float], end: tuple[float, float, float]) -> str:
    """A curve from the right side of one box to the left side of another, with a dot where it arrives."""
    x, y = start[0] + start[2], start[1] + HEIGHT / 2
    to_x, to_y = end[0], end[1] + HEIGHT / 2
    bend = (to_x - x) / 2
    curve = f"M{x:.0f},{y:.0f} C{x + bend:.0f},{y:.0f} {to_x - bend:.0f},{to_y:.0f} {to_x:.0f},{to_y:.0f}"
    dot = f'<circle cx="{to_x:.0f}" cy="{to_y:.0f}" r="3" fill="#777777"/>'
    return f'<path d="{curve}" fill="none" stroke="#999999"/>{dot}'
