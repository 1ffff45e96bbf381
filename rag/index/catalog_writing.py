"""The SQLite file of documents, articles and passages, written as they come."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from rag.index.catalog_rows import ArticleRow
from rag.index.catalog_tables import DATABASE, SCHEMA, make_document_row, make_placeholders, pack
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from rag.records import Article, Document, Passage


def write_catalog(
    folder: Path,
    documents: Sequence[Document],
    articles: Sequence[Article],
    passages: Sequence[Passage],
    clusters: Sequence[int],
) -> None:
    """Write the records of a generation into its folder.

    ``clusters`` names the group of near-duplicates of each article. Raises OSError when the disk
    takes no more, ValueError when the passages do not follow the order of their articles.
    """
    with CatalogWriter(folder) as writer:
        writer.add_documents(documents)
        writer.add(articles, passages)
        writer.finish(clusters)


class CatalogWriter:
    """The file of a generation, written article after article. Raises as ``write_catalog``."""

    def __init__(self, folder: Path) -> None:
        """Begin a new file."""
        import sqlite3

        self._database = sqlite3.connect(folder / DATABASE)
        self._document_rows: dict[str, int] = {}
        self._articles = 0
        self._passages = 0
        with _report_full_disk():
            self._database.executescript(SCHEMA)

    def add_documents(self, documents: Iterable[Document]) -> None:
        """Write documents behind those before."""
        rows = []
        for document in documents:
            row = len(self._document_rows)
            self._document_rows[document.path] = row
            rows.append(make_document_row(row, document))
        self._insert("documents", rows)

    def add(self, articles: Sequence[Article], passages: Sequence[Passage]) -> list[ArticleRow]:
        """Write articles whose documents are there; return their rows.

        Each is alone in its group, until ``finish`` says otherwise.
        """
        counts = count_passages(articles, passages)
        rows: list[ArticleRow] = []
        for row, (article, count) in enumerate(
            zip(articles, counts, strict=True),
            self._articles,
        ):
            made = make_article_row(
                row,
                article,
                count,
            )
            rows.append(made)
        article_rows = self._make_article_rows(articles, counts)
        self._insert("articles", article_rows)
        numbers = [row.row for row in rows]
        owners = np.repeat(numbers, counts).tolist()
        passage_rows = self._make_passage_rows(passages, owners)
        self._insert("passages", passage_rows)
        self._articles += len(articles)
        self._passages += len(passages)
        return rows

    def _make_article_rows(
        self, articles: Sequence[Article], counts: Sequence[int]
    ) -> Iterator[tuple[object, ...]]:
        first_passage = self._passages
        numbered = enumerate(zip(articles, counts, strict=True), self._articles)
        for row, (article, count) in numbered:
            yield (
                row,
                article.id,
                self._document_rows[article.document.path],
                pack(article.title),
                pack(article.publisher),
                pack(fold(article.publisher or "")),
                article.date.toordinal() if article.date else 0,
                pack(article.url),
                pack(article.section),
                article.language,
                article.start,
                article.end,
                first_passage,
                count,
                row,
            )
            first_passage += count

    def _make_passage_rows(
        self, passages: Sequence[Passage], owners: Sequence[int]
    ) -> Iterator[tuple[object, ...]]:
        row = self._passages
        for passage, owner in zip(
            passages,
            owners,
            strict=True,
        ):
            yield (
                row,
                passage.id,
                owner,
                passage.start,
                passage.end,
            )
            row += 1

    def _insert(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        with _report_full_disk():
            columns = self._database.execute(f"SELECT * FROM {table}").description
            placeholders = make_placeholders(columns)
            self._database.executemany(f"INSERT INTO {table} VALUES ({placeholders})", rows)

    def finish(self, clusters: Sequence[int]) -> None:
        """Write the group of near-duplicates of each article."""
        if len(clusters) != self._articles:
            raise ValueError(f"{self._articles} articles, groups of {len(clusters)}")
        shared = [(group, row) for row, group in enumerate(clusters) if group != row]
        with _report_full_disk():
            self._database.executemany("UPDATE articles SET cluster = ? WHERE row = ?", shared)
            self._database.commit()

    def __enter__(self) -> CatalogWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()


@contextmanager
def _report_full_disk() -> Iterator[None]:
    """Let OSError be raised where SQLite cannot write: most likely the disk is full."""
    import sqlite3

    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(str(error)) from error


def make_article_row(row: int, article: Article, passages: int) -> ArticleRow:
    """Return what a list of articles needs to know of one."""
    return ArticleRow(
        row,
        article.id,
        article.document.path,
        article.title,
        article.publisher,
        article.date,
        article.url,
        article.section,
        article.language,
        article.start,
        article.end,
        passages,
    )


def count_passages(articles: Sequence[Article], passages: Sequence[Passage]) -> list[int]:
    """Return how many passages each article has.

    Raises ValueError when the passages do not follow the order of their articles.
    """
    counts = []
    position = 0
    for article in articles:
        first = position
        while position < len(passages) and _is_same_story(passages[position].article, article):
            position += 1
        counts.append(position - first)
    if position != len(passages):
        raise ValueError(
            f"passage {position} belongs to no article, or not to the one whose turn it is"
        )
    return counts


def _is_same_story(one: Article, other: Article) -> bool:
    """Return whether two articles stand in the same place.

    The same text in two files has one id.
    """
    return (
        one.id == other.id and one.document.path == other.document.path and one.start == other.start
    )
