"""Articles into the contents of an index.

Passages, sentence vectors, token ids and terms, row for row.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rag.index.checked_files import report_damage
from rag.index.cutting import cut_article
from rag.index.embedding import CutPassage, embed_passages
from rag.index.fingerprint_table import Fingerprints
from rag.index.generation_files import Contents, Previous
from rag.index.held_generation import Generation
from rag.index.near_duplicates import group_described
from rag.index.passage_terms import make_terms
from rag.index.taken_over import CutArticle, take_over_article

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from rag.index.build import Progress
    from rag.index.generation_files import CountedTerms
    from rag.index.opened import OpenedIndex
    from rag.models.embedders import Embedder
    from rag.records import Article, Passage, Span

# Passages embedded at a time. Chosen by hand: the token ids of a whole corpus
# as numbers of Python would fill the memory, and progress is reported after each block.
PASSAGES_PER_BLOCK = 256
_VECTORS_PER_COPY = 65_536  # read at a time; chosen by hand: 64 MB as 32-bit floats


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
    cuts = _cut_articles(articles, old, size=size, progress=progress)
    vectors = _make_vectors(cuts, embedder, old, progress)
    contents = join_contents(articles, cuts, vectors=vectors, progress=progress)
    return replace(contents, previous=_find_previous(cuts, old))


def join_contents(
    articles: Sequence[Article],
    cuts: Sequence[CutArticle],
    *,
    vectors: NDArray[np.float16],
    counted: CountedTerms | None = None,
    progress: Progress,
) -> Contents:
    """Return the contents of articles that are cut, embedded, and perhaps counted."""
    passages = _join_passages(cuts)
    progress("compare", 0, 1)
    fingerprints = Fingerprints.of(_join_articles_tokens(cuts))
    # The same document is shared by all of its articles, and stored once.
    documents = {article.document.path: article.document for article in articles}
    return Contents(
        documents=list(documents.values()),
        articles=articles,
        clusters=_group_articles(articles, fingerprints),
        fingerprints=fingerprints,
        passages=passages,
        sentences=_join_sentences(cuts),
        tokens=_join_tokens(cuts),
        vectors=vectors,
        terms=make_terms(passages),
        counted=counted,
    )


def _find_previous(cuts: Sequence[CutArticle], old: OpenedIndex | None) -> Previous | None:
    """Return which passages an index of a folder has already; None where it has none."""
    rows = _join_old_rows(cuts)
    if not isinstance(old, Generation) or max(rows, default=-1) < 0:
        return None
    return Previous(old, rows, make_terms)


def _cut_articles(
    articles: Sequence[Article], old: OpenedIndex | None, *, size: int, progress: Progress
) -> list[CutArticle]:
    """Return articles cut into passages of at most ``size`` tokens, and these into sentences."""
    cuts: list[CutArticle] = []
    for done, article in enumerate(articles):
        progress("split", done, len(articles))
        cut = take_over_article(article, old)
        if cut is None:
            cut = cut_article(article, size)
        cuts.append(cut)
    return cuts


def _join_articles_tokens(cuts: Sequence[CutArticle]) -> list[NDArray[np.uint16]]:
    """Return the token ids of each article."""
    # An article may have no sentence at all: the empty array lets its tokens be joined, too.
    nothing = np.empty(0, np.uint16)
    return [np.concatenate([nothing, *cut.tokens]) for cut in cuts]


def _group_articles(articles: Sequence[Article], fingerprints: Fingerprints) -> list[int]:
    """Return the group of near-duplicates of each article."""
    described = [fingerprints.describe(row, article) for row, article in enumerate(articles)]
    return group_described(described, articles.__getitem__)


def _make_vectors(
    cuts: Sequence[CutArticle],
    embedder: Embedder,
    old: OpenedIndex | None,
    progress: Progress,
) -> NDArray[np.float16]:
    """Return the vector of every sentence, copied from ``old`` where it has them.

    Shape (sentences, dimension), in 16-bit floats: as precise as the index keeps them.
    """
    passages = _join_passages(cuts)
    sentences = _join_sentences(cuts)
    rows_of_passage = _assign_sentence_rows(sentences)
    sentence_count = sum(map(len, sentences))
    vectors = np.zeros((sentence_count, embedder.dimension), np.float16)
    # Embedding takes nearly all the time of a build: what an unchanged article has is copied.
    copies = {}
    if old is not None:
        _copy_taken_over(cuts, vectors, old)
        cut_anew = [cut for cut in cuts if not cut.old_sentences]
        copies = _copy_vectors(_join_passages(cut_anew), old)
    is_copied = [row >= 0 for row in _join_old_rows(cuts)]
    tokens = _join_tokens(cuts)
    new: list[CutPassage] = []
    new_rows: list[slice] = []
    for position, passage in enumerate(passages):
        if is_copied[position]:
            continue
        rows = rows_of_passage[position]
        spans = sentences[position]
        copy = copies.get(passage.id)
        # Sentences may be split otherwise than before: then the passage is embedded again.
        if copy is None or len(copy) != len(spans):
            new.append(CutPassage(passage, spans, tokens[rows]))
            new_rows.append(rows)
        else:
            vectors[rows] = copy
    embedded = _embed_in_blocks(new, embedder, progress)
    for rows, sentence_vectors in zip(new_rows, embedded, strict=True):
        vectors[rows] = sentence_vectors
    return vectors


def _embed_in_blocks(
    passages: Sequence[CutPassage], embedder: Embedder, progress: Progress
) -> Iterator[NDArray[np.float32]]:
    """Yield the sentence vectors of each passage."""
    for first in range(0, len(passages), PASSAGES_PER_BLOCK):
        progress("embed", first, len(passages))
        end = first + PASSAGES_PER_BLOCK
        yield from embed_passages(passages[first:end], embedder)
    # Of nothing to do, one of one is done: the total must not be 0.
    progress("embed", len(passages), max(len(passages), 1))


def _join_passages(cuts: Sequence[CutArticle]) -> list[Passage]:
    """Return the passages of articles, in order."""
    return [passage for cut in cuts for passage in cut.passages]


def _join_tokens(cuts: Sequence[CutArticle]) -> list[NDArray[np.uint16]]:
    """Return the token ids of each sentence of articles, in order."""
    return [ids for cut in cuts for ids in cut.tokens]


def _join_old_rows(cuts: Sequence[CutArticle]) -> list[int]:
    """Return the row that each passage of articles has in the index before, -1 for a new one."""
    return [row for cut in cuts for row in cut.old_rows]


def _join_sentences(cuts: Sequence[CutArticle]) -> list[Sequence[Span]]:
    """Return the sentences of each passage of articles, in order."""
    return [spans for cut in cuts for spans in cut.sentences]


@report_damage
def _copy_taken_over(
    cuts: Sequence[CutArticle], vectors: NDArray[np.float16], old: OpenedIndex
) -> None:
    """Copy the vectors of the articles that are as they were, in blocks."""
    old_rows = [row for cut in cuts for row in cut.old_sentences or [-1] * len(cut.tokens)]
    all_rows = np.array(old_rows, np.int64)
    places = np.flatnonzero(all_rows >= 0)
    for first in range(0, len(places), _VECTORS_PER_COPY):
        block = places[first : first + _VECTORS_PER_COPY]
        # Nothing is lost: they were 16-bit floats before they were read.
        vectors[block] = old.vectors.reconstruct(all_rows[block])


def _assign_sentence_rows(sentences: Sequence[Sequence[Span]]) -> list[slice]:
    """Return the rows of each passage's sentences."""
    rows = []
    first = 0
    for spans in sentences:
        end = first + len(spans)
        rows.append(slice(first, end))
        first = end
    return rows


