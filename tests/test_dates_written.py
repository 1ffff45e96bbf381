"""Dates in seven languages, and what is no date."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from months import MONTHS

from rag.dates.written import find_date, parse_date

DAY = datetime.date(2025, 12, 9)


def rows(table):
    return [row.strip() for row in table.split("|")]


@pytest.mark.parametrize(
    "text",
    rows("""2025-12-09|2025/12/09|2025-12-09T08:00:00Z|2025-12-09 08:00|9 décembre 2025
    |le mardi 9 décembre 2025 à 14h30|9 déc. 2025|09.12.2025
    |December 9, 2025|Tuesday, December 9th, 2025|9 December 2025|9th of December 2025
    |Dec. 9, 2025 at 8:15 am EST|Tue, 9 Dec 2025 10:00:00 GMT
    |9. Dezember 2025|Dienstag, den 9. Dezember 2025, 14:30 Uhr|9. Dez. 2025|9 de diciembre de 2025|martes, 9 de dic. de 2025
    |9 dicembre 2025|martedì 9 dicembre 2025|9 de dezembro de 2025|terça-feira, 9 de dezembro de 2025|9 december 2025
    |op dinsdag 9 december 2025|2025年12月9日|the 9th day of December 2025|9-dic-2025"""),
)
def test_dates_in_seven_languages(text):
    """Wrong: a month table with a language missing, a weekday or a time of day that spoils the date."""
    assert parse_date(text) == DAY


@pytest.mark.parametrize(
    "text",
    rows("""|mai|12|2025|12 mai|décembre 2025|31 février 2025|29.02.2025|hier|tomorrow|1.2.3.2025|2025-13-45
    |Bonjour 9 décembre 2025|9 décembre 2025 Amazon|3 pages 2025|10/12/2025
    |Le 9 décembre 2025, tout change|9 décembre 25|20 2025|32 mars 2024|12:30"""),
)
def test_partial_impossible_and_ambiguous_dates_are_refused(text):
    """Wrong: filling in today's day or year, rolling 31 February over, choosing a reading of 10/12/2025."""
    assert parse_date(text) is None


def test_day_first_is_told_not_guessed():
    """Wrong: the American reading of a French date, or the other way round."""
    assert parse_date("10/12/2025", day_first=True) == datetime.date(2025, 12, 10)
    assert parse_date("25/12/2025") == parse_date("12/25/2025") == datetime.date(2025, 12, 25)
    assert parse_date("11/11/2025") == datetime.date(2025, 11, 11)


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)))
def test_every_day_survives_in_every_spelling(day):
    """Wrong: an off-by-one month in one of the tables."""
    assert parse_date(day.isoformat()) == parse_date(f"{day:%d.%m.%Y}") == day
    for names in MONTHS.values():
        assert parse_date(f"{day.day} {names.split()[day.month - 1]} {day.year}") == day


def test_a_date_is_found_with_its_weekday_and_time():
    """Wrong: "le mardi" or "à 10h" left beside the date, so that an attribution is not recognised; "The Sun," as a weekday."""
    text = "La Une / le mardi 9 décembre 2025 à 10h30 / lire"
    found = find_date(text)
    assert found is not None
    assert (found.date, text[found.start : found.end]) == (DAY, "le mardi 9 décembre 2025 à 10h30")
    sun = find_date("The Sun, 9 December 2025")
    assert sun is not None
    assert sun.start == 9
