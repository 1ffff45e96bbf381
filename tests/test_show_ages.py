"""Ages of articles: named days, counted units, the borders between units, five languages."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.dates import find_period
from rag.show.ages import describe_age, measure_age

ONE = datetime.timedelta(days=1)
TODAY = datetime.date(2025, 12, 18)
ANY_DAY = st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 12, 31))


def ends(text, language, today):
    """The first and last day a question speaks of."""
    period = find_period(text, language, today)
    assert period is not None, text
    return period.start, period.end


AGES = {  # days ago: fr, en, de, es, it
    0: ("aujourd'hui", "today", "heute", "hoy", "oggi"),
    1: ("hier", "yesterday", "gestern", "ayer", "ieri"),
    8: ("il y a 8 jours", "8 days ago", "vor 8 Tagen", "hace 8 días", "8 giorni fa"),
    21: ("il y a 3 semaines", "3 weeks ago", "vor 3 Wochen", "hace 3 semanas", "3 settimane fa"),
    95: ("il y a 3 mois", "3 months ago", "vor 3 Monaten", "hace 3 meses", "3 mesi fa"),
    800: ("il y a 2 ans", "2 years ago", "vor 2 Jahren", "hace 2 años", "2 anni fa"),
    -1: ("demain", "tomorrow", "morgen", "mañana", "domani"),
    -3: ("dans 3 jours", "in 3 days", "in 3 Tagen", "dentro de 3 días", "tra 3 giorni"),
    -70: ("dans 2 mois", "in 2 months", "in 2 Monaten", "dentro de 2 meses", "tra 2 mesi"),
}


@pytest.mark.parametrize("ago", AGES)
def test_an_age_in_five_languages(ago):
    """Wrong: a case or plural of another language, the past for the future."""
    said = tuple(
        describe_age(TODAY - ago * ONE, TODAY, language)
        for language in ("fr", "en", "de", "es", "it")
    )
    assert said == AGES[ago]
    assert describe_age(TODAY - ago * ONE, TODAY, "fi") == said[1]


@given(
    day=st.dates(), today=st.dates(), language=st.sampled_from(["fr", "en", "de", "es", "it", "nl"])
)
def test_an_age_is_short_and_never_one_of_many(day, today, language):
    """Wrong: "1 months ago", "in -3 days", a whole number of something else."""
    said = describe_age(day, today, language)
    assert len(said) < 30
    numbers = [int(word) for word in said.split() if word.lstrip("-").isdigit()]
    assert all(number >= 2 for number in numbers)
    assert bool(numbers) == (abs((day - today).days) > 1)


@given(day=ANY_DAY, ago=st.integers(2, 3000))
def test_what_an_age_says_is_read_back_as_about_that_day(day, ago):
    """Wrong: months counted in 30 days until they are off by one, a week too many."""
    today = day + ago * ONE
    for language in ("fr", "en", "de", "es", "it"):
        first, last = ends(f"x {describe_age(day, today, language)}", language, today)
        slack = 0 if ago < 14 else 7 if ago < 62 else 31 if ago < 731 else 366
        assert first - slack * ONE <= day <= last + slack * ONE


@pytest.mark.parametrize(
    ("day", "count", "unit"),
    [
        (TODAY - 13 * ONE, 13, "days"),
        (TODAY - 14 * ONE, 2, "weeks"),
        (TODAY - 20 * ONE, 2, "weeks"),
        (TODAY - 21 * ONE, 3, "weeks"),
        (datetime.date(2025, 10, 19), 8, "weeks"),
        (datetime.date(2025, 10, 18), 2, "months"),
        (datetime.date(2025, 9, 19), 2, "months"),
        (datetime.date(2025, 9, 18), 3, "months"),
        (datetime.date(2023, 12, 19), 23, "months"),
        (datetime.date(2023, 12, 18), 2, "years"),
        (datetime.date(2022, 12, 19), 2, "years"),
        (datetime.date(2022, 12, 18), 3, "years"),
        (TODAY + 13 * ONE, 13, "days"),
        (TODAY + 14 * ONE, 2, "weeks"),
        (datetime.date(2026, 2, 17), 8, "weeks"),
        (datetime.date(2026, 2, 18), 2, "months"),
        (datetime.date(2027, 12, 17), 23, "months"),
        (datetime.date(2027, 12, 18), 2, "years"),
    ],
)
def test_units_change_at_their_borders(day, count, unit):
    """Wrong: a border between days, weeks, months and years moved by one, a count rounded up."""
    assert measure_age(day, TODAY) == (count, unit)
