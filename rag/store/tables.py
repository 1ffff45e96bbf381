"""The tables of a store, in a schema of their own.

    state        one row: format, generation in force, its manifest, sums over all passages
    publishers   names of publishers as they are compared, each with a number
    documents    files as text, with what their format said of them
    articles     stories: where they stand, who wrote them when, their group of near-duplicates
    passages     parts of articles: their sentences, tokens, numbers of their terms and words
    sentences    a vector of 16-bit floats for each
    terms        words, stems and stems of titles, with the number of passages that have each
    postings     which passages have a term, see ``packing``
    words        words as they are written, for spelling

Texts are UTF-8 in bytes with lone surrogates kept, as in ``rag.index.catalog_tables``: PostgreSQL's
own texts hold neither these nor NUL. What filters look at stands in every table that is searched,
so that a search under a filter reads one table.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.errors import IndexDamaged, IndexMismatch, IndexMissing, StoreProblem
from rag.index.manifest import find_fault
from rag.store.damaged_rows import explaining_rows, require_rows

if TYPE_CHECKING:
    from rag.store.address import PostgresStore
    from rag.store.connection import Connection

# Raise it when the tables change in a way that older versions of rag cannot read.
FORMAT = 2
FIELDS = ("title", "words", "stems")  # the number of a field is its place here
MIN_PGVECTOR = (0, 8)  # from this version on, a search under a filter goes on until it has enough

TABLES = (
    "state",
    "publishers",
    "documents",
    "articles",
    "passages",
    "sentences",
    "terms",
    "postings",
    "words",
)
_FILTERED = "language text NOT NULL, publisher integer NOT NULL, day integer NOT NULL"
_SCHEMA = """
CREATE TABLE state (
    one boolean PRIMARY KEY DEFAULT true CHECK (one), format integer NOT NULL,
    name text NOT NULL, manifest text NOT NULL, dimension integer NOT NULL,
    next_row bigint NOT NULL, next_sentence bigint NOT NULL, next_word integer NOT NULL,
    lengths bigint[] NOT NULL, tokens bigint NOT NULL, token_frequency bytea NOT NULL
);
CREATE TABLE publishers (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key bytea NOT NULL UNIQUE
);
CREATE TABLE documents (
    row integer PRIMARY KEY, path bytea NOT NULL UNIQUE, text bytea NOT NULL, sha256 text NOT NULL,
    media_type text NOT NULL, encoding text NOT NULL, format text NOT NULL,
    format_version integer NOT NULL, places bytea, edits bytea, reading text
);
CREATE TABLE articles (
    row integer PRIMARY KEY, id text NOT NULL UNIQUE, document integer NOT NULL, title bytea,
    publisher_name bytea, url bytea, section bytea, {filtered}, start integer NOT NULL,
    "end" integer NOT NULL, first integer NOT NULL, passages integer NOT NULL,
    sentences integer NOT NULL, cluster integer NOT NULL
);
CREATE INDEX ON articles (cluster);
CREATE INDEX ON articles (document);
CREATE TABLE passages (
    row integer PRIMARY KEY, id text NOT NULL, article integer NOT NULL, {filtered},
    start integer NOT NULL, "end" integer NOT NULL, first_sentence bigint NOT NULL,
    spans bytea NOT NULL, tokens bytea NOT NULL, token_ends bytea NOT NULL,
    lengths integer[] NOT NULL, terms integer[] NOT NULL, words integer[] NOT NULL
);
CREATE INDEX ON passages (id text_pattern_ops);
CREATE INDEX ON passages (article);
CREATE TABLE terms (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, field smallint NOT NULL,
    term text COLLATE "C" NOT NULL, passages integer NOT NULL, UNIQUE (field, term)
);
CREATE TABLE postings (
    term integer NOT NULL, block integer NOT NULL, postings bigint[] NOT NULL,
    PRIMARY KEY (term, block)
);
CREATE TABLE words (
    number integer PRIMARY KEY, language text NOT NULL, written text COLLATE "C" NOT NULL,
    lowered text COLLATE "C" NOT NULL, folded text COLLATE "C" NOT NULL,
    letters bigint NOT NULL, initial bigint NOT NULL, length integer NOT NULL,
    passages integer NOT NULL, UNIQUE (language, written)
);
CREATE INDEX ON words (folded);
"""
_SENTENCES = """
CREATE TABLE sentences (
    row bigint PRIMARY KEY, passage integer NOT NULL, {filtered}, vector halfvec({dimension})
);
CREATE INDEX ON sentences (passage);
"""


# Tables and their columns, as they are written above: a name, a type, and whether it may be NULL.
_TABLE = re.compile(r"CREATE TABLE (\w+) \((.*?)\n\);", re.DOTALL)
_COLUMN = re.compile(
    r'"?(\w+)"? (boolean|(?:small|big)?int(?:eger)?(?:\[\])?|bytea|text|halfvec)(?!\w)'
    r'(?:\(\d+\))?(?: COLLATE "C")?(?: GENERATED ALWAYS AS IDENTITY)?( NOT NULL| PRIMARY KEY)?'
)
_READ_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL), a.attnotnull
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.oid = ANY (%(tables)s::regclass[]) AND a.attnum > 0 AND NOT a.attisdropped
"""
_NEW_SCHEMA_HINT = "rag index --rebuild FOLDER, into another schema: ?schema=NAME"
# Entries of the manifest of a folder's index that a store's does not have.
_OF_FOLDERS: dict[str, object] = {"files": {}}


