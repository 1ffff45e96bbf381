"""What an index holds, looked up without a question.

Articles by their id, the state of the whole, what filters let through. Every function opens
nothing but what it needs: the names come from the manifest alone.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import IndexDamaged, UsageError
from rag.index.checked_files import REBUILD_HINT
from rag.index.generations import verify_generation
from rag.index.opened import open_index
from rag.records import Coverage, Span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rag.index.opened import OpenedIndex, Store
    from rag.records import Article, Filters, Passage

MAX_EXAMPLES = 3  # files named of those whose articles lack something; chosen by hand


def find_by_reference(index: Path | Store, reference: str) -> Passage | Article:
    """Return the passage or article of an index whose id starts with ``reference``.

    Raises:
        UsageError: none does, or several do.
        IndexProblem: the index is missing or damaged.
    """
    with open_index(index) as generation:
        return find_in_generation(generation, reference)


def find_in_generation(generation: OpenedIndex, reference: str) -> Passage | Article:
    """Return the passage or article of an open index whose id starts with ``reference``.

    Raises UsageError when none does, or several do.
    """
    match = generation.find_by_id_prefix(reference)
    if match is None:
        raise UsageError(
            f"no article or passage has the id {reference}",
            hint="rag search --json shows the ids of what it finds",
        )
    return match


def find_excerpt(
    index: Path | Store, article_id: str, cited: Span, *, neighbours: int = 0
) -> tuple[Article, Span]:
    """Return an article, and the span of its passages that overlap the cited one.

    On either side ``neighbours`` more passages are taken in.

    Raises:
        UsageError: the index has no such article any more.
        IndexProblem: the index is missing or damaged.
    """
    with open_index(index) as generation:
        passages = generation.passages(generation.article_rows(article_id))
    if not passages:
        raise UsageError(
            f"the index has no article {article_id} any more",
            hint="ask again: the index has been rebuilt since",
        )
    first, last = _find_overlapping(passages, cited)
    first = max(0, first - neighbours)
    last += neighbours
    shown = passages[first : last + 1]
    return passages[0].article, Span(shown[0].start, shown[-1].end)


def _find_overlapping(passages: Sequence[Passage], cited: Span) -> tuple[int, int]:
    """Return the positions of the first and last passage that hold some of the cited span.

    A file that was cut differently since may leave it between two passages: then the first passage
    is shown.
    """
    positions = []
    for position, passage in enumerate(passages):
        if passage.start < cited.end and cited.start < passage.end:
            positions.append(position)
    if not positions:
        return 0, 0
    return positions[0], positions[-1]


def describe_index(index: Path | Store) -> dict[str, object]:
    """Return what an index holds and how it was made, in the order a person asks.

    Raises IndexProblem.
    """
    with open_index(index) as generation:
        return describe_generation(index, generation)


def require_whole_index(index: Path) -> None:
    """Read every byte of an index. Raises IndexProblem, with the files that are damaged."""
    damaged = verify_generation(index)
    if damaged:
        named = ", ".join(damaged)
        raise IndexDamaged(f"not what was written in {index}: {named}", hint=REBUILD_HINT)


def describe_generation(index: Path | Store, generation: OpenedIndex) -> dict[str, object]:
    """Return what an open generation of an index holds, as ``describe_index`` does."""
    manifest = generation.manifest
    first_day, last_day = manifest["dates"]
    return {
        "index": str(index),
        "generation": generation.name,
        "created": manifest["created"],
        "counts": manifest["counts"],
        "from": first_day,
        "to": last_day,
        "publishers": manifest["publishers"],
        "languages": manifest["languages"],
        "lacking": {
            name: {"articles": gap.articles, "paths": list(gap.paths)}
            for name, gap in find_gaps(generation).items()
        },
        "skipped": manifest.get("skipped", {}),
        "sources": manifest["sources"],
        "root": manifest["root"],
        "model": manifest["model"],
        "fingerprint": manifest["fingerprint"],
        "bytes": generation.count_bytes(),
        "warnings": list(generation.warnings),
    }


class Gap(NamedTuple):
    """How many articles lack something, and the first of their files."""

    articles: int
    paths: tuple[str, ...]


def find_gaps(generation: OpenedIndex) -> dict[str, Gap]:
    """Return which articles of an index have no day, and which no publisher."""
    undated = []
    unnamed = []
    for article in generation.articles():
        if article.date is None:
            undated.append(article.path)
        if article.publisher is None:
            unnamed.append(article.path)
    return {"day": _make_gap(undated), "publisher": _make_gap(unnamed)}


def _make_gap(paths: Sequence[str]) -> Gap:
    """Return the gap of the articles at these paths, of which a file may hold many."""
    distinct_paths = list(dict.fromkeys(paths))
    return Gap(len(paths), tuple(distinct_paths[:MAX_EXAMPLES]))


def limit_to_day(filters: Filters, today: datetime.date | None) -> Filters:
    """Return the filters without the articles after a day."""
    if today is None or (filters.until is not None and filters.until <= today):
        return filters
    return filters._replace(until=today)


def describe_coverage(generation: OpenedIndex, filters: Filters) -> Coverage:
    """Return what is searched under the filters: articles, first and last day, publishers."""
    counts = generation.manifest["counts"]
    if any(filters):
        return replace(generation.coverage(filters), indexed=counts["articles"])
    first_day, last_day = generation.manifest["dates"]
    return Coverage(
        articles=counts["articles"],
        first=_parse_day(first_day),
        last=_parse_day(last_day),
        publishers=counts["publishers"],
    )


def _parse_day(day: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(day) if day else None
