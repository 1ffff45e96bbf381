"""The sentence that a refusal shows of a passage."""

from __future__ import annotations

from answers import FIRST, SECOND, article, passage, refused

from rag.records import Explanation, Reason
from rag.show.nearest import choose_sentence, list_sentences


def test_the_sentence_that_scored_best_is_shown() -> None:
    """Catches the first sentence of every passage, whatever was asked, or a headline."""
    whole = passage(article())
    explained = Explanation(
        "person", 0.1, 0.3, (Reason("Elsewhere.", 2, {}), Reason(SECOND, 1, {}))
    )
    assert choose_sentence(whole, refused(explanation=explained)) == SECOND
    bare = refused(explanation=None, question="Qui remplacera Paul Durand ?")
    assert choose_sentence(whole, bare) == FIRST
    assert "Une nouvelle directrice" not in list_sentences(whole)


def test_a_passage_of_short_lines_shows_one_of_them() -> None:
    """Catches a passage without a long sentence that shows nothing, or fails."""
    short = article("Non.\n")
    assert choose_sentence(passage(short), refused(explanation=None)) == "Non."
