"""The terms of a store, ranked by BM25 (Robertson and Zaragoza 2009).

The formula and its constants are those with which the indexes of folders are searched;
lengths are rounded as there, so that both give the same ranks. The sums are made by the
server: what travels are the rows of the best passages.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.store.conditions import make_condition
from rag.store.damaged_rows import explain_rows
from rag.store.packing import make_storable
from rag.store.tables import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from rag.index.terms import QueryTerm
    from rag.records import Filters

    # Runs a query with its values, and gives all rows.
    Select = Callable[..., list[tuple[Any, ...]]]

K1, B = 1.2, 0.75  # usual values: those of Lucene

_SEARCH = """
WITH query AS (
    SELECT * FROM unnest(%(terms)s::integer[], %(weights)s::float8[], %(slopes)s::float8[])
        AS q (term, weight, slope)
), packed AS (
    SELECT unnest(p.postings) AS posting, weight, slope
    FROM query q JOIN postings p ON p.term = q.term
), scored AS (
    SELECT (posting >> 32)::integer AS row, weight, slope,
        (posting >> 16 & 65535)::float8 AS count, (posting & 65535)::float8 AS length
    FROM packed
)
SELECT row, sum(weight * count / (count + %(base)s + slope * length))::float4 AS score
FROM scored{filter} GROUP BY row ORDER BY score DESC, row LIMIT %(k)s
"""
_FILTER = " WHERE row IN (SELECT row FROM passages WHERE {condition})"


class _TermRow(NamedTuple):
    """The number of a term, and how many passages have it."""

    number: int
    passages: int


_UNKNOWN = _TermRow(-1, 0)


@explain_rows
class DatabaseTerms:
    """The terms of a store as it was when it was opened."""

    def __init__(self, select: Select, *, passages: int, lengths: Sequence[int]) -> None:
        """``lengths``: how many terms each field has in all passages together."""
        self._select = select
        self._passages = passages
        self._lengths = dict(zip(FIELDS, lengths, strict=True))
        self._rows: dict[tuple[str, str], _TermRow] = {}

    def doc_freq(self, field: str, term: str) -> int:
        """Return in how many passages a field holds a term."""
        return self._look_up([(field, make_storable(term))])[0].passages

    def frequency(self, language: str, unit: str) -> int:
        """Return in how many passages of a language a unit stands; if in none, how many headers."""
        term = make_storable(f"{language}:{unit}")
        in_texts, in_titles = self._look_up([("stems", term), ("title", term)])
        return in_texts.passages or in_titles.passages

    def search(
        self, query: Sequence[QueryTerm], k: int, filters: Filters | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the k passages of greatest BM25 score that hold at least one of the terms.

        Filters change no score. Returns row numbers and scores, best first, rows in order where
        scores are equal.
        """
        weights: defaultdict[int, float] = defaultdict(float)
        slopes = {}
        keys = [(term.field, make_storable(term.term)) for term in query]
        for term, row in zip(query, self._look_up(keys), strict=True):
            if row.passages:
                weights[row.number] += term.boost * self._weigh(row.passages)
                slopes[row.number] = self._compute_slope(term.field)
        if k <= 0 or not weights:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        condition = make_condition(filters)
        limit = "" if condition.sql == "true" else _FILTER.format(condition=condition.sql)
        values = {
            **condition.values,
            "terms": list(weights),
            "weights": list(weights.values()),
            "slopes": [slopes[number] for number in weights],
            "base": K1 * (1 - B),
            "k": k,
        }
        hits = self._select(_SEARCH.replace("{filter}", limit), values)
        rows = [row for row, _ in hits]
        scores = [score for _, score in hits]
        return np.array(rows, np.int64), np.array(scores, np.float32)

    def _weigh(self, passages: int) -> float:
        """Return what a term weighs that so many passages have: its idf, times K1 + 1."""
        ratio = (self._passages - passages + 0.5) / (passages + 0.5)
        return math.log1p(ratio) * (1 + K1)

    def _compute_slope(self, field: str) -> float:
        """Return what each term of a field adds to the denominator of BM25."""
        mean = self._lengths[field] / max(self._passages, 1)
        return K1 * B / max(mean, 1e-9)

    def _look_up(self, keys: Sequence[tuple[str, str]]) -> list[_TermRow]:
        """Return the number and the frequency of terms, each asked of the server once."""
        missing = [key for key in dict.fromkeys(keys) if key not in self._rows]
        if missing:
            values = {
                "fields": [FIELDS.index(field) for field, _ in missing],
                "terms": [term for _, term in missing],
            }
            rows = self._select(
                "SELECT t.field, t.term, t.number, t.passages"
                " FROM unnest(%(fields)s::smallint[], %(terms)s::text[]) AS q (field, term)"
                " JOIN terms t ON t.field = q.field AND t.term = q.term",
                values,
            )
            self._rows.update(dict.fromkeys(missing, _UNKNOWN))
            for field, term, number, passages in rows:
                self._rows[FIELDS[field], term] = _TermRow(number, passages)
        return [self._rows[key] for key in keys]
