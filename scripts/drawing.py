"""Pictures for the pages, as SVG: bars on scales of powers of ten, and curves on two of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

WIDTH = 860
LABELS = 190  # the room for names at the left
ROW = 20
BAR = 13
FIGURES = 80  # the room for figures at the right
COLOURS = ("#1f6feb", "#8a8f98", "#d29922", "#3fb950", "#a371f7")
STYLE = "font-family: system-ui, sans-serif; font-size: 12px; fill: #6e7681"


class Bars(NamedTuple):
    """A group of bars: what they measure, and the figure of each name."""

    title: str
    figures: Mapping[str, float]


class Curve(NamedTuple):
    """A line through points, all above zero."""

    name: str
    points: Sequence[tuple[float, float]]


def format_figure(value: float) -> str:
    """Return a figure with about two digits that matter."""
    digits = max(0, 1 - math.floor(math.log10(value))) if value > 0 else 0
    return f"{value:,.{digits}f}"


def write_text(x: float, y: float, text: str, extra: str = "") -> str:
    """Return an SVG text."""
    return f'<text x="{x:.1f}" y="{y:.1f}" {extra}>{escape(text)}</text>'


def wrap(parts: Sequence[str], height: float) -> str:
    """Return a whole picture."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}"'
    return "\n".join([f'{head} style="{STYLE}">', *parts, "</svg>", ""])


def draw_bars(groups: Sequence[Bars]) -> str:
    """Return groups of bars; the bars of one group share a logarithmic scale, ours are blue."""
    parts: list[str] = []
    top = 8.0
    for group in groups:
        parts.append(write_text(0, top + BAR, group.title, 'font-weight="600"'))
        top += ROW + 2
        lowest = min(group.figures.values()) / 2
        span = math.log10(max(group.figures.values()) / lowest)
        room = WIDTH - LABELS - FIGURES
        for name, value in group.figures.items():
            width = room * math.log10(value / lowest) / span
            colour = COLOURS[0] if name.startswith("rag") else COLOURS[1]
            parts.append(write_text(LABELS - 8, top + BAR - 2, name, 'text-anchor="end"'))
            box = f'x="{LABELS}" y="{top:.1f}" width="{width:.1f}" height="{BAR}"'
            parts.append(f'<rect {box} rx="2" fill="{colour}"/>')
            parts.append(write_text(LABELS + width + 6, top + BAR - 2, format_figure(value)))
            top += ROW
        top += 12
    return wrap(parts, top)


def draw_curves(title: str, unit: str, curves: Sequence[Curve]) -> str:
    """Return curves over one another, both scales logarithmic, each point with its figure."""
    height, left, right, head, foot = 340, 70, 170, 34, 36
    points = [point for curve in curves for point in curve.points]
    low_x, high_x = (math.log10(pick(x for x, _ in points)) for pick in (min, max))
    low_y, high_y = (math.log10(pick(y for _, y in points)) for pick in (min, max))

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - low_x) / (high_x - low_x)
        up = (math.log10(y) - low_y) / (high_y - low_y)
        return left + across * (WIDTH - left - right), height - foot - up * (height - head - foot)

    parts = [write_text(0, 16, title, 'font-weight="600"')]
    for x in sorted({x for x, _ in points}):
        at, _ = place(x, 10**low_y)
        parts.append(write_text(at, height - 12, f"{x:,.0f}", 'text-anchor="middle"'))
    parts.append(write_text(WIDTH - right + 16, height - 12, unit))
    for colour, curve in zip(COLOURS, curves, strict=False):
        at = [place(x, y) for x, y in curve.points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for (x, y), (_, value) in zip(at, curve.points, strict=True):
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
            parts.append(write_text(x, y - 7, format_figure(value), 'text-anchor="middle"'))
        last_x, last_y = at[-1]
        parts.append(write_text(last_x + 16, last_y + 4, curve.name, f'fill="{colour}"'))
    return wrap(parts, height)
