"""An index of several segments, open for asking as one: rows are numbered through all of them."""

from __future__ import annotations

import itertools
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rag.index.catalog_rows import require_one_id
from rag.index.checked_files import report_damage, require
from rag.index.manifest import CLUSTERS
from rag.index.segmented_terms import SegmentedTerms
from rag.index.segmented_words import SegmentedWords
from rag.index.segments import RowMap
from rag.records import Coverage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

    from rag.index.catalog_rows import ArticleRow, Owner
    from rag.index.held_generation import Generation
    from rag.index.segments import Segment
    from rag.records import Article, Document, Filters, Passage, Span

GONE = -1  # the group of an article that is removed


class SegmentedIndex:
    """The segments of an index, the newest of which says what the whole is."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        """Take over the open generations of the segments; ``close`` lets go of them."""
        self.segments = segments
        newest = segments[-1].generation
        self.name = newest.name
        self.folder = newest.folder
        self.manifest = newest.manifest
        self.warnings = newest.warnings
        self.passages_by_language: Mapping[str, int] = newest.passages_by_language
        self._articles = RowMap(segments, [segment.first.articles for segment in segments])
        self._passages = RowMap(segments, [segment.first.passages for segment in segments])
        self._sentences = RowMap(segments, [segment.first.sentences for segment in segments])

    def list_segments(self) -> list[Generation]:
        """Return the generations that answer together, oldest first."""
        return [segment.generation for segment in self.segments]

    @property
    def size(self) -> int:
        """How many passages there are."""
        return self.manifest["counts"]["passages"]

    @property
    def mean_length(self) -> float:
        """How many tokens a passage has on average."""
        tokens = 0
        for segment in self.segments:
            tokens += segment.generation.token_count - segment.removal.tokens
        return tokens / max(self.size, 1)

    @cached_property
    @report_damage
    def token_frequency(self) -> NDArray[np.int32]:
        """How many passages hold each token id."""
        parts = [generation.token_frequency for generation in self.list_segments()]
        frequency = np.zeros(max(map(len, parts)), np.int32)
        for part, segment in zip(
            parts,
            self.segments,
            strict=True,
        ):
            frequency[: len(part)] += part
            for token, passages in segment.removal.token_frequency.items():
                frequency[token] -= passages
        require(frequency.min(initial=0) >= 0, "a negative frequency")
        return frequency

    @cached_property
    @report_damage
    def clusters(self) -> NDArray[np.int64]:
        """The group of near-duplicates of each article, by its row; GONE where it is removed."""
        clusters: NDArray[np.int64] = self.list_segments()[-1].load(CLUSTERS, "int64")
        require(len(clusters) == self.segments[-1].end.articles, "groups of other articles")
        return clusters

    @cached_property
    def terms(self) -> SegmentedTerms:
        """The passages' terms."""
        return SegmentedTerms(
            self.segments,
            self.size,
            self.rows_where,
        )

    @cached_property
    def vocabulary(self) -> SegmentedWords:
        """The words as they are written."""
        return SegmentedWords(self.segments)

    @property
    def vectors(self) -> SegmentedIndex:
        """The sentence vectors: ``reconstruct``."""
        return self

    def reconstruct(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of these sentences, shape (n, d)."""
        dimension = self.list_segments()[-1].vectors.dimension

        def read(segment: Segment, own_rows: Sequence[int]) -> NDArray[np.float32]:
            return segment.generation.vectors.reconstruct(np.array(own_rows, np.int64))

        vectors: list[NDArray[np.float32]] = self._sentences.read(rows.tolist(), read)  # type: ignore[arg-type]
        return np.array(vectors, np.float32).reshape(-1, dimension)

    def nearest_passages(
        self, vector: NDArray[np.float32], sentences: int, filters: Filters
    ) -> list[int]:
        """Return the passage of each of the nearest sentences that the filters let through."""
        nearest: list[tuple[float, int]] = []
        for segment in self.segments:
            allowed = segment.live_sentences
            if any(filters):
                allowed = segment.generation.sentences_where(filters)
            rows, scores = segment.generation.nearest_sentences(
                vector,
                sentences,
                allowed,
            )
            passages = segment.generation.owners[rows] + segment.first.passages
            nearest += zip(
                (-scores).tolist(),
                passages.tolist(),
                strict=True,
            )
        # Stable: of equals the one of the earlier row comes first, as in one segment.
        nearest.sort(key=lambda pair: pair[0])
        return [passage for _, passage in nearest[:sentences]]

    def languages(self, rows: Sequence[int]) -> list[str]:
        """Return the language of each of these passages."""
        return self._passages.read(rows, lambda segment, own: segment.generation.languages(own))

    def owners_of(self, rows: Sequence[int]) -> list[Owner]:
        """Return the article of each of these passages."""
        return self._passages.read(rows, self._read_owners)

    def _read_owners(self, segment: Segment, rows: Sequence[int]) -> list[Owner]:
        owners = []
        for owner in segment.generation.owners_of(rows):
            article = segment.first.articles + owner.article
            owners.append(owner._replace(article=article, cluster=int(self.clusters[article])))
        return owners

    def passages(self, rows: Iterable[int]) -> list[Passage]:
        """Return these passages, with their articles and documents."""
        wanted = rows if isinstance(rows, range) else list(rows)
        return self._passages.read(wanted, lambda segment, own: segment.generation.passages(own))

    def article_rows(self, article_id: str) -> range:
        """Return the passage rows of an article, none when it is unknown."""
        for segment in self.segments:
            rows = segment.generation.article_rows(article_id)
            if rows:
                first = segment.first.passages
                return range(first + rows.start, first + rows.stop)
        return range(0)

    def rows_where(self, filters: Filters) -> NDArray[np.int64] | None:
        """Return the passages that a search may find, in order; None when nothing is excluded."""
        if not any(filters):
            return None
        parts = []
        for segment in self.segments:
            rows = segment.generation.rows_where(filters)
            if rows is not None:
                parts.append(rows + segment.first.passages)
        return np.concatenate(parts)

    def sentence_rows(self, passage_row: int) -> range:
        """Return the rows of a passage's sentences."""
        segment, first = self._passages.find(passage_row)
        rows = segment.generation.sentence_rows(passage_row - first)
        return range(rows.start + segment.first.sentences, rows.stop + segment.first.sentences)

    def spans(self, sentence_rows: Sequence[int]) -> list[Span]:
        """Return where these sentences stand in their documents."""
        return self._sentences.read(
            sentence_rows, lambda segment, own: segment.generation.spans(own)
        )

    def tokens(self, sentence_rows: Sequence[int]) -> list[NDArray[np.uint16]]:
        """Return the token ids of each of these sentences."""
        return self._sentences.read(
            sentence_rows, lambda segment, own: segment.generation.tokens(own)
        )

    def articles(self, filters: Filters | None = None) -> Iterator[ArticleRow]:
        """Yield the articles that filters let through, in order, without reading their texts."""
        chosen = filters if filters and any(filters) else None
        yield from self._list_articles(chosen) if chosen else self._all_articles

    @cached_property
    def _all_articles(self) -> list[ArticleRow]:
        """The rows of all articles: an update looks through them several times."""
        return self._list_articles(None)

    def _list_articles(self, filters: Filters | None) -> list[ArticleRow]:
        rows = []
        for segment in self.segments:
            for row in segment.generation.articles(filters):
                rows.append(row._replace(row=segment.first.articles + row.row))
        return sorted(rows, key=_get_place)

    def stories_at(self, path: str) -> list[Article]:
        """Return the articles of the document of this path, in order."""
        return [story for each in self.list_segments() for story in each.stories_at(path)]

    def reprints(self, article_id: str) -> list[Article]:
        """Return the other articles of an article's group of near-duplicates, undated ones last."""
        rows = self.article_rows(article_id)
        if not rows:
            return []
        [owner] = self.owners_of(rows[:1])
        members = np.flatnonzero(self.clusters == owner.cluster)
        others = []
        for row in members.tolist():
            if row != owner.article:
                segment, first = self._articles.find(row)
                others.append(segment.generation.read_article(row - first))
        return sorted(others, key=_get_reprint_order)

    def document(self, path: str) -> Document:
        """Return the document of this path. Raises KeyError when there is none."""
        for generation in self.list_segments():
            try:
                return generation.document(path)
            except KeyError:
                continue
        raise KeyError(path)

    def list_formats(self) -> list[tuple[str, str, int]]:
        """Return path, format and version of the format of every document."""
        return sorted(row for each in self.list_segments() for row in each.list_formats())

    def paths_with(self, sha256: str) -> list[str]:
        """Return the paths of the documents whose files had these bytes."""
        return [path for each in self.list_segments() for path in each.paths_with(sha256)]

    def count_encodings(self) -> dict[str, int]:
        """Return how many documents are read by each codec, the most frequent first."""
        counts: Counter[str] = Counter()
        for generation in self.list_segments():
            counts.update(generation.count_encodings())
        return dict(counts.most_common())

    def coverage(self, filters: Filters) -> Coverage:
        """Return what a search under these filters reads: articles, days, publishers."""
        articles = list(self.articles(filters))
        days = [article.date for article in articles if article.date]
        publishers = {article.publisher for article in articles if article.publisher}
        first, last = min(days, default=None), max(days, default=None)
        return Coverage(
            len(articles),
            first,
            last,
            len(publishers),
        )

    def find_by_id_prefix(self, prefix: str) -> Passage | Article | None:
        """Return the passage or article whose id begins so, None when there is none.

        Raises UsageError when there are several.
        """
        ids = sorted({each for part in self.list_segments() for each in part.list_ids(prefix)})
        require_one_id(prefix, ids)
        matches = (generation.find_by_id_prefix(prefix) for generation in self.list_segments())
        return next((match for match in matches if match is not None), None)

    def list_files(self) -> list[Path]:
        """Return the files that are read."""
        return list(
            itertools.chain.from_iterable(each.list_files() for each in self.list_segments())
        )

    def count_bytes(self) -> int:
        """Return how many bytes the files have."""
        return sum(generation.count_bytes() for generation in self.list_segments())

    def close(self) -> None:
        """Let go of the files: a builder may remove them from now on."""
        for generation in self.list_segments():
            generation.close()

    def __enter__(self) -> SegmentedIndex:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _get_place(row: ArticleRow) -> tuple[str, int]:
    return row.path, row.start


def _get_reprint_order(article: Article) -> tuple[object, ...]:
    day = article.date.toordinal() if article.date else 0
    return day == 0, day, article.document.path, article.start
