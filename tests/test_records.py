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
    Passage,
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
