"""What an update writes anew: the articles of a new segment, and what is gone of those before it.

Segments are merged as Lucene merges them: one that is not much larger than what comes is written
anew together with it, so that their number grows with the logarithm of the index. A small index is
made anew as a whole, and so is one of which much has changed.
"""

from __future__ import annotations

import bisect
import itertools
import operator
from typing import TYPE_CHECKING, NamedTuple

from rag.index.fingerprint_table import read_fingerprints
from rag.index.gathering import load_articles
from rag.index.held_generation import is_folder_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.index.catalog_rows import ArticleRow
    from rag.index.gathering import GatheredArticles
    from rag.index.held_generation import FolderIndex, Generation
    from rag.index.opened import OpenedIndex
    from rag.index.spool import Story
    from rag.records import Article

# All chosen by hand.
MIN_CHARACTERS = 2_000_000  # of an index with segments; a smaller one is made in two seconds
MERGE_FACTOR = 10  # a segment that is so many times as long as what is new is left as it is
MAX_WORN = 0.25  # share of the articles of a segment that are gone, before it is written anew


class SegmentPlan(NamedTuple):
    """Which segments stay, what stays of them, and what the new one holds."""

    old: FolderIndex
    segments: Sequence[Generation]  # that stay, oldest first
    kept: Sequence[ArticleRow]  # articles of theirs that stay; the rows are those of the index
    removed: Sequence[int]  # rows of those that do not
    stories: Sequence[Story]  # of the new segment, in order


def plan_segment(gathered: GatheredArticles, index: OpenedIndex | None) -> SegmentPlan | None:
    """Return how an index is brought up to date by a new segment; None where it is made anew."""
    if not is_folder_index(index) or not _may_have_segments(gathered, index):
        return None
    rows = list(index.articles())
    same_paths = _find_same_paths(
        gathered,
        rows,
        index,
    )
    changed = [story for story in gathered.stories if story.path not in same_paths]
    segments = index.list_segments()
    kept = [row for row in rows if row.path in same_paths]
    count = _count_left(
        segments,
        kept,
        sum(map(_count_characters, changed)),
    )
    if not count:
        return None
    end = _list_ends(segments)[count - 1]
    staying = [row for row in kept if row.row < end]
    staying_paths = {row.path for row in staying}
    removed = [row.row for row in rows if row.row < end and row.path not in same_paths]
    stories = [story for story in gathered.stories if story.path not in staying_paths]
    return SegmentPlan(
        index,
        segments[:count],
        staying,
        removed,
        stories,
    )


def _may_have_segments(gathered: GatheredArticles, index: FolderIndex) -> bool:
    """Return whether an index is large enough, and was written by a version that compares so."""
    characters = sum(map(_count_characters, gathered.stories))
    return characters >= MIN_CHARACTERS and all(map(read_fingerprints, index.list_segments()))


def _list_ends(segments: Sequence[Generation]) -> list[int]:
    """Return the row behind the last article of each segment."""
    counts = (segment.own_counts["articles"] for segment in segments)
    return list(itertools.accumulate(counts))


def _count_characters(story: Story | ArticleRow) -> int:
    return story.end - story.start


def _find_same_paths(
    gathered: GatheredArticles, rows: Iterable[ArticleRow], index: OpenedIndex
) -> set[str]:
    """Return the paths of the documents whose stories are those of the index."""
    places: dict[str, list[tuple[str, int, int]]] = {}
    for row in rows:
        places.setdefault(row.path, []).append((row.id, row.start, row.end))
    paths = set()
    for path, group in itertools.groupby(gathered.stories, key=operator.attrgetter("path")):
        own = list(group)
        if [(story.id, story.start, story.end) for story in own] != places.get(path):
            continue
        if not any(story.is_read for story in own) or _has_same_stories(gathered, own, index):
            paths.add(path)
    return paths


def _has_same_stories(
    gathered: GatheredArticles, stories: Sequence[Story], index: OpenedIndex
) -> bool:
    """Return whether the index has the stories of a document as they were read."""
    [read] = load_articles(stories, index, gathered.spool)
    before = index.stories_at(stories[0].path)
    return list(map(_describe, read)) == list(map(_describe, before))


def _describe(article: Article) -> tuple[object, ...]:
    """Return what has to be the same of an article beside its id and its place."""
    return article.language, article.url, article.section, article.document


def _count_left(segments: Sequence[Generation], kept: Sequence[ArticleRow], new: int) -> int:
    """Return how many segments, from the first, stay as they are beside so many new characters."""
    ends = _list_ends(segments)
    lengths = [0] * len(segments)
    articles = [0] * len(segments)
    for row in kept:
        place = bisect.bisect_right(ends, row.row)
        lengths[place] += _count_characters(row)
        articles[place] += 1
    count = 0
    for segment, left in zip(
        segments,
        articles,
        strict=True,
    ):
        if left < (1 - MAX_WORN) * segment.own_counts["articles"]:
            break
        count += 1
    new += sum(lengths[count:])
    new = max(new, 1)  # also where nothing is new an empty segment is not left behind another one
    while count and lengths[count - 1] < MERGE_FACTOR * new:
        count -= 1
        new += lengths[count]
    return count
