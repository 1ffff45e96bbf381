"""What a generation holds, and how it is written into the files of a folder."""

from __future__ import annotations

import itertools
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.index.catalog_tables import summarise_rows
from rag.index.catalog_writing import CatalogWriter, count_passages
from rag.index.fingerprint_table import Fingerprints, FingerprintsWriter
from rag.index.manifest import CLUSTERS, FILE_RECORDS, VECTORS
from rag.index.mapped_arrays import save_array
from rag.index.sentence_vectors import join_passages, join_sentences, join_tokens
from rag.index.sentences_table import SentencesWriter
from rag.index.term_runs import TermsWriter
from rag.index.terms import TERMS, gather_terms
from rag.index.vector_writing import VectorFile, build_vectors
from rag.index.vocabulary import Counts, build_vocabulary, count_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

    from rag.index.blocks import Block
    from rag.index.catalog_rows import ArticleRow
    from rag.index.removals import Removal
    from rag.index.terms import FieldTerms, TermDoc
    from rag.index.vector_writing import Recall
    from rag.records import Article, Document, Passage, Span


class Part(NamedTuple):
    """Articles that follow each other, and all that a generation holds of them.

    Passages follow their articles' order, sentences their passages'.
    """

    documents: Sequence[Document]
    articles: Sequence[Article]
    passages: Sequence[Passage]
    sentences: Sequence[Sequence[Span]]  # of each passage
    tokens: Sequence[NDArray[np.uint16]]  # of each sentence
    vectors: NDArray[np.float16 | np.float32]  # (sentences, dimension)
    terms: FieldTerms  # of the passages
    fingerprints: Fingerprints  # of the articles

    @classmethod
    def of(cls, articles: Sequence[Article], block: Block) -> Part:
        """Return what was made of articles; those of a document have to be together."""
        # The same document is shared by all of its articles, and stored once.
        documents = {article.document.path: article.document for article in articles}
        return cls(
            list(documents.values()),
            articles,
            join_passages(block.cuts),
            join_sentences(block.cuts),
            join_tokens(block.cuts),
            block.vectors,
            block.terms,
            block.fingerprints,
        )


@dataclass(frozen=True)
class Contents:
    """All that a generation holds, in memory; see ``Part``."""

    documents: Sequence[Document]
    articles: Sequence[Article]
    clusters: Sequence[int]  # of each article: the row of the first in its group of near-duplicates
    passages: Sequence[Passage]
    sentences: Sequence[Sequence[Span]]  # of each passage
    tokens: Sequence[NDArray[np.uint16]]  # of each sentence
    vectors: NDArray[np.float16 | np.float32]  # (sentences, dimension)
    terms: Iterable[TermDoc]  # of each passage
    readings: Sequence[str] = ()  # see ``rag.index.readings``


@dataclass(frozen=True)
class Joined:
    """What makes a generation answer together with those before it."""

    segments: Sequence[str]  # their names, oldest first
    removals: Mapping[str, Removal]  # of them, by name
    clusters: NDArray[np.int64]  # of the articles of all segments, those of this one last
    counts: dict[str, int]  # of the whole
    summary: Mapping[str, object]  # what the manifest says of the whole beside them


class Made(NamedTuple):
    """What has been written of the articles of a generation, but for what all of them decide."""

    rows: Sequence[ArticleRow]
    fingerprints: Fingerprints
    sentences: int


class Ending(NamedTuple):
    """What all articles of a generation decide, and what it keeps of their files."""

    clusters: Sequence[int]  # see ``Contents``
    joined: Joined | None = None  # where it is not the whole index
    readings: Sequence[str] = ()  # see ``rag.index.readings``
    file_records: bytes = b""  # what tells which files have changed since


class Written(NamedTuple):
    """What the manifest says of a generation that was written."""

    own: dict[str, int]  # how many there are of everything
    summary: Mapping[str, object]
    recall: Recall | None  # what its vectors find, where that was measured
    joined: Joined | None

    @property
    def counts(self) -> dict[str, int]:
        """Return how many there are of everything in the whole index."""
        return self.own if self.joined is None else self.joined.counts


