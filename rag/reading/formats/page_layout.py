"""The reading order of a page: columns from left to right, what stands across them before or after.

A page is cut at its gutters (after the recursive X-Y cut of Nagy and Seth 1984): white strips that
run beside at least three lines of running text on both sides. What crosses a strip ends it, so a
headline over three columns is read before them. A table has white strips, too, but its cells do not
fill their columns as running text does: its lines are read across.
"""

from __future__ import annotations

import bisect
import itertools
import math
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.formats.pdf_pages import Fragment

# Chosen by hand on pages of many programs; lengths in units of the height of the text.
_MIN_LINES = 3  # on both sides of a gutter
_MIN_GUTTER = 0.5
_MIN_COLUMN = 7.0  # the mean width of the lines of a column
_MIN_FILL = 0.62  # of the lines of a column beside its width, where lines on both sides are level
_OF_GUTTER = 0.8  # of the width of a gutter: what is narrower stands between words
_SAME_LINE = 0.4  # between two baselines
_LEVEL = 0.15  # between two baselines that are the same
_MIN_SPACE = 0.12
_CELL_GAP = 0.85  # between two cells of a table
_BEHIND = 0.6  # points behind the end of a fragment
_NEARLY_ALL = 0.8
_FROM_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufefc]")
_MIN_FRAGMENTS = 2 * _MIN_LINES
_MAX_FRAGMENTS = 3000  # of a page that is searched for gutters
_MAX_DEPTH = 12  # of columns in columns


class Cell(NamedTuple):
    """A piece of a line that stands apart."""

    left: float
    right: float
    text: str


class Line(NamedTuple):
    """A line of a column."""

    left: float
    right: float
    baseline: float
    height: float
    text: str
    cells: tuple[Cell, ...]  # the pieces that wide gaps divide it into
    gap: float  # the narrowest of these


class _Extent(NamedTuple):
    """Where a column begins and ends."""

    top: float
    bottom: float


class _Cut(NamedTuple):
    """A gutter: the fragments on both sides, those above and those below."""

    above: list[Fragment]
    left: list[Fragment]
    right: list[Fragment]
    below: list[Fragment]
    line_count: int  # on the side with fewer lines
    size: int  # fragments on both sides
    width: float

    def is_better_than(self, other: _Cut) -> bool:
        """Return whether more text stands beside this one; of equals, whether it is wider."""
        if self.line_count != other.line_count:
            return self.line_count > other.line_count
        if self.size != other.size:
            return self.size > other.size
        return self.width > other.width


_NO_CUT = _Cut([], [], [], [], 0, 0, 0.0)


def order_lines(fragments: Sequence[Fragment]) -> list[list[Line]]:
    """Return the lines of a page in reading order, those of each column or stretch together."""
    columns: list[list[Line]] = []
    if len(fragments) > _MAX_FRAGMENTS:
        lines = make_lines(fragments)
        return [lines]
    _order(list(fragments), columns, _MAX_DEPTH)
    return columns


def _order(fragments: list[Fragment], columns: list[list[Line]], depth: int) -> None:
    """Add the columns of a region in reading order."""
    if not fragments:
        return
    cut = _find_cut(fragments) if depth > 0 else None
    if cut is None:
        lines = make_lines(fragments)
        columns.append(lines)
        return
    for region in (cut.above, cut.left, cut.right, cut.below):
        _order(region, columns, depth - 1)


