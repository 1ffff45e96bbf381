"""Answers as a Markdown file."""

from __future__ import annotations

import re

from answers import (
    FIRST,
    QUESTION,
    answered,
    hostile,
    refused,
)

from rag import show


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
