"""What --explain says."""

from __future__ import annotations

import pytest
from answers import (
    MATCHES,
    answered,
    article,
    passage,
)
from pages import written

from rag import show
from rag.records import Answer, Explanation, Hit, Reason, WordMatch
from rag.show.lines import Page, join_blocks
from rag.show.why import explain_answer


def explain(answer: Answer) -> Page:
    return join_blocks(explain_answer(answer))


def test_an_explanation_says_which_word_stands_for_which() -> None:
    """Catches the two words swapped, a weight lost, the same word beside itself, noise, matches
    nobody asked for.
    """
    answer = answered(
        hits=(Hit(passage(article()), 1.0, {"dense": 0.5}, MATCHES), Hit(passage(article()), 0.5))
    )
    lines = written(show.answer_page(answer, explain=True)).splitlines()
    (line,) = [line.strip() for line in lines if "↔" in line]
    assert line.startswith("Qui ↔ who .41")
    assert line.count("↔") == 1
    assert {"remplacera", "PAUL"} <= set(line.replace(",", " ").split())
    assert "↔" not in written(show.answer_page(answer))


@pytest.mark.parametrize(
    ("gain", "is_named"), [(0.049, False), (0.05, True), (-0.049, False), (-0.05, True)]
)
def test_only_what_counts_is_named_of_a_score(gain: float, is_named: bool) -> None:
    """Catches a border moved, and features that speak against a sentence left out."""
    reason = Reason("A sentence.", 1.0, {"words": gain})
    answer = answered(explanation=Explanation(None, 0.2, 0.35, (reason,)))
    text = written(explain(answer))
    assert (f"words {gain:+.1f}" in text) == is_named
    assert "asks for nothing in particular; confidence 0.20, answers from 0.35" in text


@pytest.mark.parametrize(
    ("weight", "text"),
    [(0.099, None), (0.1, "a ↔ bb .10"), (0.5, "a ↔ bb .50"), (1.0, "a ↔ bb 1.00")],
)
def test_weights_of_words_that_stand_for_others(weight: float, text: str | None) -> None:
    """Catches noise that is shown, and a weight of 1 that loses its 1."""
    match = WordMatch("a", "bb", weight)
    answer = answered(hits=(Hit(passage(article()), 1.0, {}, (match,)),))
    lines = [line.plain.strip() for line in explain(answer) if "↔" in line.plain]
    assert lines == ([text] if text else [])


def test_without_an_explanation_the_channels_are_explained() -> None:
    """Catches a page that fails for a search, which explains no sentences."""
    lines = [line.plain for line in explain(answered(explanation=None))]
    assert len(lines) == 3
    assert lines[0].startswith(
        "  1. score 0.5 | dense 0.75 lexical 12.5 | seeds/lettre.txt:3 | La Vallée"
    )
    assert lines[2].startswith("  2. score 0.25 | seeds/lettre.txt:6 | ")
