"""Rows into tables, as PostgreSQL takes them fastest: COPY, in its binary form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rag.store.connection import Connection


def copy_rows(
    connection: Connection, table: str, types: str, rows: Iterable[Sequence[object]]
) -> None:
    """Add rows to a table; ``types`` are those of its columns, in their order."""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy,
    ):
        copy.set_types(types.split())
        for row in rows:
            copy.write_row(row)
