"""What one ranking, one refusal and one quotation count, as outside authorities count them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CUTS = (1, 5, 10)  # ranks at which success is measured, as the field reports them
DEPTH = 10  # ranks that MRR and nDCG look at, as BEIR reports them


def measure_ranking(ranking: Sequence[str], relevant: Mapping[str, float]) -> dict[str, float]:
    """Return success at 1, 5 and 10, reciprocal rank, and nDCG at 10 of one ranking.

    ``R@k`` is 1 when a relevant source is among the first k, else 0; with one relevant source per
    question that is recall@k. nDCG after Järvelin and Kekäläinen (2002), gains as they are,
    discounted by log2(rank + 1).
    """
    position = _find_first_relevant(ranking, relevant)
    measures = {f"R@{cut}": float(position < cut) for cut in CUTS}
    measures[f"MRR@{DEPTH}"] = 1.0 / (position + 1) if position < DEPTH else 0.0
    gains = [relevant.get(name, 0.0) for name in ranking[:DEPTH]]
    ideal_gains = sorted(relevant.values(), reverse=True)[:DEPTH]
    ideal = _discount(ideal_gains)
    measures[f"nDCG@{DEPTH}"] = _discount(gains) / ideal if ideal else 0.0
    return measures


def measure_refusals(outcomes: Iterable[tuple[bool, bool]]) -> dict[str, float] | None:
    """Return precision, recall and balanced accuracy of refusing; None where all can be answered.

    ``outcomes``: of each question whether it is unanswerable, and whether it was refused.
    """
    refused_unanswerable: list[bool] = []
    refused_answerable: list[bool] = []
    for unanswerable, refused in outcomes:
        (refused_unanswerable if unanswerable else refused_answerable).append(refused)
    if not refused_unanswerable:
        return None
    right = sum(refused_unanswerable)
    wrong = sum(refused_answerable)
    recall = right / len(refused_unanswerable)
    specificity = 1.0 - wrong / len(refused_answerable) if refused_answerable else recall
    return {
        "precision": right / max(right + wrong, 1),
        "recall": recall,
        "balanced_accuracy": (recall + specificity) / 2,
    }


def holds_answer(answers: Iterable[str], quotes: Iterable[str]) -> bool:
    """Return whether a quotation holds an answer, but for case, accents and white space."""
    texts = [_normalise(quote) for quote in quotes]
    for answer in answers:
        expected = _normalise(answer)
        if expected and any(expected in text for text in texts):
            return True
    return False


def compute_mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean of at least one value."""
    return sum(values) / len(values)


def _find_first_relevant(ranking: Sequence[str], relevant: Mapping[str, float]) -> float:
    """Return the position, from 0, of the first relevant source; infinity when there is none."""
    for position, name in enumerate(ranking):
        if relevant.get(name, 0.0) > 0:
            return position
    return math.inf


def _discount(gains: Sequence[float]) -> float:
    """Return the discounted cumulative gain of gains in rank order."""
    return sum(gain / math.log2(position + 2) for position, gain in enumerate(gains))


def _normalise(text: str) -> str:
    return " ".join(fold(text).split())
