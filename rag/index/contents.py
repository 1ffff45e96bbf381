"""Articles into the contents of an index that fits into memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.index.blocks import list_article_tokens
from rag.index.cutting import cut_article
from rag.index.fingerprint_table import Fingerprints
from rag.index.generation_files import Contents
from rag.index.near_duplicates import group_described
from rag.index.passage_terms import make_terms
from rag.index.sentence_vectors import (
    OldVectors,
    join_passages,
    join_sentences,
    join_tokens,
    make_vectors,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.index.build import Progress
    from rag.index.opened import OpenedIndex
    from rag.models.embedders import Embedder
    from rag.records import Article


def make_contents(
    articles: Sequence[Article],
    embedder: Embedder,
    *,
    size: int,
    old: OpenedIndex | None,
    progress: Progress,
) -> Contents:
    """Return articles cut into passages of at most ``size`` tokens, embedded and grouped.

    The vectors of articles that ``old`` holds are copied from it.
    """
    cuts = []
    for done, article in enumerate(articles):
        progress("split", done, len(articles))
        cuts.append(cut_article(article, size))
    before = OldVectors(old) if old is not None else None
    vectors = make_vectors(cuts, embedder, before, progress)
    progress("compare", 0, 1)
    fingerprints = Fingerprints.of(list_article_tokens(cuts))
    described = [fingerprints.describe(row, article) for row, article in enumerate(articles)]
    # The same document is shared by all of its articles, and stored once.
    documents = {article.document.path: article.document for article in articles}
    passages = join_passages(cuts)
    return Contents(
        documents=list(documents.values()),
        articles=articles,
        clusters=group_described(described, articles.__getitem__),
        passages=passages,
        sentences=join_sentences(cuts),
        tokens=join_tokens(cuts),
        vectors=vectors,
        terms=make_terms(passages),
    )
