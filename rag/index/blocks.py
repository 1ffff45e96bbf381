"""What an index holds of articles, made block by block: no build holds all of it in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.index.cutting import cut_article
from rag.index.fingerprint_table import Fingerprints
from rag.index.passage_terms import PassageTerms
from rag.index.sentence_vectors import OldVectors, join_passages, make_vectors
from rag.index.taken_over import CutArticle, take_over_article
from rag.index.terms import FieldTerms, TermGatherer
from rag.index.vocabulary import Counts, count_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from rag.index.opened import OpenedIndex
    from rag.models.embedders import Embedder
    from rag.records import Article


class Block(NamedTuple):
    """What an index holds of some articles that follow each other."""

    cuts: list[CutArticle]
    vectors: NDArray[np.float16]  # of all sentences
    terms: FieldTerms  # of all passages
    fingerprints: Fingerprints  # of the articles


class BlockMaker:
    """Makes blocks of articles, and remembers words in between.

    What an index before has of an article is copied from it.
    """

    def __init__(self, embedder: Embedder, size: int, old: OpenedIndex | None = None) -> None:
        """``size``: of passages, in tokens, at most."""
        self.counts = Counts()  # in how many passages each word stands
        self._embedder = embedder
        self._size = size
        self._old = old
        self._old_vectors = OldVectors(old) if old is not None else None
        self._terms = PassageTerms()
        self._gatherer = TermGatherer()

    def make(self, articles: Sequence[Article]) -> Block:
        """Return what an index holds of articles; their words are counted with those of before."""
        cuts = list(map(self._cut, articles))
        vectors = make_vectors(cuts, self._embedder, self._old_vectors)
        passages = join_passages(cuts)
        counted = count_words(self._terms.make(passages), self.counts)
        terms = self._gatherer.gather(counted)
        tokens = list_article_tokens(cuts)
        fingerprints = Fingerprints.of(tokens)
        return Block(
            cuts,
            vectors,
            terms,
            fingerprints,
        )

    def make_all(self, blocks: Iterable[list[Article]]) -> Iterator[tuple[list[Article], Block]]:
        """Yield articles with what an index holds of them."""
        for articles in blocks:
            yield articles, self.make(articles)

    def count_words(self) -> Counts:
        """Return in how many passages each word stands."""
        return self.counts

    def __enter__(self) -> BlockMaker:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held."""

    def _cut(self, article: Article) -> CutArticle:
        cut = take_over_article(article, self._old)
        return cut if cut is not None else cut_article(article, self._size)


def list_article_tokens(cuts: Sequence[CutArticle]) -> list[NDArray[np.uint16]]:
    """Return the token ids of each article."""
    # An article may have no sentence at all: the empty array lets its tokens be joined, too.
    nothing = np.empty(0, np.uint16)
    return [np.concatenate([nothing, *cut.tokens]) for cut in cuts]
