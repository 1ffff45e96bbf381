"""A day as a flag takes it."""

from __future__ import annotations

import datetime

import pytest

from rag.dates import read_day

TODAY = datetime.date(2025, 12, 18)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-12-01", "2025-12-01", "2025-12-01"),
        (" 2025-12-01 ", "2025-12-01", "2025-12-01"),
        ("last week", "2025-12-08", "2025-12-14"),
        ("la semaine dernière", "2025-12-08", "2025-12-14"),
        ("il y a trois semaines", "2025-11-24", "2025-11-30"),
        ("ieri", "2025-12-17", "2025-12-17"),
        ("9 décembre 2025", "2025-12-09", "2025-12-09"),
        ("December 9, 2025", "2025-12-09", "2025-12-09"),
    ],
)
def test_days_and_periods_are_read(text, first, last):
    """Catches the first day of a period for --until, one language only, blanks that spoil a day."""
    assert read_day(text, last=False, today=TODAY) == datetime.date.fromisoformat(first)
    assert read_day(text, last=True, today=TODAY) == datetime.date.fromisoformat(last)


@pytest.mark.parametrize(
    "text", ["", "2025", "2025-13-01", "2025-1", "x last week", "tomorrow x", "-"]
)
def test_what_is_no_day_is_returned_to_be_refused(text):
    """Catches a day guessed from a part of what was typed, or an error instead of a message."""
    assert read_day(text, last=False, today=TODAY) == text


def test_the_open_end_of_a_period_is_no_day():
    """Catches None given to a filter for "since October" as --until."""
    assert read_day("since October", last=False, today=TODAY) == datetime.date(2025, 10, 1)
    assert read_day("since October", last=True, today=TODAY) == "since October"
