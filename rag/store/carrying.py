"""What an open index holds, read as a whole, so that it can be written into another place."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.index.generation_files import Contents
from rag.index.held_generation import is_folder_index
from rag.index.passage_terms import make_terms
from rag.index.readings import Readings
from rag.store.stored_index import StoredIndex
from rag.store.stored_readings import list_reading_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.index.opened import OpenedIndex
    from rag.records import Article

# Entries of a manifest that are written anew with what it describes.
_WRITTEN_ANEW = {
    "format",
    "created",
    "counts",
    "dates",
    "publishers",
    "languages",
    "passages_by_language",
    "files",
    "kept",
    "recall",
    "segments",
    "own",
}


def read_contents(index: OpenedIndex) -> Contents:
    """Return all that an open index holds. The terms are made of the passages, as they were."""
    paths = dict.fromkeys(row.path for row in index.articles())
    articles = list(chain.from_iterable(map(index.stories_at, paths)))
    rows_of_article = [index.article_rows(article.id) for article in articles]
    rows = list(chain.from_iterable(rows_of_article))
    index.languages(rows)  # a store reads the sentences of all of them at once then
    sentence_rows = [index.sentence_rows(row) for row in rows]
    all_sentences = list(chain.from_iterable(sentence_rows))
    vectors = index.vectors.reconstruct(np.array(all_sentences, np.int64))
    passages = index.passages(rows)
    return Contents(
        documents=[index.document(path) for path in paths],
        articles=articles,
        clusters=_list_groups(index, articles, rows_of_article),
        passages=passages,
        sentences=[index.spans(each) for each in sentence_rows],
        tokens=list(chain.from_iterable(index.tokens(each) for each in sentence_rows)),
        # Nothing is lost: they were 16-bit floats before they were read.
        vectors=vectors.astype(np.float16),
        terms=make_terms(passages),
        readings=_list_readings(index, list(paths)),
    )


def _list_groups(
    index: OpenedIndex, articles: Sequence[Article], rows_of_article: Sequence[range]
) -> list[int]:
    """Return the group of near-duplicates of each article: the place of its first one."""
    place_of_group: dict[int, int] = {}
    groups = []
    for place, rows in enumerate(rows_of_article):
        group = place
        for owner in index.owners_of(rows[:1]):
            group = place_of_group.setdefault(owner.cluster, place)
        groups.append(group)
    if len(groups) != len(articles):
        raise ValueError(f"{len(articles)} articles in {len(groups)} groups")
    return groups


def _list_readings(index: OpenedIndex, paths: Sequence[str]) -> list[str]:
    """Return what files said of themselves, as lines of ``rag.index.readings``."""
    if isinstance(index, StoredIndex):
        return list_reading_lines(index)
    if is_folder_index(index):
        return Readings(index).list_lines(paths)
    return []


def describe_origin(index: OpenedIndex) -> dict[str, Any]:
    """Return what a manifest says of how an index was made, for the one that is written of it."""
    manifest: Mapping[str, Any] = {**index.manifest}
    return {name: value for name, value in manifest.items() if name not in _WRITTEN_ANEW}
