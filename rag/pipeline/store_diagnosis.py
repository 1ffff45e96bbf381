"""What may be wrong with a store: whether it answers, and whether its tables belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import IndexDamaged
from rag.store.checking import find_faults, read_facts
from rag.store.stored_index import open_stored_index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.store.address import PostgresStore

_MEGABYTE = 1_000_000


def check_store_tables(store: PostgresStore) -> Iterator[str]:
    """Yield what is right with a store.

    Raises:
        IndexProblem: it does not answer, or what it holds does not belong together.
    """
    with open_stored_index(store) as index:
        facts = read_facts(index)
        yield (
            f"{store} answers: PostgreSQL {facts.server}, pgvector {facts.extension},"
            f" {facts.bytes // _MEGABYTE:,} MB"
        )
        faults = find_faults(index)
    if faults:
        named = ", ".join(faults)
        raise IndexDamaged(f"{store} holds {named}", hint="rag index --rebuild")
    yield f"{store} is whole"
