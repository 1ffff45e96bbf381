"""Answerability: whether the articles answer a question at all, by what its best sentence shows and all passages together.

The features are judged by the scorer "answered" (``scripts/train_extract.py``). Beside it stand two plain rules: which
words of the question nothing covers (missing terms), and whether next to nothing of it is covered (off topic).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rag.answer.features import COVERED_FROM, FEATURE_NAMES
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
    """Return (ANSWERABILITY_FEATURES,): the features, the coverage and the score margins of the best candidate.

    ``rows`` is (candidates, FEATURE_NAMES), ``coverage`` (candidates, COVERAGE_FEATURES); ``scores`` and the numbers of the
    candidates' ``articles`` are (candidates,). A margin without rivals is 0.
    """
    best = int(np.argmax(scores))
    rivals_of_other_articles = scores[articles != articles[best]]
    all_rivals = np.delete(scores, best)
    margins = []
    for rivals in (rivals_of_other_articles, all_rivals):
        margin = scores[best] - rivals.max() if len(rivals) else 0.0
        margins.append(margin)
    return np.concatenate(
        [rows[best], coverage[best], [scores[best], *margins]],
        dtype=np.float64,
    )


def compute_coverage_features(features: Features) -> Array:
    """Return (candidates, COVERAGE_FEATURES): how each one's whole passage, and all passages, cover the question."""
    passage_coverage = compute_passage_coverage(features)
    candidate_count = features.whole.shape[1]
    overall_columns = [
        np.full(candidate_count, value) for value in compute_overall_coverage(features)
    ]
    return np.column_stack([*passage_coverage, *overall_columns])


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
    """Return the words of the question that the best sentence's article has nothing for, as they were asked.

    Only content words that carry enough of the question's information are missed.
    """
    query = features.query
    threshold = np.where(query.names, MISSING_NAME_SHARE, MISSING_TERM_SHARE)
    is_important = features.shares["telling"] >= threshold
    is_covered = find_covered_terms(features, best)
    is_missing = is_important & ~is_covered & find_content_terms(features)
    missing_terms = []
    for place in np.flatnonzero(is_missing).tolist():
        word = query.words[place]
        missing_terms.append(query.text[word.start : word.end])
    return missing_terms


def is_off_topic(features: Features, best: int) -> bool:
    """Return whether the best sentence's article has next to nothing of what the question speaks of."""
    content_share = features.shares["telling"] * find_content_terms(features)
    covered_share = content_share @ find_covered_terms(features, best)
    return bool(covered_share < ON_TOPIC_SHARE * content_share.sum())


def find_covered_terms(features: Features, best: int) -> NDArray[np.bool_]:
    """Return (terms,): whether the best sentence's article has something for each word of the question."""
    coverage = np.maximum(features.channels["passage"], features.paraphrased)
    same_article = features.article_numbers == features.article_numbers[best]
    best_of_article = coverage[:, same_article].max(axis=1)
    return np.asarray(best_of_article >= COVERED_FROM)


def find_content_terms(features: Features) -> NDArray[np.bool_]:
    """Return (terms,): whether each word of the question is a content word, no question word."""
    question_words = get_question_words(features.query.language)
    is_content = [term not in question_words for term in features.query.terms]
    return np.array(is_content, dtype=bool)
