"""BM25 over postings (Robertson and Zaragoza 2009), term after term.

The k best are found as MaxScore does (Turtle and Flood 1995): rare terms are added up first, then
the others, those that weigh most before those that weigh less; once the terms that are left cannot
lift a passage among the k best, only the passages that may still be among them are looked up.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

K1, B = 1.2, 0.75  # usual values: those of Lucene
# Postings of a term from which it is worth finding out whether it can still matter; chosen by hand.
_LONG_POSTING = 2048
_COST_OF_LOOKUP = 6  # of a passage in a posting, to that of adding one up; measured
_MARGIN = 1e-9  # of sums that are rounded


class FieldNorms(NamedTuple):
    """What divides the count of a term: by the code of a passage's length, and those codes."""

    by_code: NDArray[np.float64]
    codes: NDArray[np.uint8]
    least: float  # of a passage

    @classmethod
    def of(cls, codes: NDArray[np.uint8], lengths: NDArray[np.int64], mean: float) -> FieldNorms:
        """Return the norms of a field with a mean length; ``lengths`` are those of the codes."""
        relative = lengths / (mean or 1.0)
        by_code = K1 * (1 - B + B * relative)
        shortest = codes.min(initial=len(by_code) - 1)
        return cls(by_code, codes, float(by_code[shortest]))


class Posting(NamedTuple):
    """A term of a query: the passages that hold it, ascending, how often, and what it weighs."""

    rows: NDArray[np.int32]
    counts: NDArray[np.uint8]
    norms: FieldNorms
    weight: float | NDArray[np.float64]  # with the inverse document frequency

    @property
    def bound(self) -> float:
        """Return what it adds to a passage at most: where it stands most often, in the shortest."""
        most = float(self.counts.max())
        weight = float(np.max(self.weight))
        return weight * (K1 + 1) * most / (most + self.norms.least)

    def score(self) -> NDArray[np.float64]:
        """Return what it adds to each of its passages."""
        return self._score(self.rows, self.counts)

    def score_among(self, passages: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what a single term adds to each of these passages, ascending; 0 for no hit."""
        wanted = passages.astype(self.rows.dtype)
        places = self.rows.searchsorted(wanted)
        places[places == len(self.rows)] = 0
        is_hit = self.rows[places] == wanted
        scores = np.zeros(len(passages))
        scores[is_hit] = self._score(wanted[is_hit], self.counts[places[is_hit]])
        return scores

    def _score(self, rows: NDArray[np.int32], counts: NDArray[np.uint8]) -> NDArray[np.float64]:
        codes = self.norms.codes[rows]
        norms = self.norms.by_code[codes]
        frequencies = counts.astype(np.float64)
        norms += frequencies
        frequencies *= self.weight * (K1 + 1)
        frequencies /= norms
        return frequencies


def compute_idf(frequency: int, passages: int) -> float:
    """Return the inverse document frequency of a term, in nats."""
    return math.log1p((passages - frequency + 0.5) / (frequency + 0.5))


def find_best(
    postings: Sequence[Posting], k: int, *, size: int, allowed: NDArray[np.int64] | None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the k passages of greatest score, among ``size`` or those allowed, best first."""
    if k <= 0 or not postings:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    is_allowed = None
    if allowed is not None:
        is_allowed = np.zeros(size, np.bool_)
        is_allowed[allowed] = True
    scores = np.zeros(size)
    for joined in _join_short(postings):
        _add_up(joined, scores, is_allowed)
    long = [posting for posting in postings if len(posting.rows) >= _LONG_POSTING]
    bounds = [posting.bound for posting in long]
    order = sorted(range(len(long)), key=bounds.__getitem__, reverse=True)
    left = sum(bounds)
    for done, place in enumerate(order):
        rows = _find_candidates(scores, k, left)
        if rows is not None and len(rows) * _COST_OF_LOOKUP < len(long[place].rows):
            return _finish(rows, scores, [long[rest] for rest in order[done:]], k)
        left -= bounds[place]
        _add_up(long[place], scores, is_allowed)
    rows = np.flatnonzero(scores)
    return _choose_best(rows, scores[rows], k)


def _join_short(postings: Sequence[Posting]) -> list[Posting]:
    """Return the short postings of each field as one: a question has hundreds of them."""
    fields: dict[int, list[Posting]] = {}
    for posting in postings:
        if len(posting.rows) < _LONG_POSTING:
            fields.setdefault(id(posting.norms), []).append(posting)
    return [_join(own) for own in fields.values()]


def _join(postings: Sequence[Posting]) -> Posting:
    """Return postings of one field as one, which may name a passage several times."""
    weights = [posting.weight for posting in postings]
    lengths = [len(posting.rows) for posting in postings]
    return Posting(
        np.concatenate([posting.rows for posting in postings]),
        np.concatenate([posting.counts for posting in postings]),
        postings[0].norms,
        np.repeat(np.array(weights, np.float64), lengths),
    )


def _add_up(
    posting: Posting, scores: NDArray[np.float64], is_allowed: NDArray[np.bool_] | None
) -> None:
    """Add what a posting adds to the scores of the passages that are allowed."""
    gains = posting.score()
    if is_allowed is not None:
        gains *= is_allowed[posting.rows]
    np.add.at(scores, posting.rows, gains)


def _find_candidates(scores: NDArray[np.float64], k: int, left: float) -> NDArray[np.int64] | None:
    """Return the passages that may be among the k best, when none gains more than is left.

    None while one without a score may be among them.
    """
    if scores.max() <= left + _MARGIN:
        return None
    threshold = _find_threshold(scores[scores > left], k)
    if threshold <= left + _MARGIN:
        return None
    return np.flatnonzero(scores >= threshold - left - _MARGIN)


def _find_threshold(scores: NDArray[np.float64], k: int) -> float:
    """Return the k-th greatest of scores; 0 where there are fewer."""
    place = len(scores) - k
    if place < 0:
        return 0.0
    return float(np.partition(scores, place)[place])


def _finish(
    rows: NDArray[np.int64], scores: NDArray[np.float64], postings: Sequence[Posting], k: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the k best of these passages, with the terms that are left, greatest bounds first."""
    own_scores = scores[rows]
    left = sum(posting.bound for posting in postings)
    for posting in postings:
        own_scores += posting.score_among(rows)
        left -= posting.bound
        least = _find_threshold(own_scores, k) - left - _MARGIN
        is_kept = own_scores >= least
        rows, own_scores = rows[is_kept], own_scores[is_kept]
    return _choose_best(rows, own_scores, k)


def _choose_best(
    rows: NDArray[np.int64], scores: NDArray[np.float64], k: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the k rows of greatest score, best first, in order where scores are equal."""
    # Rounded first: what differs by less than is shown is equal.
    rounded = scores.astype(np.float32)
    if len(rows) > k:
        place = len(rows) - k
        least = np.partition(rounded, place)[place]
        is_kept = rounded >= least
        rows, rounded = rows[is_kept], rounded[is_kept]
    order = np.lexsort((rows, -rounded))[:k]
    return rows[order].astype(np.int64), rounded[order]
