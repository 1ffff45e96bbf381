"""The SQLite file of documents, articles and passages: its tables, and how they are filled.

Rows are numbered from 0 in the order they were given; the passages of an article have consecutive
rows, so that an article knows them by the first and their number. Texts are stored as UTF-8 with
lone surrogates kept: every string that Python can hold comes back. A day is ``date.toordinal()``, 0
when unknown. Places and edits are JSON: a list of lists.
"""

from __future__ import annotations

import datetime
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from rag.records import PLACE_KINDS, Document, Edit, Place
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.index.catalog_rows import ArticleRow
    from rag.records import Article, Filters

DATABASE = "catalog.sqlite"

# No journal and no waiting for the disk: a build that dies leaves a folder that is thrown away
# whole, and the generation is synced as a whole before it is put in force.
SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE documents (
    row INTEGER PRIMARY KEY, path BLOB, text BLOB, sha256 TEXT, media_type TEXT, encoding TEXT,
    format TEXT, format_version INTEGER, places BLOB, edits BLOB
);
CREATE TABLE articles (
    row INTEGER PRIMARY KEY, id TEXT, document INTEGER, title BLOB, publisher BLOB,
    publisher_key BLOB, day INTEGER, url BLOB, section BLOB, language TEXT, start INTEGER,
    "end" INTEGER, first INTEGER, passages INTEGER, cluster INTEGER
);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, id TEXT, article INTEGER, start INTEGER, "end" INTEGER
);
CREATE INDEX document_paths ON documents (path);
CREATE INDEX article_ids ON articles (id);
CREATE INDEX article_clusters ON articles (cluster);
CREATE INDEX passage_ids ON passages (id);
"""


def make_document_row(row: int, document: Document) -> tuple[object, ...]:
    """Return a document as every store keeps it."""
    return (
        row,
        pack(document.path),
        pack(document.text),
        document.sha256,
        document.media_type,
        document.encoding,
        document.format,
        document.format_version,
        pack_rows(document.places),
        pack_rows(document.edits),
    )


def summarise_articles(articles: Iterable[Article | ArticleRow]) -> dict[str, object]:
    """Return what the manifest says of the articles: first and last day, publishers, languages."""
    days = []
    publishers: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    for article in articles:
        languages[article.language] += 1
        if article.publisher:
            publishers[article.publisher] += 1
        if article.date:
            days.append(article.date)
    days.sort()
    return {
        "dates": [days[0].isoformat(), days[-1].isoformat()] if days else [None, None],
        "publishers": dict(sorted(publishers.items())),
        "languages": dict(sorted(languages.items())),
    }


def summarise_rows(rows: Sequence[ArticleRow]) -> dict[str, object]:
    """Return what the manifest says of articles, with how many passages each language has."""
    passages: Counter[str] = Counter()
    for row in rows:
        if row.passages:
            passages[row.language] += row.passages
    # The first one is the index's main language: whoever reads it need not sort.
    return {**summarise_articles(rows), "passages_by_language": dict(passages.most_common())}


def list_statements() -> set[str]:
    """Return the statements that make a catalog's tables and indexes, as SQLite keeps them."""
    statements = (statement.strip() for statement in SCHEMA.split(";"))
    return {statement for statement in statements if statement.startswith("CREATE")}


def make_condition(filters: Filters) -> tuple[str, list[object]]:
    """Return the articles that the filters let through, as an SQL condition with its values."""
    conditions: list[str] = []
    values: list[object] = []
    if filters.since or filters.until:
        first = filters.since or datetime.date.min  # day 1: an undated article has day 0
        last = filters.until or datetime.date.max
        conditions.append("day BETWEEN ? AND ?")
        values += [first.toordinal(), last.toordinal()]
    if filters.publishers:
        placeholders = make_placeholders(filters.publishers)
        conditions.append(f"publisher_key IN ({placeholders})")
        for name in filters.publishers:
            key = fold(name)
            values.append(pack(key))
    if filters.languages:
        # SQLite takes no lone surrogates, and no language code has any.
        codes = [language for language in filters.languages if language.isascii()]
        placeholders = make_placeholders(codes)
        conditions.append(f"language IN ({placeholders})")
        values += codes
    condition = " AND ".join(conditions)
    return condition or "true", values


def make_placeholders(values: Sequence[object]) -> str:
    """Return as many question marks as there are values, for an SQL statement."""
    return ", ".join("?" * len(values))


def pack(text: str | None) -> bytes | None:
    """Return a text as it is stored."""
    return None if text is None else text.encode("utf-8", "surrogatepass")


def pack_rows(rows: Sequence[tuple[object, ...]]) -> bytes | None:
    """Return places or edits as they are stored: nothing where there is none."""
    if not rows:
        return None
    return json.dumps(rows, separators=(",", ":")).encode("ascii")


def unpack_document(values: tuple[Any, ...]) -> Document:
    """Return the document of a row without its number.

    Raises ValueError, TypeError or AttributeError for what is never written.
    """
    path, packed_text, *facts, version, places, edits = values
    if not all(isinstance(fact, str) for fact in facts):
        raise ValueError("a document without checksum")
    if not isinstance(version, int):
        raise TypeError("a format without version")
    sha256, media_type, encoding, name = facts
    text = unpack(packed_text) or ""
    return Document(
        unpack(path) or "",
        text,
        sha256,
        media_type,
        encoding,
        name,
        version,
        unpack_places(places, len(text)),
        unpack_edits(edits, len(text)),
    )


def unpack_places(data: bytes | None, length: int) -> tuple[Place, ...]:
    """Return stored places of a text of this length.

    Raises ValueError, TypeError or KeyError for what is never written.
    """
    places = tuple(Place(*row) for row in _unpack_rows(data))
    position = 0
    for place in places:
        if not position <= place.offset <= length:
            raise ValueError("a place outside its document")
        if place.kind not in PLACE_KINDS or not isinstance(place.name, str):
            raise ValueError("a place of no kind")
        position = place.offset
    return places


def unpack_edits(data: bytes | None, length: int) -> tuple[Edit, ...]:
    """Return stored edits of a text of this length.

    Raises ValueError or TypeError for what is never written.
    """
    edits = tuple(Edit(*row) for row in _unpack_rows(data))
    position = 0
    for edit in edits:
        if not position <= edit.start <= edit.end <= length or not isinstance(edit.text, str):
            raise ValueError("an edit outside its document")
        position = edit.end
    return edits


def _unpack_rows(data: bytes | None) -> list[list[Any]]:
    """Return stored rows, each of which begins with a number."""
    if data is None:
        return []
    rows = json.loads(data)
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ValueError("no rows")
    return rows


def unpack(data: bytes | None) -> str | None:
    """Return a stored text."""
    return None if data is None else data.decode("utf-8", "surrogatepass")
