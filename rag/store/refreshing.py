"""A store brought up to date in one transaction: all of it is in force at once, or none of it.

1. One writer at a time: whoever comes second waits for a lock of PostgreSQL, which the server drops
   when its holder's connection ends, however it ends.
2. Everything is written in one transaction. Whoever is killed in the middle leaves nothing behind,
   and the next one begins where the last whole one ended.
3. Readers have snapshots of their own, and wait for nobody.
4. Unchanged articles keep their rows.
"""

from __future__ import annotations

import datetime
import json
import os
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.errors import IndexMissing
from rag.index.catalog_tables import summarise_articles, unpack
from rag.index.near_duplicates import group_near_duplicates
from rag.store.connection import connect, explain_errors
from rag.store.loading import FirstRows, Loaded, load_contents
from rag.store.packing import pack_numbers, unpack_numbers
from rag.store.passage_loading import TOKEN_IDS, Sums
from rag.store.removing import remove_articles, remove_everything, remove_orphans
from rag.store.stored_index import StoredIndex, open_stored_index
from rag.store.stored_vectors import make_graph
from rag.store.tables import FIELDS, FORMAT, make_sentences, make_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from rag.index.generation_files import Contents
    from rag.records import Article
    from rag.store.address import PostgresStore
    from rag.store.connection import Connection

_LOCK = 0x726167  # "rag": the first of the two numbers of the lock; the second is of the schema
_SUFFIX_BYTES = 6  # of a generation's name: two that begin at the same moment differ


class Changes(NamedTuple):
    """What a store lacks of the articles, what it has too much, and the rows of those that stay."""

    new: Sequence[Article]
    removed: Sequence[int]  # rows
    kept: Mapping[str, int]  # rows by id


class Update(NamedTuple):
    """A refresh: all articles in order, what changes of them, and the contents of the new ones.

    ``dimension``: of the vectors. ``about``: what the manifest says beside the counts.
    """

    articles: Sequence[Article]
    changes: Changes
    contents: Contents
    dimension: int
    about: Mapping[str, object]
    rebuild: bool = False


