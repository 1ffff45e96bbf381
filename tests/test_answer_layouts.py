"""What can be a row of a form, whichever."""

from __future__ import annotations

import pytest

from rag.answer.layouts import is_telling


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nobody was hurt.", True),
        ("Personne n'est blessé.", True),
        ("By Tamsin Rook.", False),
        ("3 May 2025.", False),
        ("Not so.", False),
        ("Nobody was hurt?", False),
        ("Fire at the mill.", False),
    ],
)
def test_a_short_sentence_tells_and_a_byline_does_not(text: str, expected: bool) -> None:
    """Catches "Nobody was hurt." lost for its length, and a byline or a headline as a row."""
    assert is_telling(text, "Fire at the mill.") == expected
