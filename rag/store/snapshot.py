"""One snapshot of a store: a transaction that sees it as it was when it was opened."""

from __future__ import annotations

import threading
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

from rag.store.connection import connect, explain_errors
from rag.store.tables import TABLES, read_state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.store.address import PostgresStore
    from rag.store.connection import Connection
    from rag.store.tables import State


class Snapshot:
    """A connection in a transaction that only reads; several threads may use it."""

    def __init__(self, store: PostgresStore, connection: Connection, state: State) -> None:
        """Take over the connection; ``close`` ends it."""
        self.store = store
        self.state = state
        self._connection = connection
        self.lock = threading.RLock()  # of what is read once and kept

    def select(self, query: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Return all rows of a query. Raises StoreProblem."""
        with explain_errors(self.store):
            # As bytes, not as text: vectors and token ids are most of what travels.
            return self._connection.execute(query, values or {}, binary=True).fetchall()

    def close(self) -> None:
        """End the transaction and the connection."""
        self._connection.close()


def open_snapshot(store: PostgresStore) -> Snapshot:
    """Return a snapshot of a store. Raises IndexProblem."""
    with ExitStack() as stack:
        connection = stack.enter_context(closing(connect(store)))
        with explain_errors(store):
            begin_snapshot(connection)
            state = read_state(connection, store)
        stack.pop_all()  # it stays open
    return Snapshot(store, connection, state)


def begin_snapshot(connection: Connection) -> None:
    """Begin the transaction.

    The tables are locked for reading before the snapshot is taken: a rebuild that makes one of them
    anew waits until it is read no longer. Nothing else waits.
    """
    names = ", ".join(TABLES)
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    connection.execute(f"LOCK TABLE {names} IN ACCESS SHARE MODE")


def read_generation_name(store: PostgresStore) -> str:
    """Return the name of the generation in force now. Raises IndexProblem."""
    connection = connect(store)
    with connection, explain_errors(store):
        row = connection.execute("SELECT name FROM state").fetchone()
    return str(row[0]) if row else ""
