"""Marked words and snippets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.show.lines import cut_snippet, mark_terms


def test_words_of_the_question_are_marked_and_no_others() -> None:
    """Catches marks beside the word, on short words, or a text changed by marking it."""
    segments = mark_terms(
        "L'ÉTÉ dernier, Paul l'a dit : été comme hiver, de 14 000 à 15 000.",
        "que dit Paul de l'été 14000 ?",
    )
    assert (
        "".join(segment.text for segment in segments)
        == "L'ÉTÉ dernier, Paul l'a dit : été comme hiver, de 14 000 à 15 000."
    )
    assert [segment.text for segment in segments if segment.style] == ["Paul", "14 000"]


@given(st.text(), st.text())
def test_marking_changes_no_character(text: str, question: str) -> None:
    """Catches offsets that are off by one anywhere."""
    assert "".join(segment.text for segment in mark_terms(text, question)) == text


def test_a_snippet_is_around_the_question() -> None:
    """Catches snippets that always show the beginning, or hide that something was left out."""
    text = (
        " ".join(f"mot{n}" for n in range(200))
        + " Durand parle. "
        + " ".join(f"fin{n}" for n in range(200))
    )
    assert "Durand" in cut_snippet(text, "Que dit Durand ?")
    assert (
        cut_snippet(text, "Que dit Durand ?").startswith("… ")
        and cut_snippet(text).endswith(" …")
        and cut_snippet(text).startswith("mot0 ")
    )
    assert cut_snippet("Trois mots seulement") == "Trois mots seulement"
    assert len(cut_snippet("无" * 5000)) < 300
