"""Marked words and snippets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.show.lines import Line, cut_snippet, join_blocks, make_line, mark_terms, mark_value


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
def test_marking_a_value_changes_no_character(text: str, value: str) -> None:
    """Catches a value that is doubled, or that cuts the text where it does not stand in it."""
    segments = mark_value(text, value)
    assert "".join(segment.text for segment in segments) == text
    marked = [segment.text for segment in segments if segment.style]
    assert marked == ([value] if value and value in text else [])


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


@pytest.mark.parametrize(
    ("term", "is_marked"),
    [("abc", False), ("abcd", True), ("été", False), ("γη", True), ("b2b", True), ("a1", True)],
)
def test_which_words_are_worth_marking(term: str, is_marked: bool) -> None:
    """Catches the border of short words off by one, and digits taken for short words."""
    styles = [segment.style for segment in mark_terms(f"x {term} y", term)]
    assert ("mark" in styles) == is_marked


@pytest.mark.parametrize(("words", "is_cut"), [(29, False), (30, False), (31, True)])
def test_a_snippet_has_thirty_words(words: int, is_cut: bool) -> None:
    """Catches a word too many or too few, and an ellipsis where nothing is left out."""
    snippet = cut_snippet(" ".join("a" * words))
    assert snippet.endswith(" …") == is_cut
    assert len(snippet.removesuffix(" …").split()) == min(words, 30)


@pytest.mark.parametrize(("characters", "is_cut"), [(239, False), (240, True), (241, True)])
def test_a_text_without_spaces_is_cut_by_characters(characters: int, is_cut: bool) -> None:
    """Catches a text without spaces that is shown whole, or cut without saying so."""
    snippet = cut_snippet("x" * characters)
    assert snippet == "x" * min(characters, 240) + (" …" if is_cut else "")


@given(
    st.lists(st.sampled_from(["alpha", "beta", "gamma", "x"]), min_size=1, max_size=30),
    st.integers(1, 8),
)
def test_the_snippet_is_the_first_densest_window(words: list[str], length: int) -> None:
    """Catches a window that slides past its words: every window is counted here, one by one."""
    question = "alpha beta"
    starts = range(max(1, len(words) - length + 1))
    counts = [
        sum(word in ("alpha", "beta") for word in words[start : start + length]) for start in starts
    ]
    start = counts.index(max(counts))
    expected = " ".join(words[start : start + length])[: 8 * length]
    snippet = cut_snippet(" ".join(words), question, length=length)
    assert snippet.removeprefix("… ").removesuffix(" …") == expected
    assert snippet.startswith("… ") == (start > 0)


def test_blocks_are_kept_apart_by_one_empty_line() -> None:
    """Catches an empty line at either end, and two where a block is empty."""
    one, two = make_line("one"), make_line("two")
    assert join_blocks([[], [one], [], [two, two], []]) == [one, Line(), two, two]
    assert join_blocks([]) == []
