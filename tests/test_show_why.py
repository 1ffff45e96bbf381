"""What --explain says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from answers import (
    MATCHES,
    answered,
    article,
    passage,
)
from pages import written

from rag import show
from rag.answer.choosing import FAMILIES
from rag.question.question_types import QUESTION_TYPES
from rag.records import Answer, Explanation, Hit, Reason, WordMatch
from rag.search.channels import CHANNELS
from rag.search.fusion import BONUSES
from rag.show.lines import Page, join_blocks
from rag.show.why import explain_answer
from rag.text import list_languages_with, load_section


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
    assert (f"mots {gain:+.1f}" in text) == is_named
    assert "ne demande rien de particulier · confiance 0.20, répond à partir de 0.35" in text


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("de", "- gefragt ist: ein Grund · Zuversicht 0.20, antwortet ab 0.35"),
        ("ja", "- asks for: a reason · confidence 0.20, answers from 0.35"),
    ],
)
def test_it_is_said_in_the_language_of_the_page(language: str, line: str) -> None:
    """Catches English below a German page, and a page that fails in a language without phrases."""
    answer = answered(explanation=Explanation("reason", 0.2, 0.35, ()), hits=())
    assert line in written(explain(replace(answer, language=language)))


def test_every_kind_of_question_feature_and_channel_has_a_name() -> None:
    """Catches one that was added to the code and comes in English, or ends the page."""
    for language in list_languages_with("interface"):
        section = load_section(language, "interface")
        assert section["question_types"].keys() == set(QUESTION_TYPES)
        assert section["features"].keys() == set(FAMILIES)
        assert section["channels"].keys() == {*CHANNELS, *BONUSES}


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
        "  1. score 0.5 | sens 0.75, mots 12.5 | seeds/lettre.txt:3 | La Vallée"
    )
    assert lines[2].startswith("  2. score 0.25 | seeds/lettre.txt:6 | ")
