"""BM25 (Robertson and Zaragoza 2009): inverse document frequency, saturation, and soft terms.

A soft term also matches tokens that are near to it in the vector space of the shipped model, so
that "layoff" finds "dismissal". The constants may be tuned; the formulas are the textbook's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rag.models.tokenizer import find_distinct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.question.expand import WeightedTokens

# Term saturation and length normalisation of the soft terms; usual values, chosen by hand.
K1 = 0.9
B = 0.75

# The soft matches of a token; all chosen by hand.
MAX_NEIGHBOURS = 30  # at most so many tokens of the passages stand for a token
MIN_COSINE = 0.35  # of a token and one that stands for it, exclusive
SAME_COSINE = 0.999  # above it two tokens are the same but for rounding to 16 bits
SHARPNESS = 4  # power of the cosine: the nearest neighbour counts for most
NEIGHBOUR_SHARE = 0.3  # what all neighbours weigh together beside the token itself, which weighs 1
TRUST = 1.2  # times the best cosine, at most 1: what all neighbours weigh without the token itself


class TokenStatistics(NamedTuple):
    """What BM25 needs to know of the tokens of an index."""

    frequency: NDArray[np.int32]  # (token ids,), passages that hold each token
    passages: int
    mean_length: float  # tokens of a passage


def compute_idf(frequency: NDArray[np.float64] | float, passages: int) -> NDArray[np.float64]:
    """Return the inverse document frequency of terms that so many of ``passages`` hold, in nats.

    Element by element; a frequency above ``passages`` (a weighted sum may be) counts as
    ``passages``.
    """
    holding = np.minimum(frequency, passages)
    lacking = passages - holding
    # The halves keep both logarithms finite; log1p keeps the result above zero.
    ratio = (lacking + 0.5) / (holding + 0.5)
    return np.asarray(np.log1p(ratio))


def score_soft_terms(
    query_tokens: WeightedTokens,
    passages: Sequence[NDArray[np.integer]],
    *,
    table: NDArray[np.float16],
    statistics: TokenStatistics,
) -> NDArray[np.float64]:
    """Return the BM25 score of each passage, given as token ids, when tokens match softly.

    The count of a query token in a passage, and its document frequency, are sums over all tokens,
    each weighted by how much it stands for the query token. ``table``: (V, d), the token vectors.
    """
    if not len(query_tokens.tokens):
        return np.zeros(len(passages))
    vocabulary, counts = count_tokens(passages)
    weights = match_soft_terms(
        table[query_tokens.tokens],
        table[vocabulary],
    )
    soft_counts = counts @ weights.T
    token_frequency = statistics.frequency[vocabulary]
    soft_frequency = weights @ token_frequency
    rarity = compute_idf(soft_frequency, statistics.passages)
    lengths = counts.sum(axis=1)
    saturated = saturate_counts(
        soft_counts,
        lengths / statistics.mean_length,
    )
    term_weights = query_tokens.weights * rarity
    scores = saturated @ term_weights
    return scores.astype(np.float64)


def saturate_counts(
    counts: NDArray[np.floating[Any]], relative_lengths: NDArray[np.floating[Any]]
) -> NDArray[np.floating[Any]]:
    """Return BM25's saturation of counts (passages, terms) in passages of these relative lengths.

    It grows from 0 to ``K1 + 1``, and more slowly in a passage longer than the average, whose
    relative length is above 1.
    """
    length_factor = 1 - B + B * relative_lengths
    penalty = K1 * length_factor[:, None]
    return counts * (K1 + 1) / (counts + penalty)


def count_tokens(
    passages: Sequence[NDArray[np.integer]],
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the distinct tokens of all passages, and how often each passage holds each of them.

    Shapes (tokens,), ascending, and (passages, tokens).
    """
    vocabulary, columns = find_distinct(np.concatenate(passages))
    lengths = [len(tokens) for tokens in passages]
    rows = np.repeat(
        np.arange(len(passages)),
        lengths,
    )
    shape = (len(passages), len(vocabulary))
    # One number for each cell of the table, so that a single count fills it.
    cells = rows * len(vocabulary) + columns
    counts = np.bincount(
        cells,
        minlength=shape[0] * shape[1],
    )
    table = counts.reshape(shape)
    return vocabulary, table.astype(np.float32)


def match_soft_terms(
    query_vectors: NDArray[np.float16], vocabulary_vectors: NDArray[np.float16]
) -> NDArray[np.floating[Any]]:
    """Return how much each vocabulary token (column) stands for each query token (row).

    Neighbours share a weight in proportion to a power of their cosine. Where the query token is
    itself in the vocabulary, it weighs 1 and its neighbours ``NEIGHBOUR_SHARE`` together; where it
    is not, they weigh 1 together, or less when even the best of them is far.
    """
    query_directions = normalise_rows(query_vectors)
    vocabulary_directions = normalise_rows(vocabulary_vectors)
    all_cosines = query_directions @ vocabulary_directions.T
    cosines = _keep_nearest(all_cosines)
    is_near = cosines > MIN_COSINE
    similarity = np.where(is_near, cosines, 0.0) ** SHARPNESS
    total = similarity.sum(axis=1, keepdims=True)
    # A sum below 1 stays as it is: few distant neighbours are not blown up to a whole token.
    shares = similarity / np.maximum(total, 1.0)

    is_same = cosines > SAME_COSINE
    beside_itself = np.where(
        is_same,
        1.0,
        NEIGHBOUR_SHARE * shares,
    )
    best_cosine = cosines.max(
        axis=1,
        initial=0.0,
        keepdims=True,
    )
    trust = np.minimum(TRUST * best_cosine, 1.0)
    instead_of_itself = trust * shares
    is_in_vocabulary = is_same.any(axis=1, keepdims=True)
    return np.where(
        is_in_vocabulary,
        beside_itself,
        instead_of_itself,
    )


def _keep_nearest(cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the greatest ``MAX_NEIGHBOURS`` of each row, and 0 for the others; ties all stay."""
    if cosines.shape[1] <= MAX_NEIGHBOURS:
        return cosines
    partitioned = np.partition(cosines, -MAX_NEIGHBOURS, axis=1)
    smallest_kept = partitioned[:, -MAX_NEIGHBOURS, None]
    is_kept = cosines >= smallest_kept
    return np.where(is_kept, cosines, np.float32(0.0))


def normalise_rows(vectors: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return the rows scaled to length 1; a zero row stays zero."""
    rows = vectors.astype(np.float32)
    lengths: NDArray[np.float32] = np.linalg.norm(
        rows,
        axis=1,
        keepdims=True,
    )
    has_length = lengths > 0
    return np.divide(
        rows,
        lengths,
        out=rows,
        where=has_length,
    )
