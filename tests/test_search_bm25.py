"""BM25 and soft terms against slow references, and on both sides of every constant."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pytest

from rag.question.expand import WeightedTokens
from rag.search import bm25
from rag.search.bm25 import (
    TokenStatistics,
    compute_idf,
    match_soft_terms,
    normalise_rows,
    score_soft_terms,
)


@pytest.mark.parametrize(
    ("frequency", "idf"),
    [
        (0, math.log(22)),
        (1, math.log(22 / 3)),
        (9, math.log(22 / 19)),
        (10, math.log(22 / 21)),
        (12, math.log(22 / 21)),
    ],
)
def test_idf_falls_with_frequency_and_stays_positive(frequency: float, idf: float) -> None:
    """Catches the idf without the 1 inside the logarithm, negative for frequent terms, and one of a
    frequency above all.
    """
    assert float(compute_idf(frequency, 10)) == pytest.approx(idf)


def at_angle(*cosines: float) -> np.ndarray:
    """Vectors of length 1 at these cosines from (1, 0)."""
    rows = [(cosine, math.sqrt(1 - cosine**2)) for cosine in cosines]
    return np.array(rows, dtype=np.float16)


@pytest.mark.parametrize(
    ("cosines", "weights"),
    [
        ((1.0,), [1.0]),
        ((1.0, 0.9), [1.0, 0.3 * 0.6561 / 1.6561]),  # neighbours share .3
        ((0.9995, 0.5), [1.0, 0.3 * 0.0625 / 1.0615]),  # the same but for rounding
        ((0.998, 0.5), [0.992 / 1.0545, 0.0625 / 1.0545]),  # a neighbour: shares of 1
        ((0.9, 0.9), [0.5, 0.5]),
        ((0.9,), [0.6561]),  # 1.2 * .9 is above 1
        ((0.8,), [0.96 * 0.4096]),  # 1.2 * .8 is below
        ((0.36,), [1.2 * 0.36 * 0.36**4]),
        ((0.34,), [0.0]),
        ((-0.9,), [0.0]),
    ],
)
def test_what_a_token_counts_for_by_its_cosine(
    cosines: tuple[float, ...], weights: list[float]
) -> None:
    """Catches another power, limit or share of the neighbours, and opposite vectors that match by
    an even power.
    """
    [row] = match_soft_terms(at_angle(1.0), at_angle(*cosines))
    assert row == pytest.approx(np.array(weights), abs=2e-3)


@pytest.mark.parametrize(("tokens", "matching"), [(29, 29), (30, 30), (31, 30), (40, 30)])
def test_so_many_neighbours_match_and_no_more(tokens: int, matching: int) -> None:
    """Catches a limit off by one, and the farthest neighbours kept instead of the nearest."""
    [row] = match_soft_terms(at_angle(1.0), at_angle(*np.linspace(0.98, 0.5, tokens)))
    assert np.flatnonzero(row).tolist() == list(range(matching))


class Case(NamedTuple):
    """Passages of random tokens, and the statistics of an index that holds them."""

    table: np.ndarray
    passages: list[np.ndarray]
    query: WeightedTokens
    statistics: TokenStatistics


def random_case() -> Case:
    random = np.random.default_rng(3)
    lengths = (0, 1, 7, 30)
    return Case(
        table=random.normal(size=(40, 6)).astype(np.float16),
        passages=[random.integers(0, 30, size=length).astype(np.uint16) for length in lengths],
        query=WeightedTokens(np.array([2, 5, 35]), np.array([1.0, 0.4, 0.7], np.float32)),
        statistics=TokenStatistics(random.integers(1, 50, size=40).astype(np.int32), 60, 11.0),
    )


def test_soft_terms_agree_with_a_slow_reference() -> None:
    """Catches counts of another passage, a frequency of the wrong token, a length that is not
    normalised.
    """
    table, passages, query, statistics = random_case()
    vocabulary = sorted({token for passage in passages for token in passage.tolist()})
    weights = match_soft_terms(table[query.tokens], table[vocabulary])
    expected = []
    for passage in passages:
        score = 0.0
        for term, weight in enumerate(query.weights.tolist()):
            count = frequency = 0.0
            for column, token in enumerate(vocabulary):
                count += weights[term, column] * passage.tolist().count(token)
                frequency += weights[term, column] * statistics.frequency[token]
            idf = math.log1p((60 - min(frequency, 60) + 0.5) / (min(frequency, 60) + 0.5))
            penalty = 0.9 * (1 - 0.75 + 0.75 * len(passage) / 11.0)
            score += weight * idf * count * 1.9 / (count + penalty)
        expected.append(score)
    scores = score_soft_terms(query, passages, table=table, statistics=statistics)
    assert scores == pytest.approx(np.array(expected), rel=1e-4)
    assert scores[0] == 0
    assert scores[3] > 0


def test_a_query_without_tokens_scores_nothing() -> None:
    """Catches an empty matrix product that ends in a traceback."""
    table, passages, _, statistics = random_case()
    nothing = WeightedTokens(np.zeros(0, np.int64), np.zeros(0, np.float32))
    assert (
        score_soft_terms(nothing, passages, table=table, statistics=statistics).tolist() == [0] * 4
    )


def test_tokens_are_counted_by_passage() -> None:
    """Catches a table filled by columns, and passages that lend each other their tokens."""
    vocabulary, counts = bm25.count_tokens(
        [np.array([7, 3, 7]), np.array([], np.int64), np.array([9])]
    )
    assert vocabulary.tolist() == [3, 7, 9]
    assert counts.tolist() == [[1, 2, 0], [0, 0, 0], [0, 0, 1]]


def test_soft_matches_agree_with_a_slow_reference() -> None:
    """Catches cosines of unnormalised rows, neighbours beyond the limit, weights summing above
    one.
    """
    random = np.random.default_rng(0)
    vocabulary = random.normal(size=(50, 8)).astype(np.float16)
    asked = np.concatenate([vocabulary[:3], random.normal(size=(3, 8)).astype(np.float16)])
    weights = match_soft_terms(asked, vocabulary)
    for row, word in enumerate(asked.astype(np.float64)):
        cosines = np.array(
            [
                word @ v / (np.linalg.norm(word) * np.linalg.norm(v))
                for v in vocabulary.astype(np.float64)
            ]
        )
        near = [
            i for i in np.argsort(-cosines)[: bm25.MAX_NEIGHBOURS] if cosines[i] > bm25.MIN_COSINE
        ]
        shared = np.zeros(50)
        shared[near] = cosines[near] ** 4
        shared /= max(1.0, shared.sum())
        expected = (
            np.where(np.arange(50) == row, 1.0, 0.3 * shared)
            if row < 3
            else min(1.0, 1.2 * cosines.max()) * shared
        )
        assert weights[row] == pytest.approx(expected, abs=1e-3)


def test_unit_keeps_zero_rows() -> None:
    """Catches a division by zero that spreads NaN through the ranking."""
    rows = normalise_rows(np.array([[3, 4], [0, 0]], dtype=np.float16))
    assert rows == pytest.approx(np.array([[0.6, 0.8], [0, 0]]), abs=1e-3)
