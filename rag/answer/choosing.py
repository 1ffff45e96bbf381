"""Hits into the sentences that answer, or into the finding that none does. No language model.

Every sentence of the best passages is described by features that a person can read
(``rag.answer.features``). One small learned scorer orders them; the best are quoted, together with
the sentences their pronouns point back to. Another says, of what the best one shows and of how the
passages cover the question (``rag.answer.answerability``), whether it is answered at all. Both are
fitted by ``scripts/train_extract.py``.
"""

from __future__ import annotations

import functools
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.answer import scorer
from rag.answer.answerability import (
    compute_answerability_features,
    compute_coverage_features,
    find_missing_terms,
    is_off_topic,
)
from rag.answer.feature_names import FEATURE_NAMES
from rag.answer.features import Features
from rag.answer.quotation_spans import Candidate, choose_quotations
from rag.records import Explanation, Reason
from rag.search import BONUSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from rag.answer.conflicts import Disagreement
    from rag.answer.layouts import Layout
    from rag.answer.quotation_spans import Quotation
    from rag.index.opened import OpenedIndex
    from rag.question.expand import Query
    from rag.question.question_types import QuestionType
    from rag.records import Hit, Status

    Scores = NDArray[np.float64]

# The confidence that an answer needs, in an index of at most so many passages: the more there are,
# the more of a question some of them cover by chance. Chosen by hand on the cross-validated figures
# of scripts/train_extract.py.
CONFIDENCE_THRESHOLDS = ((100, 0.4), (float("inf"), 0.55))
CERTAIN_FROM = 0.85  # confidence from which an uncovered word is not worth a mention; by hand
TOP_SENTENCES = 3  # kept and explained, whether they are quoted or not
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


NO_VALUES: Mapping[int, str] = MappingProxyType({})


class Choice(NamedTuple):
    """What answers, or that nothing does, and what it was chosen from."""

    status: Status
    quotations: list[Quotation]  # best first
    top_sentences: Sequence[Candidate] = ()  # best first, whether quoted or not
    sentence_order: Sequence[int] = ()  # places of all candidates, best first
    passage_order: Sequence[int] = ()  # ranks of the passages, by their best sentence
    missing_terms: tuple[str, ...] = ()  # of the question, as asked
    question_type: QuestionType | None = None  # the kind of answer asked for
    explanation: Explanation | None = None
    scores: Sequence[float] = ()  # the reader's, of all candidates
    values: Mapping[int, str] = NO_VALUES  # what was asked for, as the reader read it, by place
    margins: Sequence[float] = ()  # how far below the best each of ``sentence_order`` scores
    layout: Layout | None = None  # of a question that asks for a form: a row for each quotation
    disagreements: Sequence[Disagreement] = ()  # of other articles with what a layout quotes


def list_candidates(
    hits: Sequence[Hit], rows: Sequence[int], *, generation: OpenedIndex
) -> list[Candidate]:
    """Return the sentences of hits, in order; ``rows`` are the hits' passage rows."""
    candidates = []
    for rank, (hit, row) in enumerate(zip(hits, rows, strict=True)):
        sentence_rows = generation.sentence_rows(row)
        row_numbers = np.array(sentence_rows, dtype=np.int64)
        # What the index keeps of each sentence, so that nothing is embedded or cut again.
        sentences = zip(
            generation.spans(sentence_rows),
            generation.tokens(sentence_rows),
            generation.vectors.reconstruct(row_numbers),
            strict=True,
        )
        for place, (span, tokens, vector) in enumerate(sentences):
            candidates.append(Candidate(hit, rank, place, span, tokens, vector))
    return candidates


