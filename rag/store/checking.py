"""Whether what stands in the tables of a store belongs together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rag.store.stored_index import StoredIndex

# Each counts what there must be none of.
_FAULTS = {
    "passages without an article": (
        "SELECT count(*) FROM passages p LEFT JOIN articles a ON a.row = p.article"
        " WHERE a.row IS NULL"
    ),
    "articles without a file": (
        "SELECT count(*) FROM articles a LEFT JOIN documents d ON d.row = a.document"
        " WHERE d.row IS NULL"
    ),
    "articles that lack passages": (
        "SELECT count(*) FROM articles a WHERE passages !="
        " (SELECT count(*) FROM passages p WHERE p.article = a.row)"
    ),
    "articles that lack sentences": (
        "SELECT count(*) FROM articles a WHERE sentences != (SELECT count(*) FROM passages p"
        " JOIN sentences s ON s.passage = p.row WHERE p.article = a.row)"
    ),
    "terms whose passages are miscounted": (
        "SELECT count(*) FROM (SELECT FROM terms t LEFT JOIN postings p ON p.term = t.number"
        " GROUP BY t.number HAVING coalesce(sum(cardinality(postings)), 0) != t.passages) AS wrong"
    ),
}


class StoreFacts(NamedTuple):
    """What a server says of itself."""

    server: str
    extension: str
    bytes: int


def read_facts(index: StoredIndex) -> StoreFacts:
    """Return the versions of server and extension, and the room that the index takes."""
    [(server, extension)] = index.snapshot.select(
        "SELECT current_setting('server_version'),"
        " (SELECT extversion FROM pg_extension WHERE extname = 'vector')"
    )
    return StoreFacts(server, extension or "none", index.count_bytes())


def find_faults(index: StoredIndex) -> list[str]:
    """Return what does not belong together; reads every table."""
    faults = []
    for name, query in _FAULTS.items():
        [(count,)] = index.snapshot.select(query)
        if count:
            faults.append(f"{count:,} {name}")
    counts = index.manifest["counts"]
    for table in ("documents", "articles", "passages", "sentences"):
        [(count,)] = index.snapshot.select(f"SELECT count(*) FROM {table}")
        if count != counts[table]:
            faults.append(f"{count:,} {table} instead of {counts[table]:,}")
    return faults
