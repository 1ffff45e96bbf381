"""What the best sentence shows, and all the passages together, of whether the articles answer a question at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rag.answer.features import NAMES, SOFT
from rag.question.question_types import get_question_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.answer.features import Features

    Array = NDArray[np.float64]
    Rows = NDArray[np.floating[Any]]

MARGINS = ("its score", "above other articles", "above the next")
COVERAGE_FEATURES = (
    "whole rare", "whole telling", "whole names", "least of the rarer", "whole of the rarer", "unseen rare", "unseen telling",
    "unseen names", "anywhere rare", "anywhere names", "articles",
)  # fmt: skip
ANSWERABILITY_FEATURES = (*NAMES, *COVERAGE_FEATURES, *MARGINS)
LEAST = 0.1  # share of a question that must be there
TELLING, NAMED = (
    0.2,
    0.1,
)  # share of a question from which the lack of a word, or of a name, is worth mentioning


def compute_answerability_features(
    rows: Rows, around: Rows, scores: Array, articles: NDArray[np.int64]
) -> Array:
    """(JUDGED,): what there is to judge by, of candidates with these features, surroundings, scores and article numbers."""
    best = int(np.argmax(scores))
    rivals = (scores[articles != articles[best]], np.delete(scores, best))
    margins = [scores[best] - some.max() if len(some) else 0.0 for some in rivals]
    return np.concatenate([rows[best], around[best], [scores[best], *margins]], dtype=np.float64)


def compute_coverage_features(features: Features) -> Array:
    """(candidates, AROUND): how the question is covered by each one's whole passage, and by all passages."""
    shares, whole, soft = features.shares, features.whole, features.channels["passage"]
    unseen, anywhere = features.frequency == 0, soft.max(axis=1)
    rarer = shares["rare"] >= np.sort(shares["rare"])[len(whole) // 2 :].min(initial=1.0)
    overall = (
        shares["rare"] @ unseen,
        shares["telling"] @ unseen,
        shares["names"] @ unseen,
        shares["rare"] @ anywhere,
        shares["names"] @ anywhere,
        np.log1p(len(set(features.numbers.tolist()))),
    )
    own = (
        shares["rare"] @ whole,
        shares["telling"] @ whole,
        shares["names"] @ whole,
        soft[rarer].min(axis=0, initial=1.0),
        whole[rarer].sum(axis=0) / max(rarer.sum(), 1),
    )
    return np.column_stack([*own, *(np.full(whole.shape[1], value) for value in overall)])


def find_missing_terms(features: Features, best: int) -> list[str]:
    """The words of the question that say much and that the best sentence's article has nothing for, as they were asked."""
    query, share = features.query, features.shares["telling"]
    least = np.where(query.names, NAMED, TELLING)
    lacks = np.flatnonzero(
        (share >= least) & ~find_covered_terms(features, best) & find_content_terms(features)
    )
    return [
        query.text[query.words[place].start : query.words[place].end] for place in lacks.tolist()
    ]


def is_off_topic(features: Features, best: int) -> bool:
    """Whether the best sentence's article has nothing, or next to nothing, of what the question speaks of."""
    share = features.shares["telling"] * find_content_terms(features)
    return bool(share @ find_covered_terms(features, best) < LEAST * share.sum())


def find_covered_terms(features: Features, best: int) -> NDArray[np.bool_]:
    """Which words of the question the best sentence's article has something for."""
    there = np.maximum(features.channels["passage"], features.said_otherwise)
    return np.asarray(there[:, features.numbers == features.numbers[best]].max(axis=1) >= SOFT)


def find_content_terms(features: Features) -> NDArray[np.bool_]:
    """Which words of the question are no question words."""
    return np.array([term not in get_question_words() for term in features.query.terms], dtype=bool)