class GenerationWriter:
    """A generation that is written as its articles come: it may not fit into memory.

    Raises OSError, WriteError, and ValueError when the rows of the parts do not match.
    """

    def __init__(self, folder: Path, dimension: int) -> None:
        """Begin the files of a folder; ``dimension``: of the vectors."""
        self._folder = folder
        self._passages = 0
        self._rows: list[ArticleRow] = []
        with ExitStack() as stack:
            self._catalog = stack.enter_context(CatalogWriter(folder))
            self._sentences = stack.enter_context(SentencesWriter(folder))
            self._terms = TermsWriter(folder / TERMS)
            self._fingerprints = stack.enter_context(FingerprintsWriter(folder))
            # Vectors wait there until all are known: some kinds of index are trained with them.
            waiting = stack.enter_context(tempfile.TemporaryFile(dir=folder))
            self._vectors = VectorFile(waiting, dimension)
            self._open_files = stack.pop_all()

    def add(self, part: Part) -> None:
        """Write articles behind those before."""
        rows, _ = part.vectors.shape
        passages = len(part.passages)
        sentences = len(part.tokens)
        if len(part.sentences) != passages or rows != sentences:
            raise ValueError(f"{passages} passages, {sentences} sentences, {rows} vectors")
        self._catalog.add_documents(part.documents)
        new_rows = self._catalog.add(part.articles, part.passages)
        self._rows += new_rows
        self._sentences.add(part.sentences, part.tokens)
        self._terms.add(part.terms)
        self._fingerprints.add(part.fingerprints)
        self._vectors.add(part.vectors)
        self._passages += passages

    def describe(self) -> Made:
        """Return what has been written, when all articles have."""
        fingerprints = self._fingerprints.finish()
        return Made(
            self._rows,
            fingerprints,
            self._sentences.sentences,
        )

    def finish(self, counts: Counts, ending: Ending) -> Written:
        """Write what all articles decide; ``counts``: in how many passages each word stands."""
        # With what reading files needs, and asking does not.
        from rag.index.readings import write_readings

        self._catalog.finish(ending.clusters)
        write_readings(self._folder, ending.readings)
        if ending.file_records:
            (self._folder / FILE_RECORDS).write_bytes(ending.file_records)
        if ending.joined is not None:
            from rag.index.removals import REMOVALS, encode_removals

            (self._folder / REMOVALS).write_bytes(encode_removals(ending.joined.removals))
            save_array(self._folder / f"{CLUSTERS}.npy", ending.joined.clusters)
        self._sentences.finish()
        recall = build_vectors(self._folder / VECTORS, self._vectors)
        self._terms.finish()
        vocabulary = build_vocabulary(counts)
        vocabulary.save(self._folder)
        return Written(
            self._count(),
            summarise_rows(self._rows),
            recall,
            ending.joined,
        )

    def _count(self) -> dict[str, int]:
        paths = {row.path for row in self._rows}
        publishers = {row.publisher for row in self._rows if row.publisher}
        return {
            "documents": len(paths),
            "articles": len(self._rows),
            "passages": self._passages,
            "sentences": self._sentences.sentences,
            "publishers": len(publishers),
        }

    def __enter__(self) -> GenerationWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open_files.close()


def write_contents(contents: Contents, folder: Path) -> Written:
    """Write a generation that fits into memory. Raises as ``GenerationWriter``."""
    counts = Counts()
    terms = gather_terms(count_words(contents.terms, counts))
    fingerprints = Fingerprints.of(_list_article_tokens(contents))
    part = Part(
        contents.documents,
        contents.articles,
        contents.passages,
        contents.sentences,
        contents.tokens,
        contents.vectors,
        terms,
        fingerprints,
    )
    _, dimension = contents.vectors.shape
    ending = Ending(contents.clusters, readings=contents.readings)
    with GenerationWriter(folder, dimension) as writer:
        writer.add(part)
        writer.describe()
        return writer.finish(counts, ending)


def _list_article_tokens(contents: Contents) -> Iterator[NDArray[np.uint16]]:
    """Yield the token ids of each article."""
    passages = iter(contents.sentences)
    sentences = iter(contents.tokens)
    for count in count_passages(contents.articles, contents.passages):
        own_passages = itertools.islice(passages, count)
        sentence_count = sum(map(len, own_passages))
        own_sentences = itertools.islice(sentences, sentence_count)
        # An article may have no sentence at all.
        nothing = np.empty(0, np.uint16)
        yield np.concatenate([nothing, *own_sentences])