@contextmanager
def lock_store(
    store: PostgresStore, *, report_wait: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Be the only one who changes a store; whoever else does waits for its turn.

    Raises RagError.
    """
    connection = connect(store, autocommit=True)
    with closing(connection), explain_errors(store):
        key = "(%(number)s::integer, hashtext(%(schema)s))"
        values = {"number": _LOCK, "schema": store.schema}
        row = connection.execute(f"SELECT pg_try_advisory_lock{key}", values).fetchone()
        if row == (False,):
            report_wait()
            connection.execute(f"SELECT pg_advisory_lock{key}", values)
        yield  # what holds the lock is the connection


def open_previous(store: PostgresStore) -> StoredIndex | None:
    """Return the index of a store, opened; None when there is none yet. Raises RagError."""
    try:
        return open_stored_index(store)
    except IndexMissing:
        return None


def find_changes(articles: Sequence[Article], old: StoredIndex | None) -> Changes:
    """Return which articles a store lacks, and which it has that are no more, or elsewhere.

    One that stands in a file whose text has changed is new, even where it reads as before.
    """
    stored = _list_stored(old) if old is not None else {}
    new = []
    kept = {}
    for article in articles:
        facts, row = stored.get(article.id, ((), -1))
        if facts == _describe(article):
            kept[article.id] = row
        else:
            new.append(article)
    removed = [row for article_id, (_, row) in stored.items() if article_id not in kept]
    return Changes(new, removed, kept)


def _describe(article: Article) -> tuple[object, ...]:
    """Return what an article has to have in common with a stored one to be the same."""
    document = article.document
    file = (document.path, document.sha256, document.format, document.format_version)
    return (*file, article.start, article.end)


def _list_stored(old: StoredIndex) -> dict[str, tuple[tuple[object, ...], int]]:
    """Return of each stored article, by id, what ``_describe`` says and its row."""
    rows = old.snapshot.select(
        "SELECT a.id, a.row, d.path, d.sha256, d.format, d.format_version, a.start,"
        ' a."end" FROM articles a JOIN documents d ON d.row = a.document'
    )
    stored = {}
    for article_id, row, path, *facts in rows:
        stored[article_id] = ((unpack(path), *facts), row)
    return stored


def group_articles(update: Update, old: StoredIndex | None) -> list[int]:
    """Return the group of near-duplicates of each article: the place of its first one.

    The tokens of articles that stay are read from the store, those of others are at hand.
    """
    tokens: dict[str, list[NDArray[np.uint16]]] = {}
    if old is not None and update.changes.kept:
        tokens = _read_tokens(old, update.changes.kept)
    start = 0
    for passage, spans in zip(update.contents.passages, update.contents.sentences, strict=True):
        end = start + len(spans)
        tokens.setdefault(passage.article.id, []).extend(update.contents.tokens[start:end])
        start = end
    nothing = [np.empty(0, np.uint16)]  # of an article without a sentence
    joined = [np.concatenate(nothing + tokens.get(each.id, [])) for each in update.articles]
    return group_near_duplicates(update.articles, joined)


def _read_tokens(old: StoredIndex, kept: Mapping[str, int]) -> dict[str, list[NDArray[np.uint16]]]:
    """Return the token ids of the articles that stay, by id."""
    tokens: dict[str, list[NDArray[np.uint16]]] = {}
    rows = old.snapshot.select(
        "SELECT a.id, p.tokens FROM passages p JOIN articles a ON a.row = p.article ORDER BY p.row"
    )
    for article_id, data in rows:
        if article_id in kept:
            tokens.setdefault(article_id, []).append(unpack_numbers(data, "<u2"))
    return tokens


def write_update(store: PostgresStore, update: Update, groups: Sequence[int]) -> str:
    """Put an update in force and return the name of the new generation.

    ``groups``: see ``group_articles``. To be called under ``lock_store``. Raises RagError.
    """
    connection = connect(store)
    # Leaving it commits, an exception rolls everything back.
    with explain_errors(store), connection:
        make_tables(connection, store, update.dimension)
        sums = _read_sums(connection, update)
        first = _read_first_rows(connection)
        if update.rebuild:
            _empty_tables(connection, update.dimension)
        elif update.changes.removed:
            sums = _add(sums, remove_articles(connection, update.changes.removed), sign=-1)
        loaded = load_contents(connection, update.contents, first)
        remove_orphans(connection)
        _write_groups(connection, update, loaded, groups)
        _write_state(connection, update, loaded, _add(sums, loaded.sums, sign=1))
        connection.execute("ANALYZE articles, passages, sentences, terms, postings, words")
        [sentences] = connection.execute("SELECT count(*) FROM sentences").fetchone() or (0,)
        make_graph(connection, sentences)
        [name] = connection.execute("SELECT name FROM state").fetchone() or ("",)
    return str(name)


def _read_sums(connection: Connection, update: Update) -> Sums:
    """Return the sums over all passages so far; nothing for a new store, or a rebuild."""
    row = connection.execute("SELECT lengths, tokens, token_frequency FROM state").fetchone()
    if row is None or update.rebuild:
        return Sums([0] * len(FIELDS), 0, np.zeros(TOKEN_IDS, np.int32))
    lengths, tokens, data = row
    frequency = np.zeros(TOKEN_IDS, np.int32)
    stored = unpack_numbers(data, "<i4")
    frequency[: len(stored)] = stored
    return Sums(lengths, tokens, frequency)


def _add(one: Sums, other: Sums, *, sign: int) -> Sums:
    lengths = [mine + sign * its for mine, its in zip(one.lengths, other.lengths, strict=True)]
    tokens = one.tokens + sign * other.tokens
    return Sums(lengths, tokens, one.token_frequency + sign * other.token_frequency)


def _read_first_rows(connection: Connection) -> FirstRows:
    row = connection.execute("SELECT next_row, next_sentence, next_word FROM state").fetchone()
    return FirstRows(*row) if row else FirstRows(0, 0, 0)


def _empty_tables(connection: Connection, dimension: int) -> None:
    """Remove all rows; where vectors have another length now, also their table."""
    remove_everything(connection)
    row = connection.execute("SELECT dimension FROM state").fetchone()
    if row is not None and row[0] != dimension:
        connection.execute("DROP TABLE sentences")  # waits for those who read it
        make_sentences(connection, dimension)


def _write_groups(
    connection: Connection, update: Update, loaded: Loaded, groups: Sequence[int]
) -> None:
    """Write the groups of near-duplicates: of each article the row of the first of its group."""
    row_of_article = {**update.changes.kept, **loaded.article_rows}
    rows = [row_of_article[article.id] for article in update.articles]
    leaders = [rows[place] for place in groups]
    connection.execute(
        "UPDATE articles a SET cluster = n.cluster"
        " FROM unnest(%(rows)s::integer[], %(leaders)s::integer[]) AS n (row, cluster)"
        " WHERE a.row = n.row AND a.cluster != n.cluster",
        {"rows": rows, "leaders": leaders},
    )


def _write_state(connection: Connection, update: Update, loaded: Loaded, sums: Sums) -> None:
    created = datetime.datetime.now(datetime.timezone.utc)
    name = f"{created:%Y%m%dT%H%M%S%f}Z-{os.urandom(_SUFFIX_BYTES).hex()}"
    manifest = _make_manifest(connection, update, created)
    greatest = int(np.flatnonzero(sums.token_frequency).max(initial=0))
    frequency = sums.token_frequency[: greatest + 1]
    values = {
        "format": FORMAT,
        "name": name,
        "manifest": json.dumps(manifest),
        "dimension": update.dimension,
        "next_row": loaded.next_rows.row,
        "next_sentence": loaded.next_rows.sentence,
        "next_word": loaded.next_rows.word,
        "lengths": sums.lengths,
        "tokens": sums.tokens,
        "token_frequency": pack_numbers(frequency, "<i4"),
    }
    columns = ", ".join(values)
    placeholders = ", ".join(f"%({column})s" for column in values)
    connection.execute("DELETE FROM state")
    connection.execute(f"INSERT INTO state ({columns}) VALUES ({placeholders})", values)


def _make_manifest(
    connection: Connection, update: Update, created: datetime.datetime
) -> dict[str, object]:
    """Return what the store says of itself, as the manifest of a generation does."""
    counted = ("documents", "articles", "passages", "sentences")
    counts = {}
    for table in counted:
        [count] = connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
        counts[table] = count
    names = {article.publisher for article in update.articles if article.publisher}
    languages = connection.execute(
        "SELECT language, count(*) FROM passages GROUP BY language ORDER BY 2 DESC, min(row)"
    ).fetchall()
    return {
        "format": FORMAT,
        "created": created.isoformat(),
        "kept": [],
        **update.about,
        "counts": {**counts, "publishers": len(names)},
        **summarise_articles(update.articles),
        "passages_by_language": dict(languages),
    }
