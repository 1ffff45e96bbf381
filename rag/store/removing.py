"""What is removed from the tables of a store: articles with all that was counted of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rag.store.packing import BLOCK_BITS, unpack_numbers
from rag.store.passage_loading import TOKEN_IDS, Sums
from rag.store.tables import FIELDS, TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.store.connection import Connection

_GATHER = """
CREATE TEMPORARY TABLE removed ON COMMIT DROP AS
SELECT row, terms, words FROM passages WHERE article = ANY (%(articles)s)
"""
# The rows of a term, or of a word, that the removed passages have.
_STATEMENTS = (
    """
    UPDATE terms t SET passages = t.passages - n.passages FROM (
        SELECT number, count(*)::integer AS passages
        FROM (SELECT unnest(terms) AS number FROM removed) AS each GROUP BY number
    ) AS n WHERE t.number = n.number
    """,
    f"""
    UPDATE postings p SET postings = ARRAY(
        SELECT posting FROM unnest(p.postings) AS posting
        WHERE (posting >> 32)::integer NOT IN (SELECT row FROM removed)
    ) FROM (
        SELECT DISTINCT unnest(terms) AS term, row >> {BLOCK_BITS} AS block FROM removed
    ) AS touched WHERE p.term = touched.term AND p.block = touched.block
    """,
    """
    DELETE FROM postings p USING (SELECT DISTINCT unnest(terms) AS term FROM removed) AS touched
    WHERE p.term = touched.term AND p.postings = '{}'
    """,
    """
    DELETE FROM terms t USING (SELECT DISTINCT unnest(terms) AS number FROM removed) AS touched
    WHERE t.number = touched.number AND t.passages = 0
    """,
    """
    UPDATE words w SET passages = w.passages - n.passages FROM (
        SELECT number, count(*)::integer AS passages
        FROM (SELECT unnest(words) AS number FROM removed) AS each GROUP BY number
    ) AS n WHERE w.number = n.number
    """,
    """
    DELETE FROM words w USING (SELECT DISTINCT unnest(words) AS number FROM removed) AS touched
    WHERE w.number = touched.number AND w.passages = 0
    """,
    "DELETE FROM sentences WHERE passage IN (SELECT row FROM removed)",
    "DELETE FROM passages WHERE row IN (SELECT row FROM removed)",
)


def remove_articles(connection: Connection, articles: Sequence[int]) -> Sums:
    """Remove the articles of these rows; return what is to be taken from the sums."""
    values = {"articles": list(articles)}
    lengths = np.zeros(len(FIELDS), np.int64)
    frequency = np.zeros(TOKEN_IDS, np.int32)
    token_count = 0
    rows = connection.execute(
        "SELECT lengths, tokens FROM passages WHERE article = ANY (%(articles)s)", values
    )
    for own_lengths, tokens in rows:
        lengths += own_lengths
        ids = unpack_numbers(tokens, "<u2")
        frequency[np.unique(ids)] += 1
        token_count += len(ids)
    connection.execute(_GATHER, values)
    connection.execute("ANALYZE removed")
    for statement in _STATEMENTS:
        connection.execute(statement)
    connection.execute("DELETE FROM articles WHERE row = ANY (%(articles)s)", values)
    return Sums(lengths.tolist(), token_count, frequency)


def remove_orphans(connection: Connection) -> None:
    """Remove the documents of which no article is left."""
    connection.execute(
        "DELETE FROM documents d WHERE NOT EXISTS (SELECT FROM articles a WHERE a.document = d.row)"
    )


def remove_everything(connection: Connection) -> None:
    """Remove all rows but that of the state; who reads an older snapshot keeps them."""
    for table in TABLES:
        if table != "state":
            connection.execute(f"DELETE FROM {table}")
