"""Marks around quotations, in the page's language, never doubled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.show.quotation_marks import choose_marks


@pytest.mark.parametrize(
    ("quote", "language", "marked"),
    [
        ("Il part.", "fr", "« Il part. »"),
        ("Il part.", "en", "“Il part.”"),
        ("Er geht.", "de", "„Er geht.“"),
        ("Se va.", "es", "«Se va.»"),
        ("Se va.", "ja", "“Se va.”"),
        ("« Il part. »", "fr", "« Il part. »"),
        ("“He leaves.”", "fr", "“He leaves.”"),
        ("Il dit « non ».", "fr", "“Il dit « non ».”"),
        ("« Oui », dit-il, « non »", "fr", "“« Oui », dit-il, « non »”"),
        ("Il dit « “non” ».", "fr", "Il dit « “non” »."),
    ],
)
def test_marks_are_of_the_language_and_never_doubled(
    quote: str, language: str, marked: str
) -> None:
    """Catches « « Il part. » », and French marks on an English page."""
    opening, closing = choose_marks(quote, language)
    assert f"{opening}{quote}{closing}" == marked


@given(st.text("a«»“”„ ", max_size=12), st.sampled_from(["fr", "en", "de", "es", "nl"]))
def test_no_mark_stands_inside_the_same_mark(quote: str, language: str) -> None:
    """Catches a pair chosen by one of its two marks alone."""
    for mark in choose_marks(quote, language):
        assert not mark.strip() or mark.strip() not in quote
