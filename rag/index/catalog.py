"""Documents, articles and passages of a generation, in one SQLite file. An open catalog reads only what is asked of it.

Rows are numbered from 0 in the order they were given; the passages of an article have consecutive rows. Texts are stored as
UTF-8 with lone surrogates kept: every string that Python can hold comes back.
"""

from __future__ import annotations

import datetime
from collections import Counter
from contextlib import closing
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.errors import IndexDamaged, UsageError
from rag.records import Article, Coverage, Document, Filters, Passage
from rag.text.words import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

DATABASE = "catalog.sqlite"

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE documents (row INTEGER PRIMARY KEY, path BLOB, text BLOB, sha256 TEXT, media_type TEXT, encoding TEXT);
CREATE TABLE articles (row INTEGER PRIMARY KEY, id TEXT, document INTEGER, title BLOB, publisher BLOB, publisher_key BLOB,
                       day INTEGER, url BLOB, language TEXT, start INTEGER, "end" INTEGER, first INTEGER, passages INTEGER,
                       cluster INTEGER);
CREATE TABLE passages (row INTEGER PRIMARY KEY, id TEXT, article INTEGER, start INTEGER, "end" INTEGER);
CREATE INDEX document_paths ON documents (path);
CREATE INDEX article_ids ON articles (id);
CREATE INDEX article_clusters ON articles (cluster);
CREATE INDEX passage_ids ON passages (id);
"""


class Owner(NamedTuple):
    """The article of a passage, its group of reprints, and its day, 0 when unknown."""

    article: int
    cluster: int
    day: int


class ArticleRow(NamedTuple):
    """What a list of articles needs to know of one, its text left on disk."""

    row: int
    id: str
    path: str
    title: str
    publisher: str | None
    date: datetime.date | None
    url: str | None
    language: str
    start: int
    end: int
    passages: int


def write_catalog(
    folder: Path,
    documents: Sequence[Document],
    articles: Sequence[Article],
    passages: Sequence[Passage],
    clusters: Sequence[int],
) -> None:
    """Write the records of a generation into its folder; ``clusters``: the group of reprints of each article.

    Raises OSError when the disk takes no more, ValueError when the passages do not follow the order of their articles.
    """
    import sqlite3

    owner = {document.path: row for row, document in enumerate(documents)}
    starts, owners = _group(articles, passages)
    tables: dict[str, Iterable[tuple[object, ...]]] = {
        "documents": (
            (n, _pack(d.path), _pack(d.text), d.sha256, d.media_type, d.encoding)
            for n, d in enumerate(documents)
        ),
        "articles": (
            (
                n,
                a.id,
                owner[a.document.path],
                *_described(a),
                a.start,
                a.end,
                starts[n],
                starts[n + 1] - starts[n],
                cluster,
            )
            for n, (a, cluster) in enumerate(zip(articles, clusters, strict=True))
        ),
        "passages": ((n, p.id, owners[n], p.start, p.end) for n, p in enumerate(passages)),
    }
    try:
        with closing(sqlite3.connect(folder / DATABASE)) as database:
            database.executescript(_SCHEMA)
            for table, rows in tables.items():
                columns = len(database.execute(f"SELECT * FROM {table}").description)
                database.executemany(f"INSERT INTO {table} VALUES ({_marks(range(columns))})", rows)
            database.commit()
    except sqlite3.OperationalError as error:
        raise OSError(str(error)) from error


def _group(articles: Sequence[Article], passages: Sequence[Passage]) -> tuple[list[int], list[int]]:
    """Find where each article's passages start (with one past the last), and the article of each passage."""

    def place(article: Article) -> tuple[str, str, int]:
        return article.id, article.document.path, article.start

    starts, owners = [0], []
    for row, article in enumerate(articles):
        position = starts[-1]
        while position < len(passages) and place(passages[position].article) == place(article):
            owners.append(row)
            position += 1
        starts.append(position)
    if starts[-1] != len(passages):
        raise ValueError(
            f"passage {starts[-1]} belongs to no article, or not to the one whose turn it is"
        )
    return starts, owners


def _described(article: Article) -> tuple[object, ...]:
    key, day = fold(article.publisher or ""), article.date.toordinal() if article.date else 0
    return (
        _pack(article.title),
        _pack(article.publisher),
        _pack(key),
        day,
        _pack(article.url),
        article.language,
    )


