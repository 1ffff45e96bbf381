"""What a generation holds, and how it is written into the files of a folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.index.catalog_tables import write_catalog
from rag.index.manifest import CLUSTERS, FILE_RECORDS, VECTORS
from rag.index.mapped_arrays import save_array
from rag.index.sentences_table import write_sentences_table
from rag.index.terms import TERMS, FieldTerms, TermDoc, gather_terms, write_terms
from rag.index.vectors import build_vectors
from rag.index.vocabulary import Counts, build_vocabulary, count_words, write_counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.index.fingerprint_table import Fingerprints
    from rag.index.held_generation import Generation
    from rag.index.removals import Removal
    from rag.index.vectors import Recall
    from rag.reading.extraction import ReadFile
    from rag.records import Article, Document, Passage, Span


_VECTORS_PER_BLOCK = 65_536  # given to FAISS at a time; chosen by hand: 64 MB as 32-bit floats


@dataclass(frozen=True)
class Previous:
    """The index before: the row that each passage has there, -1 for a new one."""

    generation: Generation
    rows: Sequence[int]
    make_terms: Callable[[Sequence[Passage]], Iterator[TermDoc]]


@dataclass(frozen=True)
class Joined:
    """What makes a generation answer together with those before it."""

    segments: Sequence[str]  # their names, oldest first
    removals: Mapping[str, Removal]  # of them, by name
    clusters: NDArray[np.int64]  # of the articles of all segments, those of this one last
    counts: dict[str, int]  # of the whole
    summary: Mapping[str, object]  # what the manifest says of the whole beside them


@dataclass(frozen=True)
class CountedTerms:
    """The terms of all passages, gathered, and in how many each word stands."""

    terms: FieldTerms
    counts: Counts


@dataclass(frozen=True)
class Contents:
    """All that a generation holds.

    Passages follow their articles' order, sentence rows their passages'.
    """

    documents: Sequence[Document]
    articles: Sequence[Article]
    clusters: Sequence[int]  # of each article: the row of the first in its group of near-duplicates
    passages: Sequence[Passage]
    sentences: Sequence[Sequence[Span]]  # of each passage
    tokens: Sequence[NDArray[np.uint16]]  # of each sentence
    vectors: NDArray[np.float16 | np.float32]  # (sentences, dimension)
    terms: Iterable[TermDoc]  # of each passage
    previous: Previous | None = None  # what terms are taken over from
    files: Sequence[ReadFile] = ()  # as they were read
    carried: Sequence[str] = ()  # of the readings before, those of files that were not read again
    counted: CountedTerms | None = None  # the terms, where they were gathered already
    file_records: bytes = b""  # what tells which files have changed since
    fingerprints: Fingerprints | None = None  # of the articles
    joined: Joined | None = None  # where it is not the whole index


def write_contents(folder: Path, contents: Contents) -> Recall | None:
    """Write every part of a generation; return what its vectors find, where that was measured.

    Raises OSError, WriteError, and ValueError when the rows of the parts do not match.
    """
    write_catalog(
        folder,
        contents.documents,
        contents.articles,
        contents.passages,
        contents.clusters,
    )
    # With what reading files needs, and asking does not.
    from rag.index.readings import write_readings

    write_readings(folder, contents.files, contents.documents, contents.carried)
    if contents.file_records:
        (folder / FILE_RECORDS).write_bytes(contents.file_records)
    if contents.fingerprints is not None:
        contents.fingerprints.save(folder)
    if contents.joined is not None:
        from rag.index.removals import REMOVALS, encode_removals

        (folder / REMOVALS).write_bytes(encode_removals(contents.joined.removals))
        save_array(folder / f"{CLUSTERS}.npy", contents.joined.clusters)
    write_sentences_table(folder, contents.sentences, contents.tokens)
    recall = _write_vectors(folder, contents)
    # The terms are generated once, passage by passage: the words are counted as they go by.
    if contents.previous is not None:
        from rag.index.terms_update import update_terms

        update_terms(folder, contents)
        return recall
    counted = contents.counted or _count_terms(contents.terms)
    write_terms(counted.terms, folder / TERMS)
    write_counts(folder, counted.counts)
    vocabulary = build_vocabulary(counted.counts)
    vocabulary.save(folder)
    return recall


def _count_terms(rows: Iterable[TermDoc]) -> CountedTerms:
    """Return the terms of passages, gathered."""
    counts = Counts()
    terms = gather_terms(count_words(rows, counts))
    return CountedTerms(terms, counts)


def _write_vectors(folder: Path, contents: Contents) -> Recall | None:
    """Write the vectors, after a last look at whether all rows belong together."""
    vectors = contents.vectors
    rows, dimension = vectors.shape
    passage_count = len(contents.passages)
    sentence_count = len(contents.tokens)
    if len(contents.sentences) != passage_count or rows != sentence_count:
        raise ValueError(f"{passage_count} passages, {sentence_count} sentences, {rows} vectors")
    # In blocks, as FAISS takes 32-bit floats: of all vectors at once they would fill the memory.
    firsts = range(0, rows, _VECTORS_PER_BLOCK)
    blocks = (vectors[first : first + _VECTORS_PER_BLOCK] for first in firsts)
    path = folder / VECTORS
    return build_vectors(path, blocks, dimension=dimension, rows=rows)


def count_contents(contents: Contents) -> dict[str, int]:
    """Return how many there are of everything, for the manifest."""
    publishers = {article.publisher for article in contents.articles if article.publisher}
    return {
        "documents": len(contents.documents),
        "articles": len(contents.articles),
        "passages": len(contents.passages),
        "sentences": len(contents.tokens),
        "publishers": len(publishers),
    }
