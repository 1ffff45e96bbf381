"""What is added to the tables of a store: documents, articles and their passages.

All of it happens in the transaction of whoever calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.index.catalog_tables import make_document_row, pack
from rag.store.batches import list_batches
from rag.store.copying import copy_rows
from rag.store.passage_loading import PassageLoader, Place
from rag.store.stored_readings import encode_readings
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rag.index.generation_files import Contents
    from rag.records import Article, Document
    from rag.store.connection import Connection
    from rag.store.passage_loading import Sums

_DOCUMENT_TYPES = "int4 bytea bytea text text text text int4 bytea bytea text"
_ARTICLE_TYPES = (
    "int4 text int4 bytea bytea bytea bytea text int4 int4 int4 int4 int4 int4 int4 int4"
)


class FirstRows(NamedTuple):
    """The numbers from which on new rows are counted."""

    row: int
    sentence: int
    word: int


class Loaded(NamedTuple):
    """What was added: the rows of the articles by id, sums over their passages, what comes next."""

    article_rows: Mapping[str, int]
    sums: Sums
    next_rows: FirstRows


def load_contents(connection: Connection, contents: Contents, first: FirstRows) -> Loaded:
    """Add documents, articles and passages."""
    publishers = _number_publishers(connection, contents.articles)
    document_rows, first_article = _load_documents(connection, contents, first.row)
    places = {}
    for row, article in enumerate(contents.articles, first_article):
        places[article.id] = _make_place(row, article, publishers)
    loader = PassageLoader(connection, places, next_word=first.word)
    first_passage = first_article + len(contents.articles)
    batches = list_batches(contents, first_row=first_passage, first_sentence=first.sentence)
    for batch in batches:
        loader.load(batch)
    articles = _list_article_rows(contents.articles, document_rows, places, loader)
    copy_rows(connection, "articles", _ARTICLE_TYPES, articles)
    next_rows = FirstRows(
        first_passage + len(contents.passages),
        first.sentence + len(contents.tokens),
        loader.next_word,
    )
    article_rows = {article_id: place.article for article_id, place in places.items()}
    return Loaded(article_rows, loader.sums, next_rows)


def _make_place(row: int, article: Article, publishers: Mapping[bytes, int]) -> Place:
    return Place(
        row,
        article.language,
        publishers[_make_publisher_key(article)],
        article.date.toordinal() if article.date else 0,
    )


def _number_publishers(connection: Connection, articles: Iterable[Article]) -> dict[bytes, int]:
    """Return the number of each publisher, as it is compared; new ones get one."""
    keys = {_make_publisher_key(article) for article in articles}
    connection.execute(
        "INSERT INTO publishers (key) SELECT unnest(%(keys)s::bytea[]) ON CONFLICT DO NOTHING",
        {"keys": sorted(keys)},
    )
    rows = connection.execute("SELECT key, number FROM publishers").fetchall()
    return {bytes(key): number for key, number in rows}


def _make_publisher_key(article: Article) -> bytes:
    return pack(fold(article.publisher or "")) or b""


def _load_documents(
    connection: Connection, contents: Contents, first: int
) -> tuple[dict[str, int], int]:
    """Add the documents that are not there; return the row of each by path, and the next row."""
    readings = encode_readings(contents.readings)
    rows = _find_documents(connection, contents.documents)
    added = []
    for document in contents.documents:
        if document.path not in rows:
            rows[document.path] = first
            reading = readings.get(document.path)
            added.append((*make_document_row(first, document), reading))
            first += 1
    # What stands under the same path is another text, whose articles are gone already.
    paths = [row[1] for row in added]
    connection.execute("DELETE FROM documents WHERE path = ANY (%(paths)s)", {"paths": paths})
    copy_rows(connection, "documents", _DOCUMENT_TYPES, added)
    return rows, first


def _find_documents(connection: Connection, documents: Sequence[Document]) -> dict[str, int]:
    """Return the rows of those documents that the store has as they are."""
    selected = connection.execute(
        "SELECT row, path, sha256, format, format_version FROM documents"
        " WHERE path = ANY (%(paths)s)",
        {"paths": [pack(document.path) for document in documents]},
    ).fetchall()
    stored = {bytes(path): (row, tuple(facts)) for row, path, *facts in selected}
    rows = {}
    for document in documents:
        row, facts = stored.get(pack(document.path) or b"", (0, ()))
        if facts == (document.sha256, document.format, document.format_version):
            rows[document.path] = row
    return rows


def _list_article_rows(
    articles: Iterable[Article],
    document_rows: Mapping[str, int],
    places: Mapping[str, Place],
    loader: PassageLoader,
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of articles; each is a group of near-duplicates of its own as yet."""
    for article in articles:
        place = places[article.id]
        extent = loader.get_extent(place.article)
        yield (
            place.article,
            article.id,
            document_rows[article.document.path],
            pack(article.title),
            pack(article.publisher),
            pack(article.url),
            pack(article.section),
            place.language,
            place.publisher,
            place.day,
            article.start,
            article.end,
            extent.first,
            extent.passages,
            extent.sentences,
            place.article,
        )
