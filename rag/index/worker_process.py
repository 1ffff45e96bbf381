"""A process of its own that cuts, embeds and counts articles, block by block.

It is told the size of passages, then articles, and at last nothing; each time it answers. It ends
with its input: when the process that started it ends, however that happens.
"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import numpy as np

from rag.index.cutting import cut_article
from rag.index.embedding import CutPassage, embed_passages
from rag.index.passage_terms import PassageTerms
from rag.index.terms import TermGatherer
from rag.index.vocabulary import Counts, count_words
from rag.index.worker_wire import MAX_FRAME, Block, decode_articles, encode_block, encode_counts
from rag.models.embedders import load_embedder
from rag.models.tokenizer import get_tokenizer
from rag.reading.wire import read_frame, take_streams, write_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.index.taken_over import CutArticle
    from rag.records import Article


class _Worker:
    """Makes what an index holds of blocks of articles, and remembers words in between."""

    def __init__(self, size: int) -> None:
        self.counts = Counts()
        self._size = size
        self._embedder = load_embedder()
        self._terms = PassageTerms()
        self._gatherer = TermGatherer()

    def make_block(self, articles: Sequence[Article]) -> Block:
        """Return what an index holds of articles; their words are counted with those of before."""
        cuts = [cut_article(article, self._size) for article in articles]
        embedded = embed_passages(list(_list_passages(cuts)), self._embedder)
        nothing = np.empty((0, self._embedder.dimension), np.float16)
        vectors = np.concatenate([nothing, *embedded], dtype=np.float16, casting="same_kind")
        passages = [passage for cut in cuts for passage in cut.passages]
        counted = count_words(self._terms.make(passages), self.counts)
        terms = self._gatherer.gather(counted)
        return Block(cuts, vectors, terms)


def _list_passages(cuts: Sequence[CutArticle]) -> Iterator[CutPassage]:
    """Yield the passages of articles with the tokens of their sentences."""
    for cut in cuts:
        first = 0
        for passage, spans in zip(cut.passages, cut.sentences, strict=True):
            end = first + len(spans)
            yield CutPassage(passage, spans, cut.tokens[first:end])
            first = end


def serve() -> None:
    """Answer requests until there are no more."""
    requests, answers = take_streams()
    # Control-C ends the process that started this one, and with it this one's input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    size = int(read_frame(requests, MAX_FRAME))
    get_tokenizer().expect_many()
    worker = _Worker(size)
    while True:
        try:
            request = read_frame(requests, MAX_FRAME)
        except EOFError:
            return
        if request:
            block = worker.make_block(decode_articles(request))
            write_frame(answers, encode_block(block))
        else:
            write_frame(answers, encode_counts(worker.counts))