def _find_cut(fragments: list[Fragment]) -> _Cut | None:
    """Return the gutter beside most lines, the widest of equals; None where there is none."""
    by_baseline = sorted(fragments, key=_get_baseline)
    heights = sorted(map(_get_height, fragments))
    height = heights[len(heights) // 2]
    best = _NO_CUT
    for position in _list_positions(fragments):
        for start, end in _find_bands(by_baseline, position):
            cut = _make_cut(by_baseline, position, start, end)
            if cut.is_better_than(best) and _is_gutter(cut, height):
                best = cut
    return best if best.size else None


def _list_positions(fragments: list[Fragment]) -> list[float]:
    """Return where gutters may begin: behind the ends of fragments."""
    edges = {round(fragment.right) for fragment in fragments}
    return [edge + _BEHIND for edge in sorted(edges)]


def _get_baseline(fragment: Fragment) -> float:
    return fragment.baseline


def _find_bands(fragments: list[Fragment], position: float) -> list[tuple[int, int]]:
    """Return the stretches of fragments, by height, of which none crosses a vertical line."""
    crossing = [-1]
    for number, fragment in enumerate(fragments):
        if fragment.left < position < fragment.right:
            crossing.append(number)
    crossing.append(len(fragments))
    bands = []
    for before, after in itertools.pairwise(crossing):
        start = before + 1
        if after - start >= _MIN_FRAGMENTS:
            bands.append((start, after))
    return bands


def _make_cut(fragments: list[Fragment], position: float, start: int, end: int) -> _Cut:
    """Return what lies around the part of a vertical line that nothing crosses."""
    left: list[Fragment] = []
    right: list[Fragment] = []
    for fragment in fragments[start:end]:
        if fragment.right <= position:
            left.append(fragment)
        else:
            right.append(fragment)
    if not left or not right:
        return _NO_CUT
    left_end = max(map(_get_right, left))
    right_start = min(map(_get_left, right))
    return _Cut(
        fragments[:start],
        left,
        right,
        fragments[end:],
        min(_count_lines(left), _count_lines(right)),
        len(left) + len(right),
        right_start - left_end,
    )


def _count_lines(fragments: list[Fragment]) -> int:
    """Return how many lines fragments in order of their baselines make."""
    count = 0
    last = float("-inf")
    for fragment in fragments:
        if fragment.baseline - last > _SAME_LINE * fragment.height:
            count += 1
            last = fragment.baseline
    return count


def _is_gutter(cut: _Cut, height: float) -> bool:
    """Return whether running text stands on both sides of a cut."""
    if cut.line_count < _MIN_LINES:
        return False
    if cut.width < _MIN_GUTTER * height:
        return False
    left_lines = make_lines(cut.left)
    right_lines = make_lines(cut.right)
    if not _stand_beside(left_lines, right_lines):
        return False
    fills = []
    for lines in (left_lines, right_lines):
        widths = _measure_pieces(lines, _OF_GUTTER * cut.width)
        mean = sum(widths) / len(widths)
        if mean < _MIN_COLUMN * height:
            return False
        fills.append(mean / max(widths))
    if min(fills) >= _MIN_FILL:
        return True
    return not _are_level(left_lines, right_lines)


def _measure_pieces(lines: list[Line], max_gap: float) -> list[float]:
    """Return the widths of lines, of each column where a side of a gutter holds several."""
    widths = []
    for line in lines:
        start = -math.inf
        end = -math.inf
        for cell in sorted(line.cells):
            if cell.left - end > max_gap:
                widths.append(end - start)
                start = cell.left
            end = cell.right
        widths.append(end - start)
    return [width for width in widths if width > 0]


def _stand_beside(left_lines: list[Line], right_lines: list[Line]) -> bool:
    """Return whether two columns stand beside each other over half the height of the lower one."""
    left = _measure_extent(left_lines)
    right = _measure_extent(right_lines)
    top = max(left.top, right.top)
    bottom = min(left.bottom, right.bottom)
    height = min(
        left.bottom - left.top,
        right.bottom - right.top,
    )
    return bottom - top >= height / 2


def _measure_extent(lines: list[Line]) -> _Extent:
    first = lines[0]
    last = lines[-1]
    return _Extent(first.baseline, last.baseline)


def _are_level(left_lines: list[Line], right_lines: list[Line]) -> bool:
    """Return whether the lines of a column nearly all have one at their height in the other."""
    shorter, longer = sorted((left_lines, right_lines), key=len)
    baselines = [line.baseline for line in longer]
    level_count = 0
    for line in shorter:
        tolerance = _LEVEL * line.height
        # The first baseline that is not above this one by more than the tolerance.
        number = bisect.bisect_left(baselines, line.baseline - tolerance)
        nearest = baselines[number : number + 1]
        if nearest and nearest[0] <= line.baseline + tolerance:
            level_count += 1
    return level_count >= _NEARLY_ALL * len(shorter)


def make_lines(fragments: Sequence[Fragment]) -> list[Line]:
    """Return the lines of one column, from the top."""
    rows: list[list[Fragment]] = []
    last: Fragment | None = None
    for fragment in sorted(fragments, key=_get_baseline):
        if last is None or not _share_line(last, fragment):
            rows.append([])
        rows[-1].append(fragment)
        last = fragment
    return [_make_line(row) for row in rows]


def _share_line(before: Fragment, fragment: Fragment) -> bool:
    """Return whether two fragments stand on one line."""
    height = max(before.height, fragment.height)
    distance = fragment.baseline - before.baseline
    return distance <= _SAME_LINE * height


def _make_line(row: list[Fragment]) -> Line:
    """Return the fragments of a line joined, from the right where its script runs so."""
    row.sort(key=_get_left)
    left = row[0].left
    right = max(map(_get_right, row))
    largest = max(row, key=_get_height)
    text = "".join(fragment.text for fragment in row)
    if _runs_from_right(text):
        row.reverse()
    cells: list[Cell] = []
    narrowest = math.inf
    before: Fragment | None = None
    for fragment in row:
        cell = Cell(fragment.left, fragment.right, fragment.text)
        gap = math.inf
        if before is not None:
            gap = _measure_gap(before, fragment) / largest.height
        if gap < _CELL_GAP:
            last = cells.pop()
            cell = _join_cells(last, cell, has_space=gap > _MIN_SPACE)
        else:
            narrowest = min(narrowest, gap)
        cells.append(cell)
        before = fragment
    return Line(
        left,
        right,
        largest.baseline,
        largest.height,
        " ".join(cell.text for cell in cells),
        tuple(cells),
        narrowest,
    )


def _join_cells(before: Cell, cell: Cell, *, has_space: bool) -> Cell:
    """Return two cells as one."""
    space = " " if has_space else ""
    return Cell(
        min(before.left, cell.left),
        max(before.right, cell.right),
        before.text + space + cell.text,
    )


def _measure_gap(before: Fragment, fragment: Fragment) -> float:
    """Return the distance of two fragments of a line, whichever stands on the left."""
    if fragment.left > before.left:
        return fragment.left - before.right
    return before.left - fragment.right


def _get_left(fragment: Fragment) -> float:
    return fragment.left


def _get_right(fragment: Fragment) -> float:
    return fragment.right


def _get_height(fragment: Fragment) -> float:
    return fragment.height


def _runs_from_right(text: str) -> bool:
    """Return whether most letters of a line are Hebrew or Arabic."""
    from_right = len(_FROM_RIGHT.findall(text))
    if from_right == 0:
        return False
    letters = sum(map(str.isalpha, text))
    return 2 * from_right > letters
