"""Answerability: whether the articles answer a question at all.

It shows in the best sentence and in how all passages together cover the question; the scorer
"answered" (``scripts/train_extract.py``) judges these features. Beside it stand two plain rules:
which words of the question nothing covers (missing terms), and whether next to nothing of it is
covered (off topic).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rag.answer.feature_names import FEATURE_NAMES
from rag.answer.features import COVERED_FROM
from rag.question.question_types import get_question_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.answer.features import Features

    Array = NDArray[np.float64]
    Rows = NDArray[np.floating[Any]]

MARGINS = ("its score", "above other articles", "above the next")
# How the question is covered by a candidate's whole passage and headline together.
PASSAGE_COVERAGE = (
    "whole rare",
    "whole telling",
    "whole names",
    "least of the rarer",
    "whole of the rarer",
)
# How it is covered by the index, and by all passages that were found.
OVERALL_COVERAGE = (
    "unseen rare",
    "unseen telling",
    "unseen names",
    "anywhere rare",
    "anywhere names",
    "articles",
)
COVERAGE_FEATURES = (*PASSAGE_COVERAGE, *OVERALL_COVERAGE)
ANSWERABILITY_FEATURES = (*FEATURE_NAMES, *COVERAGE_FEATURES, *MARGINS)
# Shares of a question's information content; all three chosen by hand on the development questions.
ON_TOPIC_SHARE = 0.1  # what an article must cover of it, lest it be off topic
MISSING_TERM_SHARE = 0.2  # from which an uncovered word is worth mentioning
MISSING_NAME_SHARE = 0.1  # from which an uncovered name is


def compute_answerability_features(
    rows: Rows, coverage: Rows, scores: Array, articles: NDArray[np.int64]
) -> Array:
    """Return (ANSWERABILITY_FEATURES,): features, coverage and score margins of the best candidate.

    ``rows`` is (candidates, FEATURE_NAMES), ``coverage`` (candidates, COVERAGE_FEATURES);
    ``scores`` and the numbers of the candidates' ``articles`` are (candidates,).
    """
    best = int(np.argmax(scores))
    score = scores[best]
    is_elsewhere = articles != articles[best]
    others = np.delete(scores, best)
    margins = [
        score,
        compute_margin(score, scores[is_elsewhere]),
        compute_margin(score, others),
    ]
    return np.concatenate(
        [rows[best], coverage[best], margins],
        dtype=np.float64,
    )


def compute_margin(score: float, rivals: Array) -> float:
    """Return by how much a score is above the best of its rivals; 0 without any."""
    if not len(rivals):
        return 0.0
    return score - float(rivals.max())


def compute_coverage_features(features: Features) -> Array:
    """Return (candidates, COVERAGE_FEATURES): how well passages cover the question.

    First each candidate's whole passage, then all of them together.
    """
    columns = list(compute_passage_coverage(features))
    candidate_count = len(features.candidates)
    for value in compute_overall_coverage(features):
        column = np.full(candidate_count, value)
        columns.append(column)
    return np.column_stack(columns)


def compute_passage_coverage(features: Features) -> tuple[Array, ...]:
    """Return one (candidates,) column for each of ``PASSAGE_COVERAGE``."""
    shares = features.shares
    whole = features.whole
    rarity = shares["rare"]
    # The rarer half of the question's words, at least one of them where there is any.
    rarer_half = np.sort(rarity)[len(whole) // 2 :]
    is_rarer = rarity >= rarer_half.min(initial=1.0)
    soft_of_rarer = features.channels["passage"][is_rarer]
    whole_of_rarer = whole[is_rarer]
    return (
        shares["rare"] @ whole,
        shares["telling"] @ whole,
        shares["names"] @ whole,
        soft_of_rarer.min(axis=0, initial=1.0),
        whole_of_rarer.sum(axis=0) / max(is_rarer.sum(), 1),
    )


def compute_overall_coverage(features: Features) -> tuple[float, ...]:
    """Return one number for each of ``OVERALL_COVERAGE``: the same for all candidates."""
    shares = features.shares
    is_unseen = features.frequency == 0
    best_anywhere = features.channels["passage"].max(axis=1)
    # np.unique imports numpy.ma, which no question needs besides.
    article_count = len(set(features.article_numbers.tolist()))
    return (
        shares["rare"] @ is_unseen,
        shares["telling"] @ is_unseen,
        shares["names"] @ is_unseen,
        shares["rare"] @ best_anywhere,
        shares["names"] @ best_anywhere,
        np.log1p(article_count),
    )


def find_missing_terms(features: Features, best: int) -> list[str]:
    """Return the words of the question that the best sentence's article has nothing for.

    They are as they were asked. Only content words that carry enough of the question's information
    content are missed.
    """
    query = features.query
    threshold = np.where(query.names, MISSING_NAME_SHARE, MISSING_TERM_SHARE)
    # Important, a content word, and covered by nothing.
    is_missing = features.shares["telling"] >= threshold
    is_missing &= find_content_terms(features)
    is_missing &= ~find_covered_terms(features, best)
    missing_terms = []
    for word, missing in zip(query.words, is_missing, strict=True):
        if missing:
            written = query.text[word.start : word.end]
            missing_terms.append(written)
    return missing_terms


def is_off_topic(features: Features, best: int) -> bool:
    """Return whether the best sentence's article has next to nothing that the question is about."""
    is_content = find_content_terms(features)
    is_covered = find_covered_terms(features, best)
    content_share = features.shares["telling"] * is_content
    covered_share = content_share @ is_covered
    threshold = ON_TOPIC_SHARE * content_share.sum()
    return bool(covered_share < threshold)


def find_covered_terms(features: Features, best: int) -> NDArray[np.bool_]:
    """Return (terms,): whether the best sentence's article has something for each word."""
    numbers = features.article_numbers
    own_number = numbers[best]
    same_article = numbers == own_number
    # Near duplicates count as one article; another word of the same topic counts, too.
    passage_coverage = features.channels["passage"]
    coverage = np.maximum(passage_coverage, features.paraphrased)
    best_of_article = coverage[:, same_article].max(axis=1)
    return np.asarray(best_of_article >= COVERED_FROM)


def find_content_terms(features: Features) -> NDArray[np.bool_]:
    """Return (terms,): whether each word of the question is a content word, no question word."""
    query = features.query
    question_words = get_question_words(query.language)
    is_content = []
    for term in query.terms:
        is_content.append(term not in question_words)
    return np.array(is_content, dtype=bool)
