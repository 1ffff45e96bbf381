"""Documents, articles and passages of a generation, read from one SQLite file.

``catalog_tables`` describes and writes that file.

An open catalog reads only what it is asked for: a list of articles leaves their texts on disk.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from rag.errors import IndexDamaged
from rag.index.catalog_rows import (
    MAX_LISTED_IDS,
    ArticleRow,
    Owner,
    require_one_id,
    unpack_attribution,
    unpack_day,
)
from rag.index.catalog_tables import (
    DATABASE,
    list_statements,
    make_condition,
    make_placeholders,
    pack,
    unpack,
    unpack_document,
)
from rag.index.checked_files import REBUILD_HINT, CheckedFiles, report_damage, require
from rag.records import Article, Coverage, Document, Filters, Passage

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from rag.files import Digest


# The file may have been made to harm: cells are held against their page, and nothing that it
# defines runs.
_CAUTION = "PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;"


# The tables whose rows have ids, ``i``, with the article of each, ``a``.
_ID_SOURCES = {
    "articles": "articles i JOIN articles a ON a.row = i.row",
    "passages": "passages i JOIN articles a ON a.row = i.article",
}


class Catalog(CheckedFiles):
    """The records of a generation, for reading. Documents and articles once read are kept."""

    passage_count: int | None = None  # as the manifest says; None when it is not known
    removed_articles: Collection[int] = ()  # rows that a later generation has removed

    def __init__(self, folder: Path, digests: Mapping[str, Digest]) -> None:
        """Open nothing yet."""
        super().__init__(folder, digests)
        self._documents: dict[int, Document] = {}
        self._articles: dict[int, Article] = {}

    @cached_property
    def _database(self) -> sqlite3.Connection:
        import sqlite3

        # Immutable, as a generation never changes: SQLite need not lock it, and can read it where
        # nobody may write.
        uri = f"{self.check(DATABASE).absolute().as_uri()}?mode=ro&immutable=1"
        database = sqlite3.connect(uri, uri=True, check_same_thread=False)
        try:
            database.executescript(_CAUTION)
            # A view in the place of a table could keep SQLite busy for ever.
            statements = {sql for (sql,) in database.execute("SELECT sql FROM sqlite_master")}
            require(statements == list_statements(), "other tables")
        except (sqlite3.Error, IndexDamaged):
            database.close()
            raise
        return database

    def _select(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query. Raises IndexDamaged."""
        import sqlite3

        try:
            return self._database.execute(query, values).fetchall()
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise IndexDamaged(f"{DATABASE} cannot be read: {error}", hint=REBUILD_HINT) from error

    @property
    def _is_live(self) -> str:
        """Return the SQL condition of an article, ``a``, that is not removed."""
        if not self.removed_articles:
            return "true"
        rows = ",".join(map(str, self.removed_articles))
        return f"a.row NOT IN ({rows})"

    @property
    def _holds_articles(self) -> str:
        """Return the SQL condition of a document, ``d``, of which an article is not removed."""
        if not self.removed_articles:
            return "true"
        return f"d.row IN (SELECT a.document FROM articles a WHERE {self._is_live})"

    @report_damage
    def languages(self, rows: Sequence[int]) -> list[str]:
        """Return the language of each of these passages."""
        selected = self._select(
            "SELECT p.row, a.language FROM passages p JOIN articles a ON a.row = p.article"
            f" WHERE p.row IN ({make_placeholders(rows)})",
            *map(int, rows),
        )
        language_of_row = dict(selected)
        # SQL gives them in its own order, the caller wants them in his.
        return [language_of_row[int(row)] for row in rows]

    @report_damage
    def owners_of(self, rows: Sequence[int]) -> list[Owner]:
        """Return the article of each of these passages."""
        selected = self._select(
            "SELECT p.row, article, cluster, day FROM passages p JOIN articles a ON a.row = article"
            f" WHERE p.row IN ({make_placeholders(rows)})",
            *map(int, rows),
        )
        owner_of_row = {row: Owner(*owner) for row, *owner in selected}
        return [owner_of_row[int(row)] for row in rows]

    @report_damage
    def reprints(self, article_id: str) -> list[Article]:
        """Return the other articles of an article's group of near-duplicates, undated ones last."""
        clusters = self._select(
            "SELECT cluster FROM articles WHERE id = ? ORDER BY row LIMIT 1", article_id
        )
        if not clusters:
            return []
        [(cluster,)] = clusters
        others = self._select(
            "SELECT row FROM articles WHERE cluster = ? AND id != ? ORDER BY day = 0, day, row",
            cluster,
            article_id,
        )
        return [self.read_article(row) for (row,) in others]

    @report_damage
    def passages(self, rows: Iterable[int]) -> list[Passage]:
        """Return these passages, with their articles and documents.

        A document's text is read once.
        """
        passages = []
        for passage_id, article, start, end in self._select_passages(rows):
            passage = Passage(passage_id, self.read_article(article), start, end)
            _require_place(passage, passage.article.document)
            passages.append(passage)
        return passages

    def _select_passages(self, rows: Iterable[int]) -> Iterator[tuple[Any, ...]]:
        query = 'SELECT id, article, start, "end" FROM passages WHERE row BETWEEN ? AND ?'
        if isinstance(rows, range) and rows.step == 1:
            selected = self._select(f"{query} ORDER BY row", rows.start, rows.stop - 1)
            require(len(selected) == len(rows), "passages that are not there")
            yield from selected
            return
        for row in rows:
            [values] = self._select(query, int(row), int(row))
            yield values

    @report_damage
    def read_article(self, row: int) -> Article:
        """Return the article of a row."""
        if row in self._articles:
            return self._articles[row]
        [(article_id, document, *stated, language, start, end)] = self._select(
            'SELECT id, document, title, publisher, day, url, section, language, start, "end"'
            " FROM articles WHERE row = ?",
            row,
        )
        attribution = unpack_attribution(*stated)
        place = (language, start, end)
        article = attribution.make_article(article_id, self._read_document(document), *place)
        _require_place(article, article.document)
        require(isinstance(language, str) and isinstance(article_id, str), "an article without id")
        self._articles[row] = article
        return article

    @report_damage
    def _read_document(self, row: int) -> Document:
        if row in self._documents:
            return self._documents[row]
        [values] = self._select(
            "SELECT path, text, sha256, media_type, encoding, format, format_version, places, edits"
            " FROM documents WHERE row = ?",
            row,
        )
        document = unpack_document(values)
        self._documents[row] = document
        return document

    def document(self, path: str) -> Document:
        """Return the document of this path. Raises KeyError when there is none."""
        rows = self._select(
            f"SELECT d.row FROM documents d WHERE d.path = ? AND {self._holds_articles}", pack(path)
        )
        if not rows:
            raise KeyError(path)
        return self._read_document(rows[0][0])

    @report_damage
    def list_formats(self) -> list[tuple[str, str, int]]:
        """Return path, format and version of the format of every document."""
        rows = self._select(
            "SELECT d.path, d.format, d.format_version FROM documents d"
            f" WHERE {self._holds_articles} ORDER BY d.row"
        )
        return [(unpack(path) or "", name, version) for path, name, version in rows]

    @report_damage
    def paths_with(self, sha256: str) -> list[str]:
        """Return the paths of the documents whose files had these bytes."""
        rows = self._select(
            f"SELECT d.path FROM documents d WHERE d.sha256 = ? AND {self._holds_articles}", sha256
        )
        return [unpack(path) or "" for (path,) in rows]

    @report_damage
    def stories_at(self, path: str) -> list[Article]:
        """Return the articles of the document of this path, in order."""
        rows = self._select(
            "SELECT a.row FROM articles a JOIN documents d ON d.row = a.document"
            f" WHERE d.path = ? AND {self._is_live} ORDER BY a.row",
            pack(path),
        )
        return [self.read_article(row) for (row,) in rows]

    def articles(self, filters: Filters | None = None) -> Iterator[ArticleRow]:
        """Yield the articles that filters let through, in order, without reading their texts."""
        chosen = filters if filters and any(filters) else None
        yield from self._list_articles(chosen) if chosen else self._all_articles

    @cached_property
    def _all_articles(self) -> list[ArticleRow]:
        """The rows of all articles: an update looks through them several times."""
        return self._list_articles(Filters())

    @report_damage
    def _list_articles(self, filters: Filters) -> list[ArticleRow]:
        condition, values = make_condition(filters)
        rows = self._select(
            "SELECT a.row, a.id, d.path, a.title, a.publisher, a.day, a.url, a.section,"
            ' a.language, a.start, a."end", a.passages'
            " FROM articles a JOIN documents d ON d.row = a.document"
            f" WHERE {condition} AND {self._is_live} ORDER BY a.row",
            *values,
        )
        articles = []
        for row, article_id, path, title, publisher, day, url, section, *place in rows:
            attribution = unpack_attribution(title, publisher, day, url, section)
            articles.append(ArticleRow(row, article_id, unpack(path) or "", *attribution, *place))
        return articles

    @report_damage
    def count_encodings(self) -> dict[str, int]:
        """Return how many documents are read by each codec, the most frequent first."""
        counts = self._select(
            "SELECT d.encoding, count(*) FROM documents d"
            f" WHERE {self._holds_articles} GROUP BY 1 ORDER BY 2 DESC"
        )
        return dict(counts)

    @report_damage
    def article_rows(self, article_id: str) -> range:
        """Return the passage rows of an article, none when it is unknown.

        Where a story stands in several files, those of the first.
        """
        rows = self._select(
            "SELECT a.first, a.passages FROM articles a"
            f" WHERE a.id = ? AND {self._is_live} ORDER BY a.row LIMIT 1",
            article_id,
        )
        first, count = rows[0] if rows else (0, 0)
        require(first >= 0 and count >= 0, "passages before the first")
        require(self.passage_count is None or first + count <= self.passage_count, "no passages")
        return range(first, first + count)

    @report_damage
    def rows_where(self, filters: Filters) -> NDArray[np.int64] | None:
        """Return the passage rows that a search may find, in order; None when nothing is excluded.

        An undated article is in no range of days. Publishers are compared without case and accents.
        """
        import numpy as np

        if not any(filters):
            return None
        condition, values = make_condition(filters)
        query = (
            "SELECT a.first, a.passages FROM articles a"
            f" WHERE {condition} AND {self._is_live} ORDER BY a.row"
        )
        ranges = self._select(query, *values)
        # Without an article there are still two columns.
        table = np.array(ranges, np.int64).reshape(-1, 2)
        firsts, counts = table.T
        require(table.min(initial=0) >= 0, "passages before the first")
        if self.passage_count is not None:
            require((table.sum(axis=1) <= self.passage_count).all(), "passages after the last")
            require(counts.sum() <= self.passage_count, "a passage of several articles")
        # All ranges at once: a row is its position in the output, shifted by the distance between
        # where its range begins in the table and where it begins in the output.
        starts_in_output = counts.cumsum() - counts
        shifts = np.repeat(firsts - starts_in_output, counts)
        positions = np.arange(counts.sum())
        return shifts + positions

    @report_damage
    def list_clusters(self) -> list[int]:
        """Return the group of near-duplicates of each article, by its row."""
        return [cluster for (cluster,) in self._select("SELECT cluster FROM articles ORDER BY row")]

    @report_damage
    def list_passage_rows(self, article_row: int) -> range:
        """Return the passage rows of the article of a row."""
        [(first, count)] = self._select(
            "SELECT first, passages FROM articles WHERE row = ?", article_row
        )
        return range(first, first + count)

    @report_damage
    def coverage(self, filters: Filters) -> Coverage:
        """Return what a search under these filters reads: articles, days, publishers."""
        condition, values = make_condition(filters)
        [(articles, first, last, publishers)] = self._select(
            "SELECT count(*), min(nullif(day, 0)), max(nullif(day, 0)), count(DISTINCT publisher)"
            f" FROM articles a WHERE {condition} AND {self._is_live}",
            *values,
        )
        return Coverage(articles, unpack_day(first), unpack_day(last), publishers)

    @report_damage
    def find_by_id_prefix(self, prefix: str) -> Passage | Article | None:
        """Return the passage or article whose id begins so, None when there is none.

        Raises UsageError when there are several.
        """
        ids = self.list_ids(prefix)
        if not ids:
            return None
        require_one_id(prefix, ids)
        [item_id] = ids
        article_row = self._select_first_row("articles", item_id)
        if article_row is not None:
            return self.read_article(article_row)
        row = self._select_first_row("passages", item_id)
        require(row is not None, "a passage without a row")
        [passage] = self.passages([row or 0])
        return passage

    @report_damage
    def list_ids(self, prefix: str) -> list[str]:
        """Return the ids of passages and articles that begin so, no more than tell of several."""
        if not (prefix.isascii() and prefix.isalnum()):
            return []
        first = prefix.lower()
        beyond = first + "g"  # g follows the last hexadecimal digit
        ids: set[str] = set()
        for source in _ID_SOURCES.values():
            rows = self._select(
                f"SELECT DISTINCT i.id FROM {source} WHERE i.id >= ? AND i.id < ?"
                f" AND {self._is_live} ORDER BY 1 LIMIT ?",
                first,
                beyond,
                MAX_LISTED_IDS + 1,
            )
            ids.update(item_id for (item_id,) in rows)
        return sorted(ids)

    def _select_first_row(self, table: str, item_id: str) -> int | None:
        """Return the row of an id; of a story that stands in several files the first."""
        source = _ID_SOURCES[table]
        query = f"SELECT min(i.row) FROM {source} WHERE i.id = ? AND {self._is_live}"
        [(row,)] = self._select(query, item_id)
        return None if row is None else int(row)

    def close(self) -> None:
        """Let go of the files."""
        if "_database" in self.__dict__:  # only if it has been opened
            self._database.close()


def _require_place(item: Article | Passage, document: Document) -> None:
    """Raise IndexDamaged unless an article or a passage lies in its document."""
    require(0 <= item.start <= item.end <= len(document.text), "a passage outside its document")
