"""A text as words with their kinds: figures, marks, phrases, capitals, identifiers."""

from __future__ import annotations

import datetime

import pytest

from rag.dates import find_period
from rag.dates.lexemes import read_lexemes

TODAY = datetime.date(2025, 12, 18)
KINDS = """
fr | le 9 déc. 2025 | the number abbr year
fr | 3. trimestre | ordinal unit
fr | 32. trimestre | number stop unit
fr | 31. trimestre | ordinal unit
fr | mi-décembre | part month
fr | novembre-décembre | month dash month
fr | 2024-2026 | year dash year
fr | 2000 2024 999 1000 2199 2200 | round_year year number round_year year figure
fr | 00, 0 1e 1er 2e 3nd | figure comma number ordinal ordinal ordinal ordinal
fr | 1 500 euros | figure word
fr | 3,5 20 % $30 | figure figure stop stop figure
fr | T3 3T S1 années 1990 | quarter quarter half_code units year
en | the 1990s 1995s | the decade figure
en | Q4 Q5 H2 | quarter word half_code
en | it may | word lower
en | in May | in name
en | in April | in name
en | in July | in month
en | Yesterday, Today | day_offset comma capital
en | who left on Monday | word word on weekday
fr | qui part Lundi | word word capital
fr | Lundi | weekday
fr | le Mars | the name
fr | en mars | in name
fr | il y a un an | ago one unit
fr | cet après-midi | day_offset
fr | cet après midi | day_offset
de | am Ende des Tages | on part the capital
de | heute Morgen | day_offset
de | guten Morgen | word
"""
KIND_ROWS = [[cell.strip() for cell in row.split("|")] for row in KINDS.strip().splitlines()]


@pytest.mark.parametrize(("language", "text", "kinds"), KIND_ROWS)
def test_the_kinds_of_words(language, text, kinds):
    """Catches a limit one off, a hyphen that joins what it should part, a capital not seen."""
    assert " ".join(lexeme.kind for lexeme in read_lexemes(text, language)) == kinds


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("fr", "05/11/2025", "2025-11-05"),
        ("en", "05/11/2025", None),  # could be either
        ("en", "05/12/2025", None),
        ("en", "13/11/2025", "2025-11-13"),
        ("en", "12/12/2025", "2025-12-12"),
        ("en", "11/13/2025", "2025-11-13"),
        ("en", "05.11.2025", "2025-11-05"),
        ("fr", "05/11/25", "2025-11-05"),
        ("fr", "05-11-25", None),
        ("fr", "31/02/2025", None),
        ("fr", "2025-11-05", "2025-11-05"),
        ("fr", "1.2025-11-05", None),
    ],
)
def test_dates_in_figures(language, text, day):
    """Catches the American reading of a French date, one chosen of two, a day that is none."""
    moments = [lexeme.moment for lexeme in read_lexemes(text, language) if lexeme.moment]
    assert [moment.first.isoformat() for moment in moments] == ([day] if day else [])


@pytest.mark.parametrize(
    "text",
    [
        "CVE-2024-1234",
        "ISO-8601:2004",
        "ISO 8601:2004",
        "RFC-2119",
        "A320-2019",
        "DSP/2019",
        "n° 2024-123",
        "n° 2024-42",
        "2024-13",
    ],
)
def test_a_year_inside_an_identifier_is_no_day(text):
    """Catches the articles of 2024 preferred for a question about CVE-2024-1234."""
    for language, question in (("fr", "Que dit {} de neuf ?"), ("en", "What does {} say?")):
        assert find_period(question.format(text), language, TODAY) is None, question
    alone = find_period(f"En 2023, que disait {text} ?", "fr", TODAY)
    assert alone is not None
    assert alone.start == datetime.date(2023, 1, 1)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("plan 2024-2026", "2024-01-01"),
        ("season 2024-25", "2024-01-01"),
        ("x 2024-12", "2024-12-01"),
        ("x mid-2025", "2025-05-01"),
        ("X MID-2025", "2025-05-01"),
        ("x Q3-2025", "2025-07-01"),
        ("x CVE 2024", "2024-01-01"),
        ("x: 2024", "2024-01-01"),
        ("x CVE-1, 2024", "2024-01-01"),
    ],
)
def test_a_year_beside_a_hyphen_may_be_a_day(text, start):
    """Catches every year with a hyphen taken for a part of an identifier."""
    period = find_period(text, "fr" if "plan" in text else "en", TODAY)
    if text in ("season 2024-25", "x CVE 2024", "x: 2024", "x CVE-1, 2024"):
        period = find_period(text, "fr", TODAY)
    assert period is not None
    assert period.start.isoformat() == start
