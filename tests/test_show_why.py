"""What --explain says."""

from __future__ import annotations

from answers import (
    MATCHES,
    answered,
    article,
    passage,
)
from pages import written

from rag import show
from rag.records import Hit


def test_an_explanation_says_which_word_stands_for_which() -> None:
    """Catches the two words swapped, a weight lost, the same word beside itself, noise, matches nobody asked for."""
    answer = answered(
        hits=(Hit(passage(article()), 1.0, {"dense": 0.5}, MATCHES), Hit(passage(article()), 0.5))
    )
    lines = written(show.answer_page(answer, explain=True)).splitlines()
    (line,) = [line.strip() for line in lines if "↔" in line]
    assert line.startswith("Qui ↔ who .41")
    assert line.count("↔") == 1
    assert {"remplacera", "PAUL"} <= set(line.replace(",", " ").split())
    assert "↔" not in written(show.answer_page(answer))