class _Column(NamedTuple):
    """A column of a table."""

    table: str
    name: str
    type: str
    is_required: bool


class State(NamedTuple):
    """The row of ``state``."""

    format: int
    name: str
    manifest: dict[str, Any]
    dimension: int
    next_row: int
    next_sentence: int
    next_word: int
    lengths: list[int]  # terms of each field, summed over all passages
    tokens: int


def has_tables(connection: Connection) -> bool:
    """Return whether an index was ever made in this schema."""
    [name] = connection.execute("SELECT to_regclass('state')").fetchone() or (None,)
    return name is not None


def make_tables(connection: Connection, store: PostgresStore, dimension: int) -> None:
    """Make the schema, its tables and the extension; what is there already stays."""
    _require_extension(connection)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {store.schema}")
    if has_tables(connection):
        return
    connection.execute(_SCHEMA.replace("{filtered}", _FILTERED))
    make_sentences(connection, dimension)


def make_sentences(connection: Connection, dimension: int) -> None:
    """Make the table of vectors of a dimension."""
    connection.execute(_SENTENCES.format(filtered=_FILTERED, dimension=dimension))


def _require_extension(connection: Connection) -> None:
    """Make pgvector known to the database. Raises StoreProblem where it is too old."""
    query = "SELECT extversion FROM pg_extension WHERE extname = 'vector'"
    row = connection.execute(query).fetchone()
    if row is None:
        connection.execute("CREATE EXTENSION vector SCHEMA public")
        row = connection.execute(query).fetchone()
    version = str(row[0]) if row else "0"
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers < MIN_PGVECTOR:
        raise StoreProblem(
            f"the database has pgvector {version}; rag needs 0.8 or later",
            hint="install it on the server, then: ALTER EXTENSION vector UPDATE",
        )


def read_state(connection: Connection, store: PostgresStore) -> State:
    """Return the state of a store.

    Raises IndexMissing where there is none, IndexMismatch where another version wrote it.
    """
    row = connection.execute(
        "SELECT format, name, manifest, dimension, next_row, next_sentence, next_word, lengths,"
        " tokens FROM state"
    ).fetchone()
    if row is None:
        raise IndexMissing(f"there is no index in {store}", hint="rag index --store ADDRESS FOLDER")
    number, name, manifest, *others = row
    if number != FORMAT:
        raise IndexMismatch(
            f"{store} has format {number}; this version of rag reads format {FORMAT}",
            hint=_NEW_SCHEMA_HINT,
        )
    _require_columns(connection, store)
    # A rebuild would go on from it: what was indexed stands there and nowhere else.
    with explaining_rows(_NEW_SCHEMA_HINT):
        state = State(number, name, json.loads(manifest), *others)
        _require_sound(state)
    return state


def _require_sound(state: State) -> None:
    """Raise IndexDamaged where a state says what rag does not write."""
    fault = find_fault({**state.manifest, **_OF_FOLDERS})
    require_rows(not fault, fault, _NEW_SCHEMA_HINT)
    has_fields = len(state.lengths) == len(FIELDS)
    require_rows(has_fields, "the lengths of other fields", _NEW_SCHEMA_HINT)
    next_rows = (state.next_row, state.next_sentence, state.next_word)
    least = min(state.dimension, state.tokens, *state.lengths, *next_rows)
    require_rows(least >= 0, "a count below 0", _NEW_SCHEMA_HINT)


def _require_columns(connection: Connection, store: PostgresStore) -> None:
    """Raise IndexDamaged where a column that rag reads is of another type, or may be NULL."""
    rows = connection.execute(_READ_COLUMNS, {"tables": list(TABLES)}).fetchall()
    columns = {
        _Column(table, name, kind.rpartition(".")[2], needed) for table, name, kind, needed in rows
    }
    for column in _list_columns():
        if column not in columns:
            raise IndexDamaged(
                f"{store} has no column {column.name} of {column.type} in its table {column.table}",
                hint=_NEW_SCHEMA_HINT,
            )


@cache
def _list_columns() -> list[_Column]:
    """Return the columns that every store has."""
    schema = (_SCHEMA + _SENTENCES).format(filtered=_FILTERED, dimension=1)
    return [
        _Column(table, name, kind, bool(required))
        for table, body in _TABLE.findall(schema)
        for name, kind, required in _COLUMN.findall(body)
    ]
