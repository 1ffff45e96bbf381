"""What can still be read of a damaged index: articles that no file holds any more.

Here a generation is read without its checksums, row by row, so that one bad page of the catalog
loses what stands on it and no more. What comes back has to prove itself: a document by the SHA-256
of its file, an article by its id, which is a checksum of its content.
"""

from __future__ import annotations

import datetime
import hashlib
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.index.catalog_tables import DATABASE, unpack, unpack_document
from rag.records import Article, Document, content_id

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

MAX_NAMED = 5  # files named in a warning; chosen by hand: they fit on two lines
# A row of a document holds the 64 digits of a checksum: no file has more rows than that allows,
# whatever a damaged page says.
_MIN_ROW_BYTES = 64
_OLD_COLUMNS = 6  # of documents up to format 4 of the index
_OLD_FORMAT = ("text", 1, None, None)  # of their documents, without places and edits


class Salvage(NamedTuple):
    """The stories that were read, and what could not be."""

    stories: list[Article]
    warnings: tuple[str, ...]


def salvage_stories(
    folder: Path,
    present_paths: Collection[str],
    find_stories: Callable[[Document], list[Article]],
    *,
    trusted: bool,
    removed: Collection[int] = (),
) -> Salvage:
    """Return the stories of a generation's documents that are at none of these paths.

    ``trusted``: the catalog is what was written, and nothing of it needs to be proven. ``removed``:
    the rows of articles that are gone, with all others of their documents.
    """
    import sqlite3

    path = folder / DATABASE
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        database = sqlite3.connect(uri, uri=True)
        with closing(database):
            database.text_factory = _decode_leniently
            limit = path.stat().st_size // _MIN_ROW_BYTES
            rows = _Rows(database, limit)
            passed_over = {*present_paths, *_list_removed_paths(rows, removed)}
            return _read_gone_stories(rows, passed_over, find_stories, trusted=trusted)
    except (sqlite3.Error, OSError) as error:
        return Salvage([], (f"nothing of {path} can be read: {error}",))


def _list_removed_paths(rows: _Rows, removed: Collection[int]) -> Iterator[str]:
    """Yield the paths of the documents of articles that are gone."""
    for row in removed:
        for (path,) in rows.select(
            "SELECT d.path FROM articles a JOIN documents d ON d.row = a.document WHERE a.row = ?",
            row,
        ):
            yield unpack(path) or ""


def _read_gone_stories(
    rows: _Rows,
    present_paths: Collection[str],
    find_stories: Callable[[Document], list[Article]],
    *,
    trusted: bool,
) -> Salvage:
    articles = _read_articles(rows)
    stories: list[Article] = []
    damaged_paths: list[str] = []
    unreadable = 0
    # All columns: which there are depends on the version of rag that wrote them.
    for row, values in rows.read("documents", "*"):
        document = _make_document(values)
        if document is None:
            unreadable += 1
            continue
        if document.path in present_paths:
            continue
        listed = articles.get(row, [])
        if not document.is_plain:
            # What it was extracted from is not here: its articles are those that are listed.
            document_stories = _make_articles(document, listed)
        elif trusted or _is_proven(document):
            stories += find_stories(document)
            continue
        else:
            document_stories = _choose_listed(find_stories(document), listed)
        if len(document_stories) < max(1, len(listed)):
            damaged_paths.append(document.path)
        stories += document_stories
    return Salvage(stories, tuple(_describe_losses(damaged_paths, unreadable)))


def _describe_losses(damaged_paths: Sequence[str], unreadable: int) -> Iterator[str]:
    """Yield a warning for the documents that were read in part, and for those that were not."""
    if damaged_paths:
        named = ", ".join(damaged_paths[:MAX_NAMED])
        more = ", …" if len(damaged_paths) > MAX_NAMED else ""
        yield f"damaged, and not taken over whole, {len(damaged_paths)}: {named}{more}"
    if unreadable:
        yield (
            f"documents of the damaged index that cannot be read, {unreadable}:"
            " of these only what still lies in a file is in the new one"
        )


