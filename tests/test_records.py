"""The values that every room passes on."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.records import (
    Answer,
    AnswerSentence,
    Article,
    Citation,
    Coverage,
    Document,
    Edit,
    Passage,
    Place,
    Reprint,
    content_id,
)

TEXT = "Before.\r\nA title\r\nA first line.\nA second line."


def make_passage(start: int, end: int) -> Passage:
    """A passage of the only article of a document."""
    document = Document("a.txt", TEXT, "", "text/plain")
    article = Article("id", document, "A title", None, None, None, "en", 9, len(TEXT))
    return Passage("p", article, start, end)


def test_an_id_depends_on_its_parts_alone() -> None:
    """Catches an id that changes with the machine or the release (golden).

    And parts that run into one another.
    """
    assert content_id("Le Monde", 3, "été") == "0627b74deec1"
    assert content_id("ab", "c") != content_id("a", "bc")
    assert re.fullmatch("[0-9a-f]{12}", content_id("\udc80"))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("ab\ncd", [1, 1, 1, 2, 2, 2]),
        ("a\r\nb", [1, 1, 1, 2, 2]),
        ("a\rb\r", [1, 1, 2, 2, 3]),
        ("\n\r\n\r", [1, 2, 2, 3, 4]),
    ],
)
def test_the_line_of_every_offset(text: str, lines: list[int]) -> None:
    r"""Catches lines counted from 0, a \r\n counted twice.

    And one that ends between its two halves.
    """
    document = Document("a.txt", text, "", "text/plain")
    assert [document.line(offset) for offset in range(len(text) + 1)] == lines


@given(st.text("ab\r\n", max_size=12))
def test_lines_are_those_of_an_editor(text: str) -> None:
    """Catches any other count than that of universal newlines, which editors go by."""
    document = Document("a.txt", text, "", "text/plain")
    cut = [offset for offset in range(len(text) + 1) if text[offset - 1 : offset + 1] != "\r\n"]
    for offset in cut:
        before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
        assert document.line(offset) == 1 + before.count("\n")


@st.composite
def edited_texts(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A text and edits of it, in order, none over another."""
    text = draw(st.text("ab*", max_size=12))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return text, [Edit(start, end, draw(st.sampled_from(["", "X"]))) for start, end in pairs]


@given(edited_texts(), st.data())
def test_what_is_seen_is_the_slice_with_its_edits(
    edited: tuple[str, list[Edit]], data: st.DataObject
) -> None:
    """Catches an edit lost, done twice or done in part, against a character after the other."""
    text, edits = edited
    document = Document("a", text, "", "text/markdown", edits=tuple(edits))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    seen = ""
    for place in range(start, end):
        covering = [edit for edit in edits if edit.start <= place < edit.end]
        if not covering:
            seen += text[place]
        elif covering[0].start == place:
            seen += covering[0].text
    assert document.show(start, end) == seen
    assert document.show(0, 0) == ""


def test_the_place_of_an_offset_is_the_last_that_began() -> None:
    """Catches the page after, and a page before the first."""
    places = (Place(2, "page", "1"), Place(5, "page", "2"))
    document = Document("a", "abcdefgh", "", "application/pdf", places=places)
    names = [(place.name if (place := document.find_place(n)) else None) for n in range(8)]
    assert names == [None, None, "1", "1", "1", "2", "2", "2"]


def test_spans_are_of_the_document() -> None:
    """Catches a passage counted from the start of its article, and a line counted from there."""
    passage = make_passage(18, 31)
    assert passage.text == "A first line."
    assert passage.article.text == TEXT[9:]
    assert Citation(1, passage, 33, 39, "second", "exact").line == 4
    assert Citation(1, passage, 18, 31, passage.text, "exact").line == 3
    assert Reprint(passage.article, 9).line == 2


def test_an_answer_sums_itself_up() -> None:
    """Catches sentences that run together, and articles that were retrieved but not quoted."""
    sentences = (AnswerSentence("One.", (1,)), AnswerSentence("Two.", (1,)))
    citations = (Citation(1, make_passage(18, 31), 18, 31, "A first line.", "exact"),)
    coverage = Coverage(1, None, None, 0)
    answer = Answer("?", "en", "answered", sentences, citations, (), coverage, "g", "m", "f")
    assert answer.text == "One. Two."
    assert answer.quoted_articles == {"id"}


@pytest.mark.parametrize(
    ("name", "places", "location"),
    [
        ("text", (), "a, b.x:2"),
        ("markdown", (Place(0, "anchor", "top"),), "a, b.x:2"),
        ("pdf", (Place(0, "page", "3"), Place(4, "page", "4")), "a, b.x, p. 3"),
        ("epub", (Place(0, "chapter", "The mill"),), "a, b.x, The mill"),
        ("csv", (Place(0, "row", "7"),), "a, b.x, row 7"),
        ("docx", (Place(3, "chapter", "Later"),), "a, b.x"),
    ],
)
def test_a_place_is_what_a_person_can_go_to(name: str, places: tuple, location: str) -> None:
    """Wrong: a line of a text that was extracted, which no file has; the next page for this one."""
    document = Document("a, b.x", "a\nb\nc", "0", "x/y", format=name, places=places)
    assert document.locate(2) == location
