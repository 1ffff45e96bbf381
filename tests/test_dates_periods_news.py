"""Questions about news and the days they speak of: five languages, a third without any date.

Each row of ``data/dates/periods.txt``: the language; the period (first..last, either may be open)
or ``-`` for none; ``sure`` when it may filter, ``maybe`` when it is a preference; the words that
say it; the question. Asked on Thursday 18 December 2025.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from rag.dates import find_period

TODAY = datetime.date(2025, 12, 18)
LANGUAGES = ("fr", "en", "de", "es", "it")

TABLE = Path(__file__).parent / "data" / "dates" / "periods.txt"


class Row(NamedTuple):
    """A question, and what it says about days."""

    language: str
    days: str
    sure: str
    words: str
    question: str


def rows() -> list[Row]:
    """The table, read."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [Row(*(cell.strip() for cell in line.split("|"))) for line in lines]


def told(row: Row) -> tuple[str, str, str]:
    """What ``period`` makes of a question, written as the table writes it."""
    found = find_period(row.question, row.language, TODAY)
    if found is None:
        return "-", "-", "-"
    days = f"{found.start or ''}..{found.end or ''}"
    return days, "sure" if found.sure else "maybe", row.question[found.span.start : found.span.end]


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.language}-{row.question}")
def test_the_days_a_question_speaks_of(row: Row) -> None:
    """Wrong: a name or a figure read as a date, a preference that hides articles."""
    days, sure, said = told(row)
    assert (days, sure) == (row.days, row.sure)
    assert said.endswith(row.words) or row.words.endswith(said), (
        said
    )  # with or without the article before it


def test_the_set_is_large_and_even() -> None:
    """Wrong: a table that lost its traps or a language."""
    table = rows()
    assert len(table) >= 220
    assert sum(row.days == "-" for row in table) >= 60
    for language in LANGUAGES:
        mine = [row for row in table if row.language == language]
        assert len(mine) >= 30
        assert sum(row.days == "-" for row in mine) >= 7
    assert len({row.question for row in table}) == len(table)
