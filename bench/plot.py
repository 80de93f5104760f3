"""Named ratios -> a bar chart as SVG, by hand: no library is needed for it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

COLOURS = ("#1b6ca8", "#4aa3df", "#888888", "#b07d2b", "#d9a441", "#7a5195", "#bc5090")
LEFT, WIDTH, HEIGHT, GAP = 300, 420, 14, 16


def bars(title: str, groups: Mapping[str, Mapping[str, float]]) -> str:
    """One group of bars below the other; a bar is as long as its number."""
    names = list(dict.fromkeys(name for group in groups.values() for name in group))
    top = max(value for group in groups.values() for value in group.values())
    parts, y = [], 44
    for label, group in groups.items():
        middle = y + HEIGHT * len(group) / 2 + 4
        parts.append(f'<text x="{LEFT - 10}" y="{middle:.0f}" text-anchor="end">{escape(label)}</text>')
        for name, value in group.items():
            width, colour = WIDTH * value / top, COLOURS[names.index(name) % len(COLOURS)]
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{HEIGHT - 2}" fill="{colour}"/>')
            text = escape(f"{value:.1f}  {name}")
            parts.append(f'<text x="{LEFT + width + 6:.1f}" y="{y + HEIGHT - 4}" font-size="11">{text}</text>')
            y += HEIGHT
        y += GAP
    head = f'<text x="{LEFT}" y="24" font-weight="bold">{escape(title)}</text>'
    size = f'width="{LEFT + WIDTH + 140}" height="{y}"'
    style = 'font-family="sans-serif" font-size="12"'
    body = "\n".join([head, *parts])
    paper = '<rect width="100%" height="100%" fill="white"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n{paper}\n{body}\n</svg>\n'