class _ListedArticle(NamedTuple):
    """What a row says of an article; in a damaged index, values of any type."""

    id: str
    title: bytes
    publisher: bytes | None
    day: int
    url: bytes | None
    language: str
    start: int
    end: int


class _Rows:
    """The rows of a catalog, each read by itself."""

    def __init__(self, database: sqlite3.Connection, limit: int) -> None:
        self._database = database
        self._limit = limit

    def select(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query; none where they cannot be read."""
        import sqlite3

        try:
            return self._database.execute(query, values).fetchall()
        except sqlite3.Error:
            return []

    def read(self, table: str, columns: str) -> Iterator[tuple[int, tuple[Any, ...] | None]]:
        """Yield each row's number and values, None where they cannot be read.

        Raises sqlite3.Error when not even the number of rows can be read.
        """
        import sqlite3

        # "NOT INDEXED": an index of the table may be damaged where the table is not.
        query = f"SELECT max(row) FROM {table} NOT INDEXED"
        [(last,)] = self._database.execute(query).fetchall()
        for row in range(min(-1 if last is None else int(last), self._limit) + 1):
            values = None
            query = f"SELECT {columns} FROM {table} NOT INDEXED WHERE row = ?"
            with suppress(sqlite3.Error):
                values = self._database.execute(query, (row,)).fetchone()
            yield row, values


def _read_articles(rows: _Rows) -> dict[int, list[_ListedArticle]]:
    """Return the articles of each document, as far as they can be read."""
    import sqlite3

    articles: dict[int, list[_ListedArticle]] = {}
    columns = 'document, id, title, publisher, day, url, language, start, "end"'
    try:
        for _, values in rows.read("articles", columns):
            if values is not None:
                document, *listed = values
                articles.setdefault(document, []).append(_ListedArticle(*listed))
    except sqlite3.Error:
        pass  # then only documents that prove themselves are taken over
    return articles


def _choose_listed(stories: Sequence[Article], listed: Sequence[_ListedArticle]) -> list[Article]:
    """Return the stories whose ids are listed: an id is made of the content."""
    known_ids = {article.id for article in listed}
    return [story for story in stories if story.id in known_ids]


def _make_articles(document: Document, rows: Sequence[_ListedArticle]) -> list[Article]:
    """Return the articles of a document that prove themselves: an id is made of the content."""
    articles = []
    for row in rows:
        try:
            article = _make_article(document, row)
        except (TypeError, ValueError, AttributeError, OverflowError):
            continue  # changed bytes, a value of another type
        day = article.date.isoformat() if article.date else ""
        if article.id == content_id(article.title, article.publisher or "", day, article.text):
            articles.append(article)
    return articles


def _make_article(document: Document, row: _ListedArticle) -> Article:
    return Article(
        row.id,
        document,
        unpack(row.title) or "",
        unpack(row.publisher),
        datetime.date.fromordinal(row.day) if row.day else None,
        unpack(row.url),
        str(row.language),
        row.start,
        row.end,
    )


def _make_document(values: tuple[Any, ...] | None) -> Document | None:
    """Return the document of a row; None when it holds none."""
    if values is None:
        return None
    # A version of rag that read nothing but text wrote five columns behind the row.
    columns = values[1:] if len(values) > _OLD_COLUMNS else (*values[1:], *_OLD_FORMAT)
    try:
        return unpack_document(columns)
    except (ValueError, TypeError, AttributeError):  # changed bytes, a value of another type
        return None


def _is_proven(document: Document) -> bool:
    """Return whether a document's text gives the bytes whose checksum it carries."""
    try:
        data = document.text.encode(document.encoding)
    except (LookupError, ValueError):
        return False
    return hashlib.sha256(data).hexdigest() == document.sha256


def _decode_leniently(data: bytes) -> str:
    return data.decode("utf-8", "replace")
