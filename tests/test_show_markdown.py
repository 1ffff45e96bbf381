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
    hostile,
    passage,
    refused,
)

from rag import show
from rag.records import AnswerSentence, Hit


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
