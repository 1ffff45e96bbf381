"""The sentence vectors of articles: those of new ones made, those of an index before copied."""

from __future__ import annotations

import itertools
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rag.index.checked_files import report_damage
from rag.index.embedding import CutPassage, embed_passages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from rag.index.opened import OpenedIndex
    from rag.index.taken_over import CutArticle
    from rag.models.embedders import Embedder
    from rag.records import Article, Passage, Span

    Progress = Callable[[str, int, int], None]  # stage, done, total

# Passages embedded at a time. Chosen by hand: the token ids of a whole corpus
# as numbers of Python would fill the memory, and progress is reported after each block.
PASSAGES_PER_BLOCK = 256
_VECTORS_PER_COPY = 65_536  # read at a time; chosen by hand: 64 MB as 32-bit floats


def make_vectors(
    cuts: Sequence[CutArticle],
    embedder: Embedder,
    before: OldVectors | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> NDArray[np.float16]:
    """Return the vector of every sentence, copied from ``before`` where it has them.

    Shape (sentences, dimension), in 16-bit floats: as precise as the index keeps them.
    """
    passages = join_passages(cuts)
    sentences = join_sentences(cuts)
    rows_of_passage = _assign_sentence_rows(sentences)
    sentence_count = sum(map(len, sentences))
    vectors = np.zeros((sentence_count, embedder.dimension), np.float16)
    # Embedding takes nearly all the time of a build: what an unchanged article has is copied.
    copies = {}
    if before is not None:
        before.copy_taken_over(cuts, vectors)
        cut_anew = [cut for cut in cuts if not cut.old_sentences]
        copies = before.find(join_passages(cut_anew))
    is_copied = [row >= 0 for row in join_old_rows(cuts)]
    tokens = join_tokens(cuts)
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


class OldVectors:
    """The sentence vectors of an index, for articles that it has already."""

    def __init__(self, old: OpenedIndex) -> None:
        self._old = old

    @report_damage
    def copy_taken_over(self, cuts: Sequence[CutArticle], vectors: NDArray[np.float16]) -> None:
        """Copy the vectors of the articles that are as they were, in blocks."""
        old_rows = [row for cut in cuts for row in cut.old_sentences or [-1] * len(cut.tokens)]
        all_rows = np.array(old_rows, np.int64)
        places = np.flatnonzero(all_rows >= 0)
        for first in range(0, len(places), _VECTORS_PER_COPY):
            block = places[first : first + _VECTORS_PER_COPY]
            # Nothing is lost: they were 16-bit floats before they were read.
            vectors[block] = self._old.vectors.reconstruct(all_rows[block])

    def find(self, passages: Sequence[Passage]) -> dict[str, NDArray[np.float16]]:
        """Return the vectors that an index has of these articles, by the id of the passage."""
        copies = {}
        # Once for each article, in order: the passages of one are read together.
        article_ids = dict.fromkeys(passage.article.id for passage in passages)
        for article_id in article_ids:
            # Ids come from content: the old passages of this article have the same text.
            rows = self._old.article_rows(article_id)
            old_passages = self._old.passages(rows)
            for row, passage in zip(rows, old_passages, strict=True):
                copies[passage.id] = self._read(row)
        copies |= self._find_reattributed(passages)
        return copies

    @cached_property
    def _ids(self) -> dict[tuple[object, ...], str]:
        """The id of each article by what it is known by when its publisher is another one."""
        ids: dict[tuple[object, ...], str] = {}
        for row in self._old.articles():
            ids[row.path, row.title, row.date, row.start, row.end] = row.id
        return ids

    def _find_reattributed(
        self, passages: Sequence[Passage]
    ) -> Iterator[tuple[str, NDArray[np.float16]]]:
        """Yield the vectors of articles to which the table of publishers gave, or took, a name.

        Their ids are other ones, what is embedded of them is not.
        """
        for article, group in itertools.groupby(passages, _get_article):
            if article.publisher and not article.is_publisher_inferred:
                continue
            place = (article.document.path, article.title, article.date, article.start, article.end)
            old_id = self._ids.get(place, article.id)
            if old_id == article.id:
                continue
            old_rows = self._old.article_rows(old_id)
            old_passages = self._old.passages(old_rows)
            for passage, old_row, old_passage in zip(group, old_rows, old_passages, strict=False):
                if passage.shown == old_passage.shown:
                    yield passage.id, self._read(old_row)

    def _read(self, row: int) -> NDArray[np.float16]:
        """Return the vectors of the sentences of a passage of an index."""
        sentence_rows = np.array(self._old.sentence_rows(row), np.int64)
        vectors = self._old.vectors.reconstruct(sentence_rows)
        # Nothing is lost: they were 16-bit floats before they were read.
        return vectors.astype(np.float16)


def _get_article(passage: Passage) -> Article:
    return passage.article


def _assign_sentence_rows(sentences: Sequence[Sequence[Span]]) -> list[slice]:
    """Return the rows of each passage's sentences."""
    rows = []
    first = 0
    for spans in sentences:
        end = first + len(spans)
        rows.append(slice(first, end))
        first = end
    return rows


def join_passages(cuts: Sequence[CutArticle]) -> list[Passage]:
    """Return the passages of articles, in order."""
    return [passage for cut in cuts for passage in cut.passages]


def join_tokens(cuts: Sequence[CutArticle]) -> list[NDArray[np.uint16]]:
    """Return the token ids of each sentence of articles, in order."""
    return [ids for cut in cuts for ids in cut.tokens]


def join_old_rows(cuts: Sequence[CutArticle]) -> list[int]:
    """Return the row that each passage of articles has in the index before, -1 for a new one."""
    return [row for cut in cuts for row in cut.old_rows]


def join_sentences(cuts: Sequence[CutArticle]) -> list[Sequence[Span]]:
    """Return the sentences of each passage of articles, in order."""
    return [spans for cut in cuts for spans in cut.sentences]
