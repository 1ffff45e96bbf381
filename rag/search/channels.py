"""Three channels, each a score of candidate passages for a question.

- *dense*: cosine of the question with the passage's best sentence (FAISS);
- *lexical*: BM25 over words, stems and titles, of the question's words and translations;
- *soft*: BM25 in which a token also matches the tokens nearest to it (see ``rag.search.bm25``).

A passage is asked in its own language: see ``rag.question.expand``. The candidates come from the
dense and the lexical search; every channel scores all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.index.terms import QueryTerm
from rag.search.bm25 import TokenStatistics, compute_idf, score_soft_terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from rag.index.opened import OpenedIndex
    from rag.question.expand import Expansion, Query
    from rag.records import Filters

CHANNELS = ("dense", "lexical", "soft")

# Weights of the fields that are searched: words as written, their stems, stems of the title.
# Chosen by hand: a stem finds what a word finds, and more.
FIELD_WEIGHTS: Mapping[str, float] = {"words": 0.5, "stems": 1.0, "title": 0.5}
CANDIDATES = 60  # passages taken from each of the two searches; chosen by hand
# Sentences asked of FAISS to fill them, as several may be of one passage; chosen by hand.
SENTENCES = 4 * CANDIDATES
_EPSILON = 1e-9  # keeps a zero vector from a division by zero


class ChannelScores(NamedTuple):
    """The candidate passages of a question, and what each channel gives them."""

    rows: NDArray[np.int64]  # (candidates,), ascending rows of the index
    by_channel: Mapping[str, NDArray[np.float64]]  # (candidates,) for each of CHANNELS
    foreign: NDArray[np.bool_]  # (candidates,), in another language than the question


def score_candidates(
    query: Query,
    generation: OpenedIndex,
    filters: Filters,
    *,
    table: NDArray[np.float16],
    breadth: int = 1,
) -> ChannelScores:
    """Return the best passages of the dense and the lexical search, scored by all channels.

    ``table``: (V, d), the token vectors of the shipped model. ``breadth``: how many times
    ``CANDIDATES`` are taken from each search.
    """
    dense_rows = find_dense_candidates(query, generation, filters, breadth)
    lexical = score_lexical(query, generation, filters, breadth)
    candidates = sorted(dense_rows | lexical.keys())
    rows = np.array(candidates, dtype=np.int64)
    if not candidates:
        nothing = np.zeros(0)
        return ChannelScores(
            rows,
            dict.fromkeys(CHANNELS, nothing),
            nothing.astype(bool),
        )
    languages = generation.languages(candidates)
    lexical_scores = [lexical.get(row, 0.0) for row in candidates]
    by_channel = {
        "dense": score_dense(query, generation, rows, languages),
        "lexical": np.array(lexical_scores),
        "soft": score_soft(
            query,
            generation,
            rows,
            languages,
            table=table,
        ),
    }
    foreign = np.array(languages) != query.language
    return ChannelScores(rows, by_channel, foreign)


def find_dense_candidates(
    query: Query, generation: OpenedIndex, filters: Filters, breadth: int = 1
) -> set[int]:
    """Return the passages of the sentences nearest to the question that the filters let through."""
    vector = mix_language_vectors(query, generation.passages_by_language)
    if not vector.any():
        return set()
    passages = generation.nearest_passages(vector, breadth * SENTENCES, filters)
    # Several sentences may be of one passage: each counts once, where its best sentence is.
    distinct = list(dict.fromkeys(passages))
    return set(distinct[: breadth * CANDIDATES])


def mix_language_vectors(
    query: Query, passages_by_language: Mapping[str, int]
) -> NDArray[np.float32]:
    """Return one vector to search all languages with: each one's, weighted by its passages."""
    if not passages_by_language:
        return _normalise(query.vector)
    mixed = np.zeros_like(query.vector)
    for language, count in passages_by_language.items():
        mixed += count * query.vector_for(language)
    return _normalise(mixed)


