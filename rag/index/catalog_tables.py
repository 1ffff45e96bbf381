"""The SQLite file of documents, articles and passages: its tables, and how they are filled.

Rows are numbered from 0 in the order they were given; the passages of an article have consecutive
rows, so that an article knows them by the first and their number. Texts are stored as UTF-8 with
lone surrogates kept: every string that Python can hold comes back. A day is ``date.toordinal()``, 0
when unknown. Places and edits are JSON: a list of lists.
"""

from __future__ import annotations

import datetime
import itertools
import json
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any

from rag.records import PLACE_KINDS, Document, Edit, Place
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from rag.index.catalog_rows import ArticleRow
    from rag.records import Article, Filters, Passage

DATABASE = "catalog.sqlite"

# No journal and no waiting for the disk: a build that dies leaves a folder that is thrown away
# whole, and the generation is synced as a whole before it is put in force.
_SCHEMA = """
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
    import sqlite3

    document_rows = {document.path: row for row, document in enumerate(documents)}
    counts = count_passages(articles, passages)
    tables = {
        "documents": itertools.starmap(make_document_row, enumerate(documents)),
        "articles": _make_article_rows(articles, document_rows, counts, clusters),
        "passages": _make_passage_rows(passages, counts),
    }
    try:
        with closing(sqlite3.connect(folder / DATABASE)) as database:
            database.executescript(_SCHEMA)
            for table, rows in tables.items():
                columns = database.execute(f"SELECT * FROM {table}").description
                placeholders = make_placeholders(columns)
                database.executemany(f"INSERT INTO {table} VALUES ({placeholders})", rows)
            database.commit()
    except sqlite3.OperationalError as error:  # a full disk, most likely
        raise OSError(str(error)) from error


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


def _make_article_rows(
    articles: Sequence[Article],
    document_rows: Mapping[str, int],
    counts: Sequence[int],
    clusters: Sequence[int],
) -> Iterator[tuple[object, ...]]:
    first_passage = 0
    for row, (article, count, cluster) in enumerate(zip(articles, counts, clusters, strict=True)):
        yield (
            row,
            article.id,
            document_rows[article.document.path],
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
            cluster,
        )
        first_passage += count


def _make_passage_rows(
    passages: Sequence[Passage], counts: Sequence[int]
) -> Iterator[tuple[object, ...]]:
    row = 0
    for article_row, count in enumerate(counts):
        for passage in passages[row : row + count]:
            yield row, passage.id, article_row, passage.start, passage.end
            row += 1


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


def summarise_articles(
    articles: Sequence[Article | ArticleRow], passages: Sequence[Passage]
) -> dict[str, object]:
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
    passages_by_language = Counter(passage.article.language for passage in passages)
    return {
        "dates": [days[0].isoformat(), days[-1].isoformat()] if days else [None, None],
        "publishers": dict(sorted(publishers.items())),
        "languages": dict(sorted(languages.items())),
        # The first one is the index's main language: whoever reads it need not sort.
        "passages_by_language": dict(passages_by_language.most_common()),
    }


def list_statements() -> set[str]:
    """Return the statements that make a catalog's tables and indexes, as SQLite keeps them."""
    statements = (statement.strip() for statement in _SCHEMA.split(";"))
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
