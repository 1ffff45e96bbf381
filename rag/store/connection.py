"""Connections to PostgreSQL: the only door to psycopg.

What goes wrong is told in words, with a way out, and without the password.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.errors import IndexLocked, IndexMissing, RagError, StoreProblem, WriteError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from rag.store.address import PostgresStore

    Connection = psycopg.Connection[tuple[Any, ...]]

# Seconds; chosen by hand. A newsroom's server answers in milliseconds, or is not there.
CONNECT_TIMEOUT = "10"
APPLICATION = "rag"
EXTRA = "rag-articles[postgres]"


class _Trouble(NamedTuple):
    """What a kind of error of PostgreSQL means, and the way out."""

    message: str
    hint: str
    kind: type[RagError] = StoreProblem


_REFUSED = _Trouble(
    "{store} does not let this user in: wrong user or password",
    "the password belongs into ~/.pgpass or PGPASSWORD; psql shows whether it is right",
)
_NO_RIGHT = _Trouble(
    "{store}: this user may not do that ({reason})",
    "to ask: GRANT USAGE ON SCHEMA {schema}, GRANT SELECT ON ALL TABLES IN SCHEMA {schema}; "
    "to index: GRANT CREATE ON DATABASE, and CREATE EXTENSION vector by an administrator",
)
_NO_TABLES = _Trouble(
    "there is no index in {store}", "rag index --store ADDRESS FOLDER", IndexMissing
)
_NO_DATABASE = _Trouble(
    "{store}: there is no such database", "createdb NAME makes one; or name another"
)
_FULL = _Trouble(
    "{store} has no room left ({reason})",
    "free some space on the server, then try again: the index is as it was",
    WriteError,
)
_BUSY = _Trouble("{store} takes no more connections", "try again later, or raise max_connections")
_STOPPED = _Trouble("{store} was stopped in the middle ({reason})", "start it, then try again")
# By SQLSTATE, or by its class, the first two characters.
_TROUBLES: dict[str, _Trouble] = {
    "28": _REFUSED,
    "42501": _NO_RIGHT,
    "3D000": _NO_DATABASE,
    "3F000": _NO_TABLES,
    "42P01": _NO_TABLES,
    "0A000": _Trouble(
        "{store} lacks the extension pgvector, 0.8 or later ({reason})",
        "install pgvector on the server, then try again: CREATE EXTENSION vector",
    ),
    "58P01": _Trouble(
        "{store} lacks the extension pgvector, 0.8 or later ({reason})",
        "install pgvector on the server, then try again: CREATE EXTENSION vector",
    ),
    "42704": _Trouble(
        "{store} lacks the extension pgvector, 0.8 or later ({reason})",
        "CREATE EXTENSION vector, by a user who may",
    ),
    "25006": _Trouble(
        "{store} can only be read",
        "name the server that is written to, not its replica",
        WriteError,
    ),
    "53300": _BUSY,
    "53": _FULL,
    "55P03": _Trouble("{store} is being changed", "try again in a moment", IndexLocked),
    "57": _STOPPED,
}
_UNREACHABLE = _Trouble(
    "{store} cannot be reached: {reason}",
    "start the server, or correct the address: --store postgresql://USER@HOST:5432/DATABASE",
)
_GONE = _Trouble(
    "{store} went away in the middle: {reason}",
    "try again: what was not written as a whole was not written at all",
)
_ODD = _Trouble("{store}: {reason}", "rag doctor says more")
_MAX_REASON = 200  # characters of a foreign message that are shown; chosen by hand


def connect(store: PostgresStore, *, autocommit: bool = False) -> Connection:
    """Return a connection whose names are looked up in the store's schema. Raises RagError."""
    psycopg = _import_library()
    parameters = {"connect_timeout": CONNECT_TIMEOUT, "application_name": APPLICATION}
    parameters.update(store.parameters)
    with explain_errors(store):
        connection: Connection = psycopg.connect(**parameters, autocommit=autocommit)
        # Names are checked when an address is parsed: nothing in one can end an identifier.
        with connection.transaction():
            connection.execute(f"SET search_path = {store.schema}, public")
        return connection


def _import_library() -> Any:  # noqa: ANN401, a module
    try:
        import psycopg
    except ImportError as error:
        raise RagError(
            "a store in PostgreSQL needs psycopg, which is not installed",
            hint=f"pip install '{EXTRA}'",
        ) from error
    return psycopg


@contextmanager
def explain_errors(store: PostgresStore) -> Iterator[None]:
    """Raise what psycopg raises inside as an error with a way out, and without the password."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise _explain(store, error) from None  # a chain would show what libpq was given


def _explain(store: PostgresStore, error: psycopg.Error) -> RagError:
    """Return an error of psycopg in words."""
    trouble = _choose_trouble(error)
    lines = str(error).strip().splitlines() or [type(error).__name__]
    reason = store.hide_password(lines[0])[:_MAX_REASON]
    shown = {"store": store, "schema": store.schema, "reason": reason}
    return trouble.kind(trouble.message.format(**shown), hint=trouble.hint.format(**shown))


def _choose_trouble(error: psycopg.Error) -> _Trouble:
    """Return what an error means, by its SQLSTATE; without one by what libpq says of it."""
    import psycopg

    state = error.sqlstate or ""
    trouble = _TROUBLES.get(state) or _TROUBLES.get(state[:2])
    if trouble is not None:
        return trouble
    # While connecting, psycopg gives no state: the words are libpq's own, in English or translated.
    text = str(error)
    if state or not isinstance(error, psycopg.OperationalError):
        return _ODD
    if "password" in text or "authentication" in text:
        return _REFUSED
    if "does not exist" in text:
        return _NO_DATABASE
    if "closed" in text or "terminat" in text or "lost" in text:
        return _GONE
    return _UNREACHABLE
