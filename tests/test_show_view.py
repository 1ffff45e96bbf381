"""Lines of a file on view, the citation marked."""

from __future__ import annotations

from answers import (
    FIRST,
    TEXT,
    article,
    passage,
)
from pages import written

from rag import show
from rag.index.references import LineRange, view_item
from rag.records import Span


def test_a_view_starts_and_ends_where_it_is_told() -> None:
    """Catches line numbers that are off by one, and a mark on the wrong lines, with any line
    ending.
    """
    for end in ("\n", "\r\n", "\r"):
        of = article(TEXT.replace("\n", end))
        start = of.document.text.index("Elle")
        shown = view_item(of, cited=Span(start, start + 8), lines=LineRange(3, 2))
        assert of.document.text[shown.start : shown.end].splitlines() == TEXT.splitlines()[2:4]
        rows = written(show.view_page(shown)).splitlines()[3:]
        assert rows == ["  3  " + TEXT.splitlines()[2], "> 4  " + TEXT.splitlines()[3]]


def test_a_view_of_a_passage_is_the_passage() -> None:
    """Catches a passage shown with its neighbours."""
    shown = view_item(passage(article(), FIRST))
    assert show.view_json(shown)["text"] == FIRST and show.view_json(shown)["line"] == 3
