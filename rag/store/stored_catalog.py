"""Documents, articles and passages of a store. Documents and articles once read are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rag.index.catalog_rows import (
    MAX_LISTED_IDS,
    ArticleRow,
    Owner,
    require_one_id,
    unpack_attribution,
    unpack_day,
)
from rag.index.catalog_tables import pack, unpack, unpack_document
from rag.records import Article, Coverage, Passage
from rag.store.conditions import make_condition
from rag.store.damaged_rows import explain_rows, require_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from rag.records import Document, Filters
    from rag.store.snapshot import Snapshot

_ARTICLES = (
    "SELECT a.row, a.id, a.document, a.title, a.publisher_name, a.day, a.url, a.section,"
    ' a.language, a.start, a."end" FROM articles a WHERE a.row = ANY (%(rows)s)'
)
_DOCUMENTS = (
    "SELECT row, path, text, sha256, media_type, encoding, format, format_version, places, edits"
    " FROM documents WHERE row = ANY (%(rows)s)"
)
# Bytes are compared as code points are: the order is that of the paths.
_IN_ORDER = "ORDER BY d.path, a.start"


@explain_rows
class StoredCatalog:
    """The records of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Read nothing yet."""
        self._snapshot = snapshot
        self._select = snapshot.select
        self._documents: dict[int, Document] = {}
        self._articles: dict[int, Article] = {}
        self._owners: dict[int, tuple[Owner, str]] = {}

    def languages(self, rows: Sequence[int]) -> list[str]:
        """Return the language of each of these passages."""
        return [language for _, language in self._read_owners(rows)]

    def owners_of(self, rows: Sequence[int]) -> list[Owner]:
        """Return the article of each of these passages."""
        return [owner for owner, _ in self._read_owners(rows)]

    def _read_owners(self, rows: Sequence[int]) -> list[tuple[Owner, str]]:
        numbers = [int(row) for row in rows]
        missing = [row for row in numbers if row not in self._owners]
        if missing:
            selected = self._select(
                "SELECT p.row, p.article, a.cluster, p.day, p.language"
                " FROM passages p JOIN articles a ON a.row = p.article"
                " WHERE p.row = ANY (%(rows)s)",
                {"rows": missing},
            )
            for row, article, cluster, day, language in selected:
                self._owners[row] = (Owner(article, cluster, day), language)
        return [self._owners[row] for row in numbers]

    def passages(self, rows: Iterable[int]) -> list[Passage]:
        """Return these passages, with their articles and documents."""
        numbers = [int(row) for row in rows]
        selected = self._select(
            'SELECT row, id, article, start, "end" FROM passages WHERE row = ANY (%(rows)s)',
            {"rows": numbers},
        )
        articles = self._read_articles(article for _, _, article, _, _ in selected)
        passage_of_row = {}
        for row, passage_id, article, start, end in selected:
            passage_of_row[row] = Passage(passage_id, articles[article], start, end)
        return [passage_of_row[row] for row in numbers]

    def _read_articles(self, rows: Iterable[int]) -> dict[int, Article]:
        """Return articles by their rows, all that are missing read at once."""
        wanted = dict.fromkeys(rows)
        missing = [row for row in wanted if row not in self._articles]
        if missing:
            selected = self._select(_ARTICLES, {"rows": missing})
            documents = self._read_documents(document for _, _, document, *_ in selected)
            for row, article_id, document, *stated, language, start, end in selected:
                attribution = unpack_attribution(*stated)
                place = (language, start, end)
                article = attribution.make_article(article_id, documents[document], *place)
                self._articles[row] = article
        return {row: self._articles[row] for row in wanted}

    def _read_documents(self, rows: Iterable[int]) -> dict[int, Document]:
        wanted = dict.fromkeys(rows)
        missing = [row for row in wanted if row not in self._documents]
        if missing:
            for row, *values in self._select(_DOCUMENTS, {"rows": missing}):
                self._documents[row] = unpack_document(tuple(values))
        return {row: self._documents[row] for row in wanted}

    def read_document(self, row: int) -> Document:
        """Return the document of a row."""
        return self._read_documents([row])[row]

    def document(self, path: str) -> Document:
        """Return the document of this path. Raises KeyError when there is none."""
        rows = self._select("SELECT row FROM documents WHERE path = %(path)s", {"path": pack(path)})
        if not rows:
            raise KeyError(path)
        [(row,)] = rows
        return self.read_document(row)

    def reprints(self, article_id: str) -> list[Article]:
        """Return the other articles of an article's group of near-duplicates, undated ones last."""
        selected = self._select(
            "SELECT a.row FROM articles a JOIN documents d ON d.row = a.document"
            " WHERE a.id != %(id)s"
            " AND a.cluster = (SELECT cluster FROM articles WHERE id = %(id)s)"
            " ORDER BY a.day = 0, a.day, d.path, a.start",
            {"id": article_id},
        )
        return list(self._read_articles(row for (row,) in selected).values())

    def stories_at(self, path: str) -> list[Article]:
        """Return the articles of the document of this path, in order."""
        selected = self._select(
            "SELECT a.row FROM articles a JOIN documents d ON d.row = a.document"
            " WHERE d.path = %(path)s ORDER BY a.start",
            {"path": pack(path)},
        )
        return list(self._read_articles(row for (row,) in selected).values())

    def articles(self, filters: Filters | None = None) -> Iterator[ArticleRow]:
        """Yield the articles that filters let through, in order, without reading their texts."""
        condition = make_condition(filters)
        selected = self._select(
            "SELECT a.row, a.id, d.path, a.title, a.publisher_name, a.day, a.url, a.section,"
            ' a.language, a.start, a."end", a.passages'
            " FROM articles a JOIN documents d ON d.row = a.document"
            f" WHERE {condition.sql} {_IN_ORDER}",
            condition.values,
        )
        for row, article_id, path, title, name, day, url, section, *place in selected:
            attribution = unpack_attribution(title, name, day, url, section)
            yield ArticleRow(row, article_id, unpack(path) or "", *attribution, *place)

    def list_formats(self) -> list[tuple[str, str, int]]:
        """Return path, format and version of the format of every document."""
        rows = self._select("SELECT path, format, format_version FROM documents ORDER BY path")
        return [(unpack(path) or "", name, version) for path, name, version in rows]

    def paths_with(self, sha256: str) -> list[str]:
        """Return the paths of the documents whose files had these bytes."""
        rows = self._select(
            "SELECT path FROM documents WHERE sha256 = %(sha256)s", {"sha256": sha256}
        )
        return [unpack(path) or "" for (path,) in rows]

    def count_encodings(self) -> dict[str, int]:
        """Return how many documents are read by each codec, the most frequent first."""
        return dict(
            self._select("SELECT encoding, count(*) FROM documents GROUP BY 1 ORDER BY 2 DESC")
        )

    def article_rows(self, article_id: str) -> range:
        """Return the passage rows of an article, none when it is unknown."""
        rows = self._select(
            "SELECT first, passages FROM articles WHERE id = %(id)s", {"id": article_id}
        )
        if not rows:
            return range(0)
        [(first, count)] = rows
        next_row = self._snapshot.state.next_row
        require_rows(0 <= first < first + count <= next_row, "an article without passages")
        return range(first, first + count)

    def rows_where(self, filters: Filters) -> NDArray[np.int64] | None:
        """Return the passages that a search may find, in order; None when nothing is excluded."""
        if not any(filters):
            return None
        condition = make_condition(filters)
        rows = self._select(
            f"SELECT row FROM passages WHERE {condition.sql} ORDER BY row", condition.values
        )
        return np.array([row for (row,) in rows], np.int64)

    def coverage(self, filters: Filters) -> Coverage:
        """Return what a search under these filters reads: articles, days, publishers."""
        condition = make_condition(filters)
        [(articles, first, last, publishers)] = self._select(
            "SELECT count(*), min(nullif(day, 0)), max(nullif(day, 0)),"
            f" count(DISTINCT publisher_name) FROM articles WHERE {condition.sql}",
            condition.values,
        )
        return Coverage(articles, unpack_day(first), unpack_day(last), publishers)

    def find_by_id_prefix(self, prefix: str) -> Passage | Article | None:
        """Return the passage or article whose id begins so, None when there is none.

        Raises UsageError when there are several.
        """
        if not (prefix.isascii() and prefix.isalnum()):
            return None
        article_ids = self._select_ids("articles", prefix.lower())
        passage_ids = self._select_ids("passages", prefix.lower())
        ids = sorted({*passage_ids, *article_ids})
        if not ids:
            return None
        require_one_id(prefix, ids)
        if article_ids:
            [row] = article_ids.values()
            return self._read_articles([row])[row]
        [passage] = self.passages(passage_ids.values())
        return passage

    def _select_ids(self, table: str, prefix: str) -> dict[str, int]:
        """Return the ids of a table that begin so, and their rows; one more than are listed."""
        return dict(
            self._select(
                f"SELECT id, min(row) FROM {table} WHERE id LIKE %(pattern)s"
                " GROUP BY id ORDER BY id LIMIT %(limit)s",
                {"pattern": f"{prefix}%", "limit": MAX_LISTED_IDS + 1},
            )
        )
