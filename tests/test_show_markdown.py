"""Answers as a Markdown file."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from answers import (
    FIRST,
    QUESTION,
    answered,
    article,
    citation,
    dated,
    hostile,
    laid_out,
    passage,
    refused,
)

from rag import show
from rag.records import AnswerForm, AnswerSentence, FormRow, Hit


def test_markdown_of_answers() -> None:
    """Catches a footnote that is not named or named twice, and a text that becomes markup."""
    text = show.answers_markdown([answered(), answered(), refused()])
    notes = re.findall(r"^\[\^(\d+)\]: ", text, re.MULTILINE)
    assert notes == ["1", "2", "3", "4"] and set(re.findall(r"\[\^(\d+)\](?!:)", text)) == set(
        notes
    )
    assert text.count(f"## {QUESTION}") == 3 and text.count(f"« {FIRST} »") == 2
    unsafe = show.answers_markdown([hostile()])
    assert (
        not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2066]", unsafe) and "« \\[2J" in unsafe
    )


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://example.org/a", True),
        ("http://example.org/a", True),
        ("javascript:alert(1)", False),
        ("https://example.org/a)(b", False),
        ("https://example.org/a b", False),
        ("", False),
        (None, False),
    ],
)
def test_only_an_address_of_the_web_is_a_link(url: str | None, is_link: bool) -> None:
    """Catches a link that ends too early or runs a script."""
    story = replace(article(), url=url)
    cited = (citation(1, story, FIRST),)
    sentences = (AnswerSentence(FIRST, (1,)),)
    text = show.answers_markdown([answered(citations=cited, sentences=sentences)])
    assert (f"]({url}): « " in text) == is_link
    assert "[^1]: " in text and "Une nouvelle directrice" in text


def test_a_refusal_lists_the_three_nearest() -> None:
    """Catches a heading without an answer, and a list as long as the search."""
    hits = tuple(Hit(passage(article()), 1.0) for _ in range(4))
    text = show.answers_markdown([refused(hits=hits)])
    assert "Les articles ne le disent pas.\n\n- La Vallée" in text
    assert text.count("\n- La Vallée") == 3


def test_rows_and_sources_that_differ_are_kept() -> None:
    """Catches a timeline that is saved as one paragraph, and a conflict that is lost."""
    text = show.answers_markdown([refused(), laid_out(), dated()])
    rows = re.findall(r"^- \*\*(.+?)\*\* .+\[\^(\d)\]$", text, re.MULTILINE)
    assert [number for _, number in rows] == ["1", "2"]
    assert all("déc." in day or "2025" in day for day, _ in rows)
    [line] = re.findall(r"^(?:Les sources diffèrent|Plus tôt).*$", text, re.MULTILINE)
    notes = re.findall(r"\[\^(\d)\]", line)
    assert notes and set(notes) <= {"3", "4"}


def test_a_thing_of_which_nothing_is_said_is_saved_as_such() -> None:
    """Catches the sentence of another thing under its label, and an item repeated as a sentence."""
    one, *_ = answered().sentences
    rows = (FormRow(None, "Marsel", 0, (1,)), FormRow(None, "Orbin", None, ()))
    compared = answered(sentences=(one,), form=AnswerForm("comparison", "x", rows))
    text = show.answers_markdown([compared])
    assert f"- **Marsel** {FIRST}[^1]" in text
    assert "- **Orbin** Les articles n’en disent rien." in text
    listed = answered(sentences=(one,), form=AnswerForm("list", "x", rows[:1]))
    assert "- Marsel[^1]" in show.answers_markdown([listed])
