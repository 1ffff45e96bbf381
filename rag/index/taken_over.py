"""What an index has made of articles that are as they were: it is not made again.

An article of the same content, language and place in a file of the same bytes is cut into the same
passages, sentences and tokens: the fingerprint of the index vouches for whatever else they depend
on. Its terms are counted again only where it is removed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.index.checked_files import report_damage
from rag.index.held_generation import is_folder_index

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rag.index.opened import OpenedIndex
    from rag.records import Article, Passage, Span


@dataclass(frozen=True)
class CutArticle:
    """An article as it is indexed: its passages, and of each its sentences and their tokens."""

    passages: Sequence[Passage]
    sentences: Sequence[Sequence[Span]]
    tokens: Sequence[NDArray[np.uint16]]  # of the sentences of all passages
    old_rows: Sequence[int]  # of the passages in the index before; -1 for one that is new
    old_sentences: range = range(0)  # there, of the article; empty for a new one


@report_damage
def take_over_article(article: Article, old: OpenedIndex | None) -> CutArticle | None:
    """Return an article as an index of a folder has cut it; None where it has to be cut anew."""
    if not is_folder_index(old):
        return None
    rows = old.article_rows(article.id)
    passages = old.passages(rows)
    if not passages or not _is_same(passages[0].article, article):
        return None
    # The sentences of an article follow each other: they are read at once.
    ranges = [old.sentence_rows(row) for row in rows]
    first = ranges[0].start
    sentence_rows = range(first, ranges[-1].stop)
    spans = old.spans(sentence_rows)
    sentences = [spans[own.start - first : own.stop - first] for own in ranges]
    own_passages = [
        passage if passage.article is article else replace(passage, article=article)
        for passage in passages
    ]
    return CutArticle(own_passages, sentences, old.tokens(sentence_rows), rows, sentence_rows)


def _is_same(old: Article, article: Article) -> bool:
    """Return whether an article is cut as the one of the same id before."""
    old_document, document = old.document, article.document
    same_place = (old.start, old.end) == (article.start, article.end)
    same_format = old_document.format_version == document.format_version
    if old_document is document:
        return same_place and old.language == article.language
    return (
        same_place
        and same_format
        and old.language == article.language
        and old_document.format == document.format
        and old_document.sha256 == document.sha256
        and old_document.text == document.text
    )