def summarise_articles(
    articles: Sequence[Article], passages: Sequence[Passage]
) -> dict[str, object]:
    """What an index holds, for its manifest: first and last date, and the numbers by publisher and language."""
    dates = [article.date for article in articles if article.date]
    publishers = Counter(article.publisher for article in articles if article.publisher)
    languages = Counter(article.language for article in articles)
    return {
        "dates": [min(dates).isoformat(), max(dates).isoformat()] if dates else [None, None],
        "publishers": dict(sorted(publishers.items())),
        "languages": dict(sorted(languages.items())),
        "passages_by_language": dict(
            Counter(passage.article.language for passage in passages).most_common()
        ),
    }


class Catalog:
    """The records of a generation, for reading."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self._documents: dict[int, Document] = {}
        self._articles: dict[int, Article] = {}

    def checked(self, name: str) -> Path:
        """The path of a file of the generation, once its checksum has been found right."""
        raise NotImplementedError

    @cached_property
    def _database(self) -> sqlite3.Connection:
        import sqlite3

        uri = f"{self.checked(DATABASE).absolute().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, check_same_thread=False)

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        import sqlite3

        try:
            return self._database.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise IndexDamaged(
                f"{DATABASE} cannot be read: {error}", hint="rag index --rebuild"
            ) from error

    def languages(self, rows: Sequence[int]) -> list[str]:
        """The language of each of these passages."""
        query = f"SELECT p.row, a.language FROM passages p JOIN articles a ON a.row = p.article WHERE p.row IN ({_marks(rows)})"
        known = dict(self._rows(query, *map(int, rows)))
        return [known[int(row)] for row in rows]

    def owners_of(self, rows: Sequence[int]) -> list[Owner]:
        """The article of each of these passages."""
        join = "passages p JOIN articles a ON a.row = article"
        query = f"SELECT p.row, article, cluster, day FROM {join} WHERE p.row IN ({_marks(rows)})"
        known = {row: Owner(*about) for row, *about in self._rows(query, *map(int, rows))}
        return [known[int(row)] for row in rows]

    def reprints(self, article_id: str) -> list[Article]:
        """The other articles of an article's group, earliest first."""
        rows = self._rows(
            "SELECT cluster FROM articles WHERE id = ? ORDER BY row LIMIT 1", article_id
        )
        query = "SELECT row FROM articles WHERE cluster = ? AND id != ? ORDER BY day = 0, day, row"
        return [
            self._article(row)
            for [cluster] in rows
            for [row] in self._rows(query, cluster, article_id)
        ]

    def passages(self, rows: Iterable[int]) -> list[Passage]:
        """These passages, with their articles and documents; a document's text is read once."""
        found = []
        for row in rows:
            [(key, article, start, end)] = self._rows(
                'SELECT id, article, start, "end" FROM passages WHERE row = ?', int(row)
            )
            found.append(Passage(key, self._article(article), start, end))
        return found

    def _article(self, row: int) -> Article:
        if row not in self._articles:
            [(key, document, title, publisher, day, url, language, start, end)] = self._rows(
                'SELECT id, document, title, publisher, day, url, language, start, "end" FROM articles WHERE row = ?',
                row,
            )
            facts = _facts(title, publisher, day, url)
            self._articles[row] = Article(
                key, self._document(document), *facts, language, start, end
            )
        return self._articles[row]

    def _document(self, row: int) -> Document:
        if row not in self._documents:
            [(path, text, *rest)] = self._rows(
                "SELECT path, text, sha256, media_type, encoding FROM documents WHERE row = ?", row
            )
            self._documents[row] = Document(_unpack(path) or "", _unpack(text) or "", *rest)
        return self._documents[row]

    def document(self, path: str) -> Document:
        """The document of this path. Raises KeyError when there is none."""
        rows = self._rows("SELECT row FROM documents WHERE path = ?", _pack(path))
        if not rows:
            raise KeyError(path)
        return self._document(rows[0][0])

    def articles(self) -> Iterator[ArticleRow]:
        """List the articles in order without reading their texts."""
        query = (
            'SELECT a.row, a.id, d.path, a.title, a.publisher, a.day, a.url, a.language, a.start, a."end", a.passages'
            " FROM articles a JOIN documents d ON d.row = a.document ORDER BY a.row"
        )
        for row, key, path, title, publisher, day, url, *rest in self._rows(query):
            yield ArticleRow(
                row, key, _unpack(path) or "", *_facts(title, publisher, day, url), *rest
            )

    def article_rows(self, article_id: str) -> range:
        """The passage rows of an article, none when it is unknown; the first where a story stands in several files."""
        rows = self._rows(
            "SELECT first, passages FROM articles WHERE id = ? ORDER BY row LIMIT 1", article_id
        )
        first, count = rows[0] if rows else (0, 0)
        return range(first, first + count)

    def rows_where(self, filters: Filters) -> NDArray[np.int64] | None:
        """The passage rows that a search may return, in order; None when nothing is excluded.

        An undated article is in no range of dates. Publishers are compared without case and accents.
        """
        import numpy as np

        if not any(filters):
            return None
        where, values = _where(filters)
        rows = self._rows(
            f"SELECT first, passages FROM articles WHERE {where} ORDER BY row", *values
        )
        first, count = np.array(rows, dtype=np.int64).reshape(-1, 2).T
        return np.repeat(first - count.cumsum() + count, count) + np.arange(count.sum())

    def coverage(self, filters: Filters) -> Coverage:
        """What a search under these filters reads: articles, their first and last day, how many publishers."""
        where, values = _where(filters)
        facts = "count(*), min(nullif(day, 0)), max(nullif(day, 0)), count(DISTINCT publisher)"
        [(articles, *days, publishers)] = self._rows(
            f"SELECT {facts} FROM articles WHERE {where}", *values
        )
        first, last = (day and datetime.date.fromordinal(day) for day in days)
        return Coverage(articles, first, last, publishers)

    def find_by_id_prefix(self, prefix: str) -> Passage | Article | None:
        """The passage or article whose id begins so, None when there is none. Raises UsageError when there are several."""
        if not (prefix.isascii() and prefix.isalnum()):
            return None
        first, beyond = prefix.lower(), prefix.lower() + "g"
        query = "SELECT DISTINCT id FROM {} WHERE id >= ? AND id < ? ORDER BY id LIMIT 9"
        found = {
            key: table
            for table in ("passages", "articles")
            for (key,) in self._rows(query.format(table), first, beyond)
        }
        if len(found) > 1:
            raise UsageError(
                f"{prefix} may be {', '.join(sorted(found)[:8])}", hint="give more digits of the id"
            )
        if not found:
            return None
        [(key, table)] = found.items()
        [(row,)] = self._rows(f"SELECT min(row) FROM {table} WHERE id = ?", key)
        return self._article(row) if table == "articles" else self.passages([row])[0]

    def close(self) -> None:
        """Let go of the files."""
        if "_database" in self.__dict__:
            self._database.close()


def _where(filters: Filters) -> tuple[str, list[object]]:
    """The articles that the filters let through, as a condition with its values."""
    wanted: dict[str, list[object]] = {}
    if filters.since or filters.until:
        days = filters.since or datetime.date.min, filters.until or datetime.date.max
        wanted["day BETWEEN ? AND ?"] = [day.toordinal() for day in days]
    if filters.publishers:
        wanted[f"publisher_key IN ({_marks(filters.publishers)})"] = [
            _pack(fold(name)) for name in filters.publishers
        ]
    if filters.languages:
        codes = [
            language for language in filters.languages if language.isascii()
        ]  # SQLite takes no lone surrogates
        wanted[f"language IN ({_marks(codes)})"] = list(codes)
    return " AND ".join(wanted) or "true", [*chain(*wanted.values())]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _facts(
    title: bytes, publisher: bytes | None, day: int, url: bytes | None
) -> tuple[str, str | None, datetime.date | None, str | None]:
    return (
        _unpack(title) or "",
        _unpack(publisher),
        datetime.date.fromordinal(day) if day else None,
        _unpack(url),
    )


def _pack(text: str | None) -> bytes | None:
    return None if text is None else text.encode("utf-8", "surrogatepass")


def _unpack(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "surrogatepass")
