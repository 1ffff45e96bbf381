"""The sentence vectors of a store: pgvector's 16-bit floats.

Where few sentences are let through, all of them are compared; where there are many, the graph of
pgvector is walked (HNSW: Malkov and Yashunin 2018) until enough of those that the filters let
through were met: an iterative scan, so that a filter leaves as many hits as it lets through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rag.store.conditions import make_condition
from rag.store.damaged_rows import explain_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.records import Filters
    from rag.store.connection import Connection
    from rag.store.stored_terms import Select

# Sentences up to which all are compared: 25 ms with one core at 256 numbers each. Chosen by hand.
EXACT_LIMIT = 50_000
# How far HNSW looks around at first, and how many vectors it may visit before it gives up; the
# second is far above pgvector's 20,000, at which a narrow filter would lose hits. Chosen by hand.
_SEARCH_WIDTH = 400
_MAX_VISITED = 2_000_000
_INDEX = "sentences_nearest"
# Of pgvector: edges of a vector in the graph, and how far it is looked around when it is added.
_MAKE_INDEX = (
    f"CREATE INDEX {_INDEX} ON sentences USING hnsw (vector halfvec_ip_ops)"
    " WITH (m = 16, ef_construction = 100)"
)
# MATERIALIZED keeps the planner from the graph, which would stop before it has met the few.
_EXACT = """
WITH allowed AS MATERIALIZED (SELECT row, passage, vector FROM sentences WHERE {condition})
SELECT passage FROM allowed ORDER BY vector <#> %(vector)s::halfvec, row LIMIT %(k)s
"""
_NEAREST = """
SELECT passage FROM sentences WHERE {condition}
ORDER BY vector <#> %(vector)s::halfvec LIMIT %(k)s
"""


@explain_rows
class DatabaseVectors:
    """The vectors of a store as it was when it was opened. Those once read are kept."""

    def __init__(self, select: Select, *, dimension: int) -> None:
        self._select = select
        self._dimension = dimension
        self._vectors: dict[int, NDArray[np.float32]] = {}
        self._is_set_up = False

    def nearest_passages(
        self, vector: NDArray[np.float32], sentences: int, filters: Filters
    ) -> list[int]:
        """Return the passage of each of the nearest sentences that the filters let through."""
        condition = make_condition(filters)
        values = {**condition.values, "vector": _write_vector(vector), "k": sentences}
        # Of the articles, which are few: how many sentences the filters let through.
        [(allowed,)] = self._select(
            f"SELECT coalesce(sum(sentences), 0) FROM articles WHERE {condition.sql}",
            condition.values,
        )
        query = _EXACT if allowed <= EXACT_LIMIT else _NEAREST
        if query is _NEAREST:
            self._set_up_search()
        rows = self._select(query.format(condition=condition.sql), values)
        return [passage for (passage,) in rows]

    def reconstruct(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the stored vectors of these rows, shape (n, d)."""
        numbers = rows.tolist()
        missing = [row for row in dict.fromkeys(numbers) if row not in self._vectors]
        if missing:
            selected = self._select(
                "SELECT row, halfvec_send(vector) FROM sentences WHERE row = ANY (%(rows)s)",
                {"rows": missing},
            )
            for row, sent in selected:
                self._vectors[row] = _read_vector(sent)
        if not numbers:
            return np.empty((0, self._dimension), np.float32)
        return np.stack([self._vectors[row] for row in numbers])

    def _set_up_search(self) -> None:
        """Say once how the graph is walked; it holds until the connection is closed."""
        if self._is_set_up:
            return
        settings = {
            "hnsw.iterative_scan": "strict_order",
            "hnsw.ef_search": _SEARCH_WIDTH,
            "hnsw.max_scan_tuples": _MAX_VISITED,
            "hnsw.scan_mem_multiplier": 4,
        }
        for name, value in settings.items():
            self._select(
                "SELECT set_config(%(name)s, %(value)s, false)",
                {"name": name, "value": str(value)},
            )
        self._is_set_up = True


def _write_vector(vector: NDArray[np.float32]) -> str:
    """Return a vector as pgvector reads it."""
    return "[" + ",".join(map(repr, vector.tolist())) + "]"


def _read_vector(sent: bytes) -> NDArray[np.float32]:
    """Return a vector as pgvector sends it: its dimension, two bytes of nothing, its numbers."""
    return np.frombuffer(sent, dtype=">f2", offset=4).astype(np.float32)


def encode_vectors(vectors: NDArray[np.float16 | np.float32]) -> list[bytes]:
    """Return each of these vectors as pgvector receives it."""
    head = np.array([vectors.shape[1], 0], dtype=">u2").tobytes()
    swapped = vectors.astype(">f2")
    return [head + row.tobytes() for row in swapped]


def make_graph(connection: Connection, sentences: int) -> None:
    """Make the graph where there are so many sentences that it is used, unless it is there."""
    if sentences <= EXACT_LIMIT:
        return
    [there] = connection.execute(f"SELECT to_regclass('{_INDEX}')").fetchone() or (None,)
    if there is None:
        connection.execute("SET LOCAL maintenance_work_mem = '1GB'")
        connection.execute(_MAKE_INDEX)