def _copy_vectors(passages: Sequence[Passage], old: OpenedIndex) -> dict[str, NDArray[np.float16]]:
    """Return the sentence vectors that an index has of these articles, by the id of the passage."""
    copies = {}
    # Once for each article, in order: the passages of one are read together.
    article_ids = dict.fromkeys(passage.article.id for passage in passages)
    for article_id in article_ids:
        # Ids come from content: the old passages of this article have the same text.
        rows = old.article_rows(article_id)
        old_passages = old.passages(rows)
        for row, passage in zip(rows, old_passages, strict=True):
            copies[passage.id] = _read_vectors(old, row)
    copies |= _copy_reattributed(passages, old)
    return copies


def _copy_reattributed(
    passages: Sequence[Passage], old: OpenedIndex
) -> Iterator[tuple[str, NDArray[np.float16]]]:
    """Yield the vectors of articles to which the table of publishers gave, or took, a name.

    Their ids are other ones, what is embedded of them is not.
    """
    old_ids = {}
    for row in old.articles():
        old_ids[row.path, row.title, row.date, row.start, row.end] = row.id
    for article, group in itertools.groupby(passages, _get_article):
        if article.publisher and not article.is_publisher_inferred:
            continue
        place = (article.document.path, article.title, article.date, article.start, article.end)
        old_id = old_ids.get(place, article.id)
        if old_id == article.id:
            continue
        old_rows = old.article_rows(old_id)
        old_passages = old.passages(old_rows)
        for passage, old_row, old_passage in zip(group, old_rows, old_passages, strict=False):
            if passage.shown == old_passage.shown:
                yield passage.id, _read_vectors(old, old_row)


def _get_article(passage: Passage) -> Article:
    return passage.article


def _read_vectors(old: OpenedIndex, row: int) -> NDArray[np.float16]:
    """Return the vectors of the sentences of a passage of an index."""
    sentence_rows = np.array(old.sentence_rows(row), np.int64)
    vectors = old.vectors.reconstruct(sentence_rows)
    # Nothing is lost: they were 16-bit floats before they were read.
    return vectors.astype(np.float16)
