"""A new segment beside those that stay: its contents, and what the whole is with it."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from rag.index.catalog_tables import summarise_rows
from rag.index.checked_files import report_damage
from rag.index.fingerprint_table import FingerprintParts, Fingerprints, read_fingerprints
from rag.index.generation_files import Joined
from rag.index.near_duplicates import group_described
from rag.index.passage_terms import make_terms
from rag.index.regrouping import find_concerned
from rag.index.removals import NOTHING_REMOVED, Removal
from rag.index.segmented_index import GONE, SegmentedIndex
from rag.index.vocabulary import count_surfaces

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from rag.index.catalog_rows import ArticleRow
    from rag.index.generation_files import Made
    from rag.index.held_generation import Generation
    from rag.index.segment_plan import SegmentPlan
    from rag.index.streaming import Sources
    from rag.records import Article


def join_segments(plan: SegmentPlan, made: Made, sources: Sources) -> Joined:
    """Return what makes a new segment answer beside those that stay.

    ``made``: what it holds; ``sources``: where its articles are.
    """
    removals = _make_removals(plan)
    first = sum(segment.own_counts["articles"] for segment in plan.segments)
    own = [row._replace(row=first + row.row) for row in made.rows]
    rows = sorted([*plan.kept, *own], key=lambda each: (each.path, each.start))
    return Joined(
        segments=[segment.name for segment in plan.segments],
        removals=removals,
        clusters=_group_anew(
            plan,
            made,
            rows,
            sources,
        ),
        counts=_count_whole(
            plan,
            removals,
            made,
            rows,
        ),
        summary=summarise_rows(rows),
    )


def _make_removals(plan: SegmentPlan) -> dict[str, Removal]:
    """Return what is gone of each segment that stays, by its name."""
    removals: dict[str, Removal] = {}
    if isinstance(plan.old, SegmentedIndex):
        removals = {each.generation.name: each.removal for each in plan.old.segments}
    removed = np.array(plan.removed, np.int64)
    first = 0
    for segment in plan.segments:
        end = first + segment.own_counts["articles"]
        is_own = (removed >= first) & (removed < end)
        own_rows = removed[is_own] - first
        before = removals.get(segment.name, NOTHING_REMOVED)
        now = _sum_up(segment, own_rows.tolist())
        removals[segment.name] = before.joined_with(now)
        first = end
    return {segment.name: removals[segment.name] for segment in plan.segments}


@report_damage
def _sum_up(segment: Generation, article_rows: Sequence[int]) -> Removal:
    """Return what articles of a segment add to the sums of the whole."""
    rows = list(chain.from_iterable(map(segment.list_passage_rows, article_rows)))
    frequency: Counter[int] = Counter()
    tokens = 0
    for row in rows:
        own = [np.empty(0, np.uint16), *segment.tokens(segment.sentence_rows(row))]
        ids = np.concatenate(own)
        tokens += len(ids)
        frequency.update(np.unique(ids).tolist())
    words = count_surfaces(make_terms(segment.passages(rows)))
    return Removal(
        list(article_rows),
        rows,
        tokens,
        frequency,
        words,
    )


def _count_whole(
    plan: SegmentPlan,
    removals: Mapping[str, Removal],
    made: Made,
    rows: Sequence[ArticleRow],
) -> dict[str, int]:
    """Return how many there are of everything in all segments."""
    sentences = made.sentences
    for segment in plan.segments:
        sentences += segment.own_counts["sentences"]
        for row in removals[segment.name].passages:
            sentences -= len(segment.sentence_rows(row))
    return {
        "documents": len({row.path for row in rows}),
        "articles": len(rows),
        "passages": sum(row.passages for row in rows),
        "sentences": sentences,
        "publishers": len({row.publisher for row in rows if row.publisher}),
    }


def _group_anew(
    plan: SegmentPlan, made: Made, rows: Sequence[ArticleRow], sources: Sources
) -> NDArray[np.int64]:
    """Return the group of near-duplicates of each article of all segments, by its row."""
    new = made.fingerprints
    parts = list(map(_require_fingerprints, plan.segments))
    fingerprints = FingerprintParts([*parts, new])
    old_count = fingerprints.articles - len(made.rows)
    is_kept = np.zeros(fingerprints.articles, np.bool_)
    is_kept[[row.row for row in plan.kept]] = True
    clusters = np.full(
        fingerprints.articles,
        GONE,
        np.int64,
    )
    old_clusters = _list_old_clusters(plan)[:old_count]
    clusters[:old_count] = np.where(
        is_kept[:old_count],
        old_clusters,
        GONE,
    )
    changed = [
        new.values,
        *map(fingerprints.take, plan.removed),
        *_list_merged(plan),
    ]
    is_concerned = find_concerned(
        fingerprints,
        np.concatenate(changed),
        is_kept,
    )
    is_concerned[old_count:] = True
    chosen = [row for row in rows if is_concerned[row.row]]
    described = [fingerprints.describe(row.row, row) for row in chosen]

    def read_article(place: int) -> Article:
        row = chosen[place]
        if row.row >= old_count:
            return sources.read_article(row.row - old_count)
        return _read_kept(plan, row)

    groups = group_described(described, read_article)
    for row, first in zip(
        chosen,
        groups,
        strict=True,
    ):
        clusters[row.row] = chosen[first].row
    return clusters


def _read_kept(plan: SegmentPlan, row: ArticleRow) -> Article:
    """Return the article of a row of a segment that stays."""
    first = 0
    for segment in plan.segments:
        end = first + segment.own_counts["articles"]
        if row.row < end:
            return segment.read_article(row.row - first)
        first = end
    raise LookupError(row.row)


def _require_fingerprints(segment: Generation) -> Fingerprints:
    fingerprints = read_fingerprints(segment)
    assert fingerprints is not None  # the plan has looked
    return fingerprints


def _list_merged(plan: SegmentPlan) -> list[NDArray[np.uint64]]:
    """Return the fingerprints of the segments that are written anew."""
    merged = plan.old.list_segments()[len(plan.segments) :]
    return [_require_fingerprints(segment).values for segment in merged]


def _list_old_clusters(plan: SegmentPlan) -> NDArray[np.int64]:
    """Return the group of each article of the index before, by its row."""
    if isinstance(plan.old, SegmentedIndex):
        return plan.old.clusters
    return np.array(plan.old.list_clusters(), np.int64)
