"""Answerability: the margins of a best candidate, missing terms, and what is off topic."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from rag.answer import answerability
from rag.answer.answerability import (
    compute_answerability_features,
    compute_margin,
    find_missing_terms,
    is_off_topic,
)
from rag.answer.feature_names import FEATURE_NAMES
from rag.text import find_words

QUESTION = "Combien gagne Morel ?"  # a question word, a word, a name


def features(
    coverage: list[list[float]],
    *,
    telling: tuple[float, ...] = (0.0, 0.5, 0.5),
    articles: tuple[int, ...] = (0, 0, 1),
    paraphrased: list[list[float]] | None = None,
) -> Any:
    """What is known of three candidates: ``coverage`` of each word by the passage of each."""
    words = tuple(find_words(QUESTION))
    covered = np.array(coverage)
    return SimpleNamespace(
        query=SimpleNamespace(
            text=QUESTION,
            language="fr",
            words=words,
            terms=tuple(word.term for word in words),
            names=np.array([False, False, True]),
        ),
        shares={"telling": np.array(telling)},
        channels={"passage": covered},
        paraphrased=np.array(paraphrased) if paraphrased else np.zeros_like(covered),
        article_numbers=np.array(articles),
    )


NOTHING = [[0.0, 0.0, 0.0]] * 3


@pytest.mark.parametrize(
    ("telling", "missing"),
    [
        ((0.6, 0.2, 0.1), ["gagne", "Morel"]),  # at both limits: .2 for a word, .1 for a name
        ((0.6, 0.199, 0.1), ["Morel"]),
        ((0.6, 0.2, 0.099), ["gagne"]),
        ((1.0, 0.0, 0.0), []),  # nobody misses "combien"
    ],
)
def test_words_are_missed_from_a_share_of_the_information(
    telling: tuple[float, ...], missing: list[str]
) -> None:
    """Catches another limit for names or words, "greater" for "at least", question words missed."""
    assert find_missing_terms(features(NOTHING, telling=telling), 0) == missing


JUST_BELOW = float(np.nextafter(answerability.COVERED_FROM, 0))


@pytest.mark.parametrize(
    ("second_passage", "best", "missing"),
    [
        (JUST_BELOW, 0, ["gagne", "Morel"]),
        (answerability.COVERED_FROM, 0, ["Morel"]),
        (answerability.COVERED_FROM, 2, ["gagne"]),
    ],
)
def test_the_whole_article_covers(second_passage: float, best: int, missing: list[str]) -> None:
    """Catches the best passage alone asked, another article asked, and a limit that is exclusive."""
    # By word: what the three passages have of it. The third is another article's.
    has_name = 1.0 if best == 2 else 0.0
    coverage = [[0.0, 0.0, 0.0], [0.0, second_passage, 0.0], [0.0, 0.0, has_name]]
    assert find_missing_terms(features(coverage), best) == missing


def test_another_word_of_the_topic_covers() -> None:
    """Catches a word missed that the article says in other words."""
    paraphrased = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    assert find_missing_terms(features(NOTHING, paraphrased=paraphrased), 1) == ["Morel"]


@pytest.mark.parametrize(("share", "off"), [(0.0999, True), (0.1, False)])
def test_next_to_nothing_covered_is_off_topic(share: float, off: bool) -> None:
    """Catches a limit that moved, and the question word counted as covered or as content."""
    telling = (0.0, share, 1 - share)
    coverage = [[1.0] * 3, [1.0] * 3, [0.0] * 3]
    assert is_off_topic(features(coverage, telling=telling), 0) is off


def test_margins_are_above_other_articles_and_above_the_next() -> None:
    """Catches the best compared with itself, with its own article, or with the worst."""
    rows = np.arange(3 * len(FEATURE_NAMES), dtype=float).reshape(3, -1)
    coverage = np.arange(3 * len(answerability.COVERAGE_FEATURES), dtype=float).reshape(3, -1)
    scores = np.array([0.5, 0.9, 0.25])
    values = compute_answerability_features(rows, coverage, scores, np.array([7, 7, 8]))
    assert values.shape == (len(answerability.ANSWERABILITY_FEATURES),)
    assert values[: len(FEATURE_NAMES)].tolist() == rows[1].tolist()
    assert values[len(FEATURE_NAMES) : -3].tolist() == coverage[1].tolist()
    assert values[-3:] == pytest.approx([0.9, 0.65, 0.4])


def test_a_candidate_without_rivals_has_no_margin() -> None:
    """Catches the maximum of nothing."""
    assert compute_margin(0.7, np.array([])) == 0
    assert compute_margin(0.7, np.array([0.2, 0.9])) == pytest.approx(-0.2)