def _normalise(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a vector scaled to length 1; a zero vector stays zero."""
    length = float(np.linalg.norm(vector))
    return vector / np.float32(max(length, _EPSILON))


def score_lexical(
    query: Query, generation: OpenedIndex, filters: Filters, breadth: int = 1
) -> dict[int, float]:
    """Return the best passages by their words, in all languages of the index, with BM25 scores."""
    terms = make_query_terms(
        query,
        generation.size,
        generation.passages_by_language,
    )
    rows, scores = generation.terms.search(
        terms,
        breadth * CANDIDATES,
        filters,
    )
    pairs = zip(
        rows.tolist(),
        scores.tolist(),
        strict=True,
    )
    return dict(pairs)


def make_query_terms(
    query: Query, passages: int, passages_by_language: Mapping[str, int]
) -> list[QueryTerm]:
    """Return the lexical query: each word as written, and its expansions in texts and titles.

    The expansions of one word count as one term, whose document frequency is the weighted sum of
    theirs (Darwish and Oard 2003): a rare mistranslation gains nothing by being rare. ``passages``:
    how many the index has, and how many in each language.
    """
    terms = []
    for term in query.terms:
        terms.append(QueryTerm("words", term, FIELD_WEIGHTS["words"]))
    for language, expansions in query.expansions.items():
        joint_frequency = sum_frequencies(expansions, len(query.terms))
        size = passages_by_language.get(language, 0)
        joint_idf = compute_idf(joint_frequency, size)
        for expansion in expansions:
            unit = f"{language}:{expansion.unit}"
            title_boost = FIELD_WEIGHTS["title"] * expansion.weight
            terms.append(QueryTerm("title", unit, title_boost))
            if expansion.frequency == 0:
                continue
            # The search multiplies by the unit's own idf, which is divided out here.
            own_idf = compute_idf(expansion.frequency, passages)
            rarity = joint_idf[expansion.term] / own_idf
            stem_boost = FIELD_WEIGHTS["stems"] * expansion.weight
            boost = stem_boost * float(rarity)
            terms.append(QueryTerm("stems", unit, boost))
    return terms


def sum_frequencies(expansions: Sequence[Expansion], terms: int) -> NDArray[np.float64]:
    """Return for each of so many terms the weighted sum of its expansions' document frequencies."""
    frequencies = np.zeros(terms)
    for expansion in expansions:
        frequencies[expansion.term] += expansion.weight * expansion.frequency
    return frequencies


def score_dense(
    query: Query, generation: OpenedIndex, rows: NDArray[np.int64], languages: Sequence[str]
) -> NDArray[np.float64]:
    """Return the cosine of each passage's best sentence; 0 for a passage without sentences."""
    ranges = []
    sentences: list[int] = []
    for row in rows.tolist():
        passage = generation.sentence_rows(row)
        ranges.append(passage)
        sentences.extend(passage)
    # All vectors are read at once: one call of FAISS instead of one a passage.
    sentence_rows = np.array(sentences, dtype=np.int64)
    vectors = generation.vectors.reconstruct(sentence_rows)
    scores = np.zeros(len(rows))
    start = 0
    for place, passage in enumerate(ranges):
        end = start + len(passage)
        if start < end:
            question = query.vector_for(languages[place])
            cosines = vectors[start:end] @ question
            scores[place] = cosines.max()
        start = end
    return scores


def score_soft(
    query: Query,
    generation: OpenedIndex,
    rows: NDArray[np.int64],
    languages: Sequence[str],
    *,
    table: NDArray[np.float16],
) -> NDArray[np.float64]:
    """Return the soft-term score of each passage, asked for in the words of its language."""
    statistics = TokenStatistics(
        generation.token_frequency,
        generation.size,
        generation.mean_length,
    )
    own_tokens = query.weighted_tokens[query.language]
    language_of_row = np.array(languages)
    scores = np.zeros(len(rows))
    for language in dict.fromkeys(languages):
        is_in_language = language_of_row == language
        passages = _read_tokens(generation, rows[is_in_language])
        scores[is_in_language] = score_soft_terms(
            query.weighted_tokens.get(language, own_tokens),
            passages,
            table=table,
            statistics=statistics,
        )
    return scores


def _read_tokens(generation: OpenedIndex, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the token ids of each passage, in order."""
    nothing = np.zeros(0, np.int64)  # what numpy can join where a passage has no sentence
    passages = []
    for row in rows.tolist():
        sentence_rows = generation.sentence_rows(row)
        sentences = generation.tokens(sentence_rows)
        joined = np.concatenate([nothing, *sentences])
        passages.append(joined)
    return passages
