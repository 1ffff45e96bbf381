"""What can still be read of a damaged index: articles that no file holds any more.

Here a generation is read without its checksums, row by row, so that one bad page of the catalog
loses what stands on it and no more. What comes back has to prove itself: a document by the SHA-256
of its file, an article by its id, which is a checksum of its content.
"""

from __future__ import annotations

import hashlib
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.index.catalog_tables import DATABASE, unpack
from rag.records import Document

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from rag.records import Article

MAX_NAMED = 5  # files named in a warning; chosen by hand: they fit on two lines
# A row of a document holds the 64 digits of a checksum: no file has more rows than that allows,
# whatever a damaged page says.
_MIN_ROW_BYTES = 64


class Salvage(NamedTuple):
    """The stories that were read, and what could not be."""

    stories: list[Article]
    warnings: tuple[str, ...]


def salvage_stories(
    folder: Path,
    present_paths: Collection[str],
    find_stories: Callable[[Sequence[Document]], list[Article]],
    *,
    trusted: bool,
) -> Salvage:
    """Return the stories of a generation's documents that are at none of these paths.

    ``trusted``: the catalog is what was written, and nothing of it needs to be proven.
    """
    import sqlite3

    path = folder / DATABASE
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        database = sqlite3.connect(uri, uri=True)
        with closing(database):
            database.text_factory = _decode_leniently
            limit = path.stat().st_size // _MIN_ROW_BYTES
            return _read_gone_stories(
                _Rows(database, limit), present_paths, find_stories, trusted=trusted
            )
    except (sqlite3.Error, OSError) as error:
        return Salvage([], (f"nothing of {path} can be read: {error}",))


def _read_gone_stories(
    rows: _Rows,
    present_paths: Collection[str],
    find_stories: Callable[[Sequence[Document]], list[Article]],
    *,
    trusted: bool,
) -> Salvage:
    ids_of_document = _read_article_ids(rows)
    stories: list[Article] = []
    damaged_paths: list[str] = []
    unreadable = 0
    for row, values in rows.read("documents", "path, text, sha256, media_type, encoding"):
        document = _make_document(values)
        if document is None:
            unreadable += 1
            continue
        if document.path in present_paths:
            continue
        document_stories = find_stories([document])
        if not (trusted or _is_proven(document)):
            known_ids = ids_of_document.get(row, set())
            document_stories = [story for story in document_stories if story.id in known_ids]
            if len(document_stories) < max(1, len(known_ids)):
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


class _Rows:
    """The rows of a catalog, each read by itself."""

    def __init__(self, database: sqlite3.Connection, limit: int) -> None:
        self._database = database
        self._limit = limit

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


def _read_article_ids(rows: _Rows) -> dict[int, set[str]]:
    """Return the ids of each document's articles, as far as they can be read."""
    import sqlite3

    ids: dict[int, set[str]] = {}
    try:
        for _, values in rows.read("articles", "document, id"):
            if values is not None:
                document, article_id = values
                ids.setdefault(document, set()).add(article_id)
    except sqlite3.Error:
        pass  # then only documents that prove themselves are taken over
    return ids


def _make_document(values: tuple[Any, ...] | None) -> Document | None:
    """Return the document of a row; None when it holds none."""
    if values is None:
        return None
    path, text, sha256, media_type, encoding = values
    try:
        return Document(
            unpack(path) or "", unpack(text) or "", str(sha256), str(media_type), str(encoding)
        )
    except (UnicodeDecodeError, AttributeError):  # changed bytes, a value of another type
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
