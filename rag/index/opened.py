"""An index that is open for asking, wherever it is kept: the seam between the index and its stores.

What answers questions knows no more of an index than ``OpenedIndex`` says. Two things are behind
it: the generation of a folder (``rag.index.generations``), and a database (``rag.store``).

Passages have rows, which are numbers; those of an article follow each other. Sentences have rows of
their own; those of a passage follow each other. There may be gaps between articles.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rag.records import Filters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

    from rag.index.catalog_rows import ArticleRow, Owner
    from rag.index.manifest import Manifest
    from rag.index.terms import QueryTerm
    from rag.index.vocabulary import Form
    from rag.records import Article, Coverage, Document, Passage, Span


class StoredVectors(Protocol):
    """The vectors of sentences, by their rows."""

    def reconstruct(self, rows: NDArray[np.int64], /) -> NDArray[np.float32]:
        """Return the vectors of these sentences, shape (n, d), as precise as they are kept."""


class StoredTerms(Protocol):
    """The terms of passages, ranked by BM25."""

    def doc_freq(self, field: str, term: str, /) -> int:
        """Return in how many passages a field holds a term."""

    def frequency(self, language: str, unit: str, /) -> int:
        """Return in how many passages of a language a unit stands; if in none, how many headers."""

    def search(
        self, query: Sequence[QueryTerm], k: int, filters: Filters | None = None, /
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows and scores of the k best passages that have a term, best first."""


class StoredWords(Protocol):
    """The words of an index as they are mostly written."""

    def forms(self, term: str, /) -> list[Form]:
        """Return how a folded word is written, in any language, the most frequent first."""

    def near(self, term: str, edits: int, /) -> list[Form]:
        """Return the words at most so many edits away from a folded word."""


class OpenedIndex(Protocol):
    """An index as it was when it was opened: whoever refreshes it meanwhile changes nothing."""

    name: str  # of the generation that is open
    warnings: tuple[str, ...]
    passages_by_language: Mapping[str, int]  # the most frequent language first

    @property
    def manifest(self) -> Manifest:
        """Return what the index says of itself."""

    @property
    def size(self) -> int:
        """Return how many passages there are."""

    @property
    def mean_length(self) -> float:
        """Return how many tokens a passage has on average."""

    @property
    def token_frequency(self) -> NDArray[np.int32]:
        """Return how many passages hold each token id."""

    @property
    def vectors(self) -> StoredVectors:
        """Return the sentence vectors."""

    @property
    def terms(self) -> StoredTerms:
        """Return the terms of the passages."""

    @property
    def vocabulary(self) -> StoredWords:
        """Return the words as they are written."""

    def nearest_passages(
        self, vector: NDArray[np.float32], sentences: int, filters: Filters
    ) -> list[int]:
        """Return the passage of each of the nearest sentences that the filters let through."""

    def languages(self, rows: Sequence[int]) -> list[str]:
        """Return the language of each of these passages."""

    def owners_of(self, rows: Sequence[int]) -> list[Owner]:
        """Return the article of each of these passages."""

    def passages(self, rows: Iterable[int]) -> list[Passage]:
        """Return these passages, with their articles and documents."""

    def article_rows(self, article_id: str) -> range:
        """Return the passage rows of an article, none when it is unknown."""

    def rows_where(self, filters: Filters) -> NDArray[np.int64] | None:
        """Return the passages that a search may find, in order; None when nothing is excluded."""

    def sentence_rows(self, passage_row: int) -> range:
        """Return the rows of a passage's sentences."""

    def spans(self, sentence_rows: Sequence[int]) -> list[Span]:
        """Return where these sentences stand in their documents."""

    def tokens(self, sentence_rows: Sequence[int]) -> list[NDArray[np.uint16]]:
        """Return the token ids of each of these sentences."""

    def articles(self, filters: Filters | None = None) -> Iterator[ArticleRow]:
        """Yield the articles that filters let through, in order, without reading their texts."""

    def stories_at(self, path: str) -> list[Article]:
        """Return the articles of the document of this path, in order."""

    def reprints(self, article_id: str) -> list[Article]:
        """Return the other articles of an article's group of near-duplicates."""

    def document(self, path: str) -> Document:
        """Return the document of this path. Raises KeyError when there is none."""

    def list_formats(self) -> list[tuple[str, str, int]]:
        """Return path, format and version of the format of every document."""

    def paths_with(self, sha256: str) -> list[str]:
        """Return the paths of the documents whose files had these bytes."""

    def count_encodings(self) -> dict[str, int]:
        """Return how many documents are read by each codec, the most frequent first."""

    def coverage(self, filters: Filters) -> Coverage:
        """Return what a search under these filters reads: articles, days, publishers."""

    def find_by_id_prefix(self, prefix: str) -> Passage | Article | None:
        """Return the passage or article whose id begins so, None when there is none."""

    def list_files(self) -> list[Path]:
        """Return the files that are read; none of a store."""

    def count_bytes(self) -> int:
        """Return how much room the index takes."""

    def close(self) -> None:
        """Let go of it."""

    def __enter__(self) -> OpenedIndex: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Store(Protocol):
    """A place other than a folder that an index is kept in; as text it names no password."""

    def open(self) -> OpenedIndex:
        """Return the index that is kept there. Raises IndexProblem."""

    def read_stamp(self) -> tuple[object, ...]:
        """Return what changes when another generation comes into force."""


def open_index(place: Path | Store) -> OpenedIndex:
    """Return the index of a folder, or of a store, opened.

    Raises IndexProblem.
    """
    if not isinstance(place, Path):
        return place.open()
    from rag.index.generations import open_generation

    return open_generation(place)