def choose_sentences(
    query: Query,
    candidates: Sequence[Candidate],
    *,
    table: NDArray[np.float16],
    size: int,
    budget: int,
) -> Choice:
    """Return the sentences that answer, or a refusal.

    At most ``budget`` words are quoted unless the first sentence alone is longer.

    ``table``: the shipped model's token vectors; ``size``: passages of the index.
    """
    if not candidates:
        return Choice("not_in_sources", [])
    features = Features(query, candidates, table=table, size=size)
    scores = score_sentences(features)
    order = np.argsort(-scores, kind="stable").tolist()
    confidence = compute_confidence(features, scores)
    threshold = get_confidence_threshold(size)

    unknown_words = query.spelling.unknown
    missing_terms = list(unknown_words)
    if confidence < CERTAIN_FROM:
        missing_terms += find_missing_terms(features, order[0])

    # Off topic comes last: it costs most, and is seldom what decides.
    is_refused = confidence < threshold or bool(unknown_words) or is_off_topic(features, order[0])
    status: Status = "answered"
    quotations: list[Quotation] = []
    if is_refused:
        status = "not_in_sources"
    else:
        status = "partial" if missing_terms else "answered"
        quotations = choose_quotations(candidates, scores, order, budget)

    top = order[:TOP_SENTENCES]
    ranks = [candidates[place].rank for place in order]
    return Choice(
        status,
        quotations,
        top_sentences=[candidates[place] for place in top],
        sentence_order=order,
        margins=(scores[order[0]] - scores[order]).tolist(),
        passage_order=list(dict.fromkeys(ranks)),
        missing_terms=tuple(dict.fromkeys(missing_terms)),
        question_type=features.question_type,
        explanation=Explanation(
            features.question_type,
            confidence,
            threshold,
            explain_scores(features, scores, top),
        ),
    )


def score_sentences(features: Features) -> Scores:
    """Return (candidates,): the learned score of each, raised where its passage was preferred."""
    sentence_scorer = scorer.load_scorer("sentence")
    scores = sentence_scorer.scores(features.matrix)
    return scores + compute_bonuses(features.candidates)


def compute_bonuses(candidates: Sequence[Candidate]) -> Scores:
    """Return (candidates,): what each gains where its passage was preferred, by its day say."""
    bonuses = np.zeros(len(candidates))
    for place, candidate in enumerate(candidates):
        for name in BONUSES:
            bonuses[place] += candidate.hit.scores.get(name, 0.0)
    return bonuses


def compute_confidence(features: Features, scores: Scores) -> float:
    """Return the probability that the passages answer the question, by logistic regression."""
    row = compute_answerability_features(
        features.matrix,
        compute_coverage_features(features),
        scores,
        features.article_numbers,
    )
    answered_scorer = scorer.load_scorer("answered")
    [logit] = answered_scorer.scores(row[None])
    odds_against = np.exp(-logit)
    return float(1 / (1 + odds_against))


def get_confidence_threshold(size: int) -> float:
    """Return the confidence that an answer needs in an index of so many passages."""
    # The last limit is infinite.
    return next(
        threshold
        for limit, threshold in CONFIDENCE_THRESHOLDS  # ascending
        if size <= limit
    )


def explain_scores(features: Features, scores: Scores, top: Sequence[int]) -> tuple[Reason, ...]:
    """Return why the top sentences are the best: what each family of features adds to their scores.

    A contribution is the feature's slope times its distance from the mean candidate's (gradient
    times input).
    """
    mean_row = features.matrix.mean(axis=0)
    mean_score = scores.mean()
    sentence_scorer = scorer.load_scorer("sentence")
    reasons = []
    for place in top:
        row = features.matrix[place]
        gains = sentence_scorer.slopes(row) * (row - mean_row)
        contributions = {}
        for family, columns in list_family_columns().items():
            contributions[family] = float(gains[columns].sum())
        reason = Reason(
            features.candidates[place].text,
            float(scores[place] - mean_score),
            contributions,
        )
        reasons.append(reason)
    return tuple(reasons)


@functools.cache
def list_family_columns() -> Mapping[str, list[int]]:
    """Return the columns of each family's features in ``Features.matrix``."""
    columns: dict[str, list[int]] = {}
    for family in FAMILIES:
        columns[family] = []
    for column, name in enumerate(FEATURE_NAMES):
        family = find_family(name)
        columns[family].append(column)
    return columns


def find_family(feature: str) -> str:
    """Return the family of a feature, told by how its name begins."""
    return next(
        family
        for family, starts in FAMILIES.items()  # the last fits every name
        if feature.startswith(starts)
    )
