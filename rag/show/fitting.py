"""A line made to fit a row: titles shortened in the middle, paths by their folders.

Widths are cells of a terminal, as rich counts them: two for a character of East Asia, none for a
combining mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.show.lines import Line, Segment

ELLIPSIS = "…"
# A letter and the marks on it, of which ``rag.text`` leaves six: more than that is not looked at.
CHARACTERS_PER_CELL = 8
WRAPPING_LOSS = 6  # cells of a row that wrapping leaves empty, on average; chosen by hand
MAX_MEASURED = 20_000  # characters; no row has so many cells, and counting takes its time


def fit_line(line: Line, width: int, ellipsis: str = ELLIPSIS) -> list[Line]:
    """Return the line as rows of a width: its fullest layout whose rows can be made to fit.

    The last layout is returned whether it fits or not.
    """
    rows: list[Line] = []
    for layout in ((line,), *line.narrower):
        rows = []
        for row in layout:
            shortened = _shorten_line(row, width, ellipsis)
            rows.append(shortened)
        widest = max(measure(row.plain) for row in rows)
        if widest <= width:
            break
    return rows


def measure(text: str) -> int:
    """Return how many cells of a terminal a text takes; of one too long for any, its length."""
    from rich.cells import cell_len

    if len(text) > MAX_MEASURED:
        return len(text)
    return cell_len(text)


def shorten_middle(text: str, width: int, ellipsis: str = ELLIPSIS) -> str:
    """Return the beginning and the end of a text that is wider than ``width``."""
    if measure(text) <= width:
        return text
    room = width - measure(ellipsis)
    room_after = room // 2
    room_before = room - room_after
    reach = CHARACTERS_PER_CELL * width
    first_clusters = _split_clusters(text[:reach])
    last_clusters = _split_clusters(text[-reach:])
    last_clusters.reverse()
    beginning = _take_cells(first_clusters, room_before)
    end = _take_cells(last_clusters, room_after)
    end.reverse()
    return "".join((*beginning, ellipsis, *end))


def shorten_end(text: str, width: int, ellipsis: str = ELLIPSIS) -> str:
    """Return the beginning of a text that is wider than ``width``."""
    if measure(text) <= width:
        return text
    room = width - measure(ellipsis)
    reach = CHARACTERS_PER_CELL * width
    clusters = _split_clusters(text[:reach])
    beginning = _take_cells(clusters, room)
    return "".join((*beginning, ellipsis))


def shorten_path(path: str, width: int, ellipsis: str = ELLIPSIS) -> str:
    """Return a path without its first folders where it is too wide, its names whole."""
    names = path.split("/")
    for first in range(1, len(names)):
        if measure(path) <= width:
            break
        rest = "/".join(names[first:])
        path = f"{ellipsis}/{rest}"
    return path


def shorten_file(path: str, width: int, ellipsis: str = ELLIPSIS) -> str:
    """Return a path without its first folders; a name that is wider alone loses its middle."""
    shortest = shorten_path(path, width, ellipsis)
    if measure(shortest) <= width:
        return shortest
    _, _, name = shortest.rpartition("/")
    return shorten_middle(name, width, ellipsis)


SHORTENERS = {
    "middle": shorten_middle,
    "end": shorten_end,
    "path": shorten_path,
    "file": shorten_file,
}
PATHS = ("path", "file")
# Cells in which most titles can be told from each other; chosen by hand.
COMFORTABLE_TITLE = 24


def _shorten_line(line: Line, width: int, ellipsis: str) -> Line:
    """Return a line with its segments shortened until it fits, none below its least width.

    Paths lose folders first where titles would not be comfortable; then the segments give way from
    the right: a title before its publisher.
    """
    segments = list(line.segments)
    for place in _order_flexible(segments):
        segment = segments[place]
        shrink = segment.shrink
        assert shrink is not None
        is_path = shrink.how in PATHS
        taken = measure(line.lead)
        for other in segments:
            if other is not segment:
                taken += _measure_beside(other, is_path)
        # Each further row is indented, and ends where a word does.
        further = width - measure(line.lead) - WRAPPING_LOSS
        taken -= (shrink.rows - 1) * further
        room = max(width - taken, shrink.least)
        shorten = SHORTENERS[shrink.how]
        text = shorten(segment.text, room, ellipsis)
        segments[place] = segment._replace(text=text)
    return line._replace(segments=tuple(segments))


def _order_flexible(segments: Sequence[Segment]) -> list[int]:
    """Return the places of those that may be shortened: the paths, then from the right."""
    paths = []
    others = []
    for place, segment in enumerate(segments):
        if segment.shrink is None:
            continue
        if segment.shrink.how in PATHS:
            paths.append(place)
        else:
            others.append(place)
    return [*paths, *reversed(others)]


def _measure_beside(segment: Segment, is_beside_path: bool) -> int:
    """Return the cells that a segment takes; beside a path no title takes more than it needs."""
    cells = measure(segment.text)
    shrink = segment.shrink
    if not is_beside_path or shrink is None:
        return cells
    if shrink.how == "middle":
        return min(cells, COMFORTABLE_TITLE)
    return cells


def _split_clusters(text: str) -> list[str]:
    """Return the characters of a text, each with the marks of no width after it."""
    clusters: list[str] = []
    for character in text:
        if clusters and measure(character) == 0:
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _take_cells(clusters: Sequence[str], width: int) -> list[str]:
    """Return as many of the first clusters as fit into a width."""
    taken = []
    for cluster in clusters:
        width -= measure(cluster)
        if width < 0:
            break
        taken.append(cluster)
    return taken
