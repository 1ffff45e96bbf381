"""The segments of an index: generations that answer together, as Lucene's segments do.

An update writes what is new into a generation of its own, which names those before it: they stay
as they are, and what is gone of them is named beside it (``removals``). All rows of an index are
those of its segments, one after the other.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from rag.index.checked_files import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from rag.index.held_generation import Generation
    from rag.index.removals import Removal

Value = TypeVar("Value")


class Rows(NamedTuple):
    """How many articles, passages and sentences there are, or stand before a segment."""

    articles: int
    passages: int
    sentences: int


class Segment:
    """A generation among others: its first rows, and what is gone of it."""

    def __init__(self, generation: Generation, first: Rows, removal: Removal) -> None:
        """Let the generation pass over what is removed of it."""
        own = generation.own_counts
        self.size = Rows(
            own["articles"],
            own["passages"],
            own["sentences"],
        )
        require(max(removal.articles, default=-1) < self.size.articles, "a removal of no article")
        require(max(removal.passages, default=-1) < self.size.passages, "a removal of no passage")
        self.generation = generation
        self.first = first
        self.removal = removal
        generation.removed_articles = frozenset(removal.articles)

    @property
    def end(self) -> Rows:
        """Return the first rows of the segment behind it."""
        pairs = zip(
            self.first,
            self.size,
            strict=True,
        )
        return Rows(*(first + size for first, size in pairs))

    @cached_property
    def is_live(self) -> NDArray[np.bool_] | None:
        """Return of each passage whether it is still there; None where all are."""
        if not self.removal.passages:
            return None
        is_live = np.ones(self.size.passages, np.bool_)
        is_live[self.removal.passages] = False
        return is_live

    @cached_property
    def live_sentences(self) -> NDArray[np.int64] | None:
        """Return the sentences that are still there; None where all are."""
        if self.is_live is None:
            return None
        return np.flatnonzero(self.is_live[self.generation.owners])


def place_segments(generations: Sequence[Generation], removals: Sequence[Removal]) -> list[Segment]:
    """Return generations as segments, one behind the other."""
    segments: list[Segment] = []
    first = Rows(
        0,
        0,
        0,
    )
    for generation, removal in zip(
        generations,
        removals,
        strict=True,
    ):
        segment = Segment(
            generation,
            first,
            removal,
        )
        segments.append(segment)
        first = segment.end
    return segments


class RowMap:
    """Which segment a row belongs to: of articles, passages or sentences."""

    def __init__(self, segments: Sequence[Segment], firsts: Sequence[int]) -> None:
        """``firsts`` are the first rows of the segments."""
        self._segments = segments
        self._firsts = firsts

    def find(self, row: int) -> tuple[Segment, int]:
        """Return the segment of a row, and the first row of that segment."""
        place = bisect_right(self._firsts, row) - 1
        return self._segments[place], self._firsts[place]

    def read(
        self, rows: Sequence[int], read: Callable[[Segment, Sequence[int]], Sequence[Value]]
    ) -> list[Value]:
        """Return what ``read`` gives for the rows of each segment, in the order of ``rows``."""
        values: dict[int, Value] = {}
        for segment, own_rows, first in self._split(rows):
            for row, value in zip(
                own_rows,
                read(segment, own_rows),
                strict=True,
            ):
                values[first + row] = value
        return [values[int(row)] for row in rows]

    def _split(self, rows: Sequence[int]) -> Iterator[tuple[Segment, Sequence[int], int]]:
        """Yield the rows of each segment, counted from its first."""
        if isinstance(rows, range) and rows.step == 1 and len(rows):
            # Those of an article, or of a passage: they are read at once.
            segment, first = self.find(rows.start)
            last_segment, _ = self.find(rows.stop - 1)
            if last_segment is segment:
                own = range(rows.start - first, rows.stop - first)
                yield segment, own, first
                return
        groups: dict[int, tuple[Segment, list[int]]] = {}
        for row in rows:
            number = int(row)
            segment, first = self.find(number)
            _, own_rows = groups.setdefault(first, (segment, []))
            own_rows.append(number - first)
        for first, (segment, own_rows) in groups.items():
            yield segment, own_rows, first
