"""Hits into the sentences that answer, or into the finding that none does. No language model.

Every sentence of the best passages is described by features that a person can read (``rag.answer.features``). One small learned
scorer orders them; the best are quoted, together with the sentences their pronouns point back to. Another says, of what the
best one shows and of how the passages cover the question (``rag.answer.answerability``), whether it is answered at all. Both are
fitted by ``scripts/train_extract.py``.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.answer import scorer
from rag.answer.answerability import (
    compute_answerability_features,
    compute_coverage_features,
    find_missing_terms,
    is_off_topic,
)
from rag.answer.features import NAMES, Features
from rag.answer.quotation_spans import Candidate, choose_quotations
from rag.records import Explanation, Reason
from rag.search import BONUSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from rag.index.generations import Generation
    from rag.question.expand import Query
    from rag.records import Hit, Passage, Span, Status

# The confidence that an answer needs, by the passages of the index, at most: the more there are, the more of a question some
# of them cover by chance.
CONFIDENCE_THRESHOLDS = ((100, 0.4), (float("inf"), 0.55))
SURE_FROM = 0.85  # confidence from which a word that nothing covers is not worth a mention
EXPLAINED = 3  # sentences
# What a feature speaks of, told by how its name begins: the first that fits.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "words": ("exact", "least exact"),
    "near words": ("soft terms", "soft", "near", "least soft"),
    "with what is before it": ("window", "before", "leans"),
    "meaning": ("dense", "cosine"),
    "kind of answer": ("asks", "holds"),
    "passage": ("passage", "rank", "score", "lexical", "lead"),
    "place and length": ("",),
}


class Choice(NamedTuple):
    """What answers, or that nothing does."""

    status: Status
    quotes: list[tuple[Passage, Span]]  # best first
    best: list[Candidate]  # the three best sentences, whether quoted or not
    ranks: list[int]  # of the passages, by their best sentence
    order: list[int]  # of the candidates, best first
    lacks: tuple[
        str, ...
    ] = ()  # words of the question that the best sentence's article has nothing for
    explanation: Explanation | None = None


def list_candidates(
    hits: Sequence[Hit], rows: Sequence[int], *, generation: Generation
) -> list[Candidate]:
    """The sentences of hits, in order; ``rows`` are the hits' passage rows."""
    found = []
    for rank, (hit, row) in enumerate(zip(hits, rows, strict=True)):
        sentence_rows = generation.sentence_rows(row)
        vectors = generation.vectors.reconstruct(np.array(sentence_rows, dtype=np.int64))
        spans, ids = generation.spans(sentence_rows), generation.tokens(sentence_rows)
        found += [
            Candidate(hit, rank, place, *parts)
            for place, parts in enumerate(zip(spans, ids, vectors, strict=True))
        ]
    return found


def choose_sentences(
    query: Query, found: Sequence[Candidate], *, table: NDArray[np.float16], size: int, budget: int
) -> Choice:
    """The sentences that answer, at most ``budget`` words of them unless the first alone is longer.

    ``table``: the shipped model's token vectors; ``size``: passages of the index.
    """
    if not found:
        return Choice("not_in_sources", [], [], [], [])
    features = Features(query, found, table=table, size=size)
    preferred = np.array(
        [sum(candidate.hit.scores.get(name, 0.0) for name in BONUSES) for candidate in found]
    )
    scores = scorer.load_scorer("sentence").scores(features.matrix) + preferred
    order = np.argsort(-scores, kind="stable").tolist()
    shown = compute_answerability_features(
        features.matrix, compute_coverage_features(features), scores, features.numbers
    )
    confidence = float(1 / (1 + np.exp(-scorer.load_scorer("answered").scores(shown[None])[0])))
    unknown = query.spelling.unknown
    refused = (
        confidence < get_confidence_threshold(size)
        or bool(unknown)
        or is_off_topic(features, order[0])
    )
    lacks = tuple(
        dict.fromkeys(
            [*unknown, *(find_missing_terms(features, order[0]) if confidence < SURE_FROM else ())]
        )
    )
    status: Status = "not_in_sources" if refused else "partial" if lacks else "answered"
    quotes = [] if refused else choose_quotations(found, scores, order, budget)
    ranks = list(dict.fromkeys(found[index].rank for index in order))
    why = explain_choice(
        features, scores, order[:EXPLAINED], confidence, get_confidence_threshold(size)
    )
    return Choice(status, quotes, [found[index] for index in order[:3]], ranks, order, lacks, why)


def get_confidence_threshold(size: int) -> float:
    """The confidence that an answer needs in an index of so many passages."""
    return next(confidence for limit, confidence in CONFIDENCE_THRESHOLDS if size <= limit)


def explain_choice(
    features: Features,
    scores: NDArray[np.float64],
    best: Sequence[int],
    confidence: float,
    least: float,
) -> Explanation:
    """Why the best sentences are the best: what each family of features adds to their scores, next to the mean candidate."""
    mean = features.matrix.mean(axis=0)
    reasons = []
    for index in best:
        row = features.matrix[index]
        gains = scorer.load_scorer("sentence").slopes(row) * (row - mean)
        parts = {family: float(gains[columns].sum()) for family, columns in _families().items()}
        reasons.append(
            Reason(features.found[index].text, float(scores[index] - scores.mean()), parts)
        )
    return Explanation(features.kind, confidence, least, tuple(reasons))


@functools.cache
def _families() -> Mapping[str, list[int]]:
    """The columns of each family's features."""
    families: dict[str, list[int]] = {family: [] for family in FAMILIES}
    for column, name in enumerate(NAMES):
        families[
            next(family for family, starts in FAMILIES.items() if name.startswith(starts))
        ].append(column)
    return families
