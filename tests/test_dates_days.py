"""The arithmetic of days, weeks, months and years, checked against all days laid out."""

from __future__ import annotations

import datetime
from itertools import pairwise

import pytest
from calendars import units
from hypothesis import given
from hypothesis import strategies as st

from rag.dates import days

ONE = datetime.timedelta(days=1)
ANY_DAY = st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 12, 31))
UNITS = {
    "week": days.WEEK,
    "month": days.MONTH,
    "quarter": days.QUARTER,
    "half": days.HALF,
    "year": days.YEAR,
}


@given(today=ANY_DAY, unit=st.sampled_from(sorted(UNITS)))
def test_around_before_and_after_agree_with_days_laid_out(today, unit):
    """Wrong: half-years or quarters cut one month off."""
    spans, here = units(today, unit)
    assert days.find_unit_around(today, UNITS[unit]) == spans[here]
    assert days.find_unit_before(today, UNITS[unit]) == spans[here - 1]


@given(today=ANY_DAY, months=st.integers(-600, 600))
def test_shifting_months_keeps_the_day_or_takes_the_last(today, months):
    """Wrong: 31 January plus a month in March; a year lost at December."""
    there = days.shift_months(today, months)
    assert (there.year * 12 + there.month) - (today.year * 12 + today.month) == months
    assert there.day == today.day or (there.day < today.day and (there + ONE).day == 1)


@given(first=ANY_DAY, length=st.integers(0, 3000))
def test_elapsed_months_are_the_most_that_fit(first, length):
    """Wrong: a month counted before its last day is over."""
    last = first + length * ONE
    steps = 0
    while (
        days.shift_months(first, steps + 1) <= last
        and days.shift_months(first, steps + 1).day == first.day
    ):
        steps += 1
    found = days.count_months(first, last)
    assert days.shift_months(first, found) <= last or first.day > 28
    if first.day <= 28:
        assert found == steps


@given(
    today=ANY_DAY, unit=st.sampled_from([days.WEEK, days.MONTH, days.QUARTER, days.HALF, days.YEAR])
)
def test_beginning_middle_and_end_make_the_whole(today, unit):
    """Wrong: a 31st that belongs to no part, parts that overlap."""
    whole = days.find_unit_around(today, unit)
    parts = [days.find_third(whole, part) for part in range(3)]
    assert parts[0].first == whole.first
    assert parts[2].last == whole.last
    assert all(before.last + ONE == after.first for before, after in pairwise(parts))
    assert all(part.first <= part.last for part in parts)


D = datetime.date.fromisoformat
AROUND = [
    (days.DAY, "2025-12-18", "2025-12-18", "2025-12-18"),
    (days.HOUR, "2025-12-18", "2025-12-18", "2025-12-18"),
    (days.WEEK, "2025-12-14", "2025-12-08", "2025-12-14"),  # a Sunday ends its week
    (days.WEEK, "2025-12-15", "2025-12-15", "2025-12-21"),  # a Monday begins one
    (days.WEEKEND, "2025-12-12", "2025-12-06", "2025-12-07"),  # on a Friday, the last one
    (days.WEEKEND, "2025-12-13", "2025-12-13", "2025-12-14"),
    (days.FORTNIGHT, "2025-12-18", "2025-12-18", "2025-12-31"),
    (days.MONTH, "2024-02-29", "2024-02-01", "2024-02-29"),
    (days.QUARTER, "2025-06-30", "2025-04-01", "2025-06-30"),
    (days.QUARTER, "2025-07-01", "2025-07-01", "2025-09-30"),
    (days.HALF, "2025-06-30", "2025-01-01", "2025-06-30"),
    (days.HALF, "2025-07-01", "2025-07-01", "2025-12-31"),
    (days.YEAR, "2025-12-31", "2025-01-01", "2025-12-31"),
]


@pytest.mark.parametrize(("unit", "day", "first", "last"), AROUND)
def test_the_unit_around_a_day(unit, day, first, last):
    """Catches a unit one day off at either end, a weekend to come, a fortnight of fifteen days."""
    assert days.find_unit_around(D(day), unit) == (D(first), D(last))


@pytest.mark.parametrize(
    ("unit", "day", "first", "last"),
    [
        (days.WEEKEND, "2025-12-15", "2025-12-13", "2025-12-14"),  # on Monday it is over
        (days.WEEKEND, "2025-12-14", "2025-12-06", "2025-12-07"),  # on Sunday it is not
        (days.DAY, "2025-12-18", "2025-12-17", "2025-12-17"),
        (days.FORTNIGHT, "2025-12-18", "2025-12-04", "2025-12-17"),
    ],
)
def test_the_unit_before_a_day(unit, day, first, last):
    """Catches the weekend before last asked for on a Monday, the current one on a Sunday."""
    assert days.find_unit_before(D(day), unit) == (D(first), D(last))


@pytest.mark.parametrize(
    ("unit", "count", "day"),
    [
        (days.DAY, -3, "2025-12-15"),
        (days.HOUR, 23, "2025-12-18"),
        (days.HOUR, 24, "2025-12-19"),
        (days.HOUR, -47, "2025-12-17"),
        (days.WEEK, 2, "2026-01-01"),
        (days.WEEKEND, 1, "2025-12-25"),
        (days.FORTNIGHT, -1, "2025-12-04"),
        (days.MONTH, 2, "2026-02-18"),
        (days.QUARTER, -1, "2025-09-18"),
        (days.HALF, 1, "2026-06-18"),
        (days.YEAR, -1, "2024-12-18"),
    ],
)
def test_units_later_and_earlier(unit, count, day):
    """Catches hours counted as days, a quarter of four months, the wrong direction."""
    assert days.shift_units(D("2025-12-18"), unit, count) == D(day)


def test_the_calendar_ends_with_its_last_day():
    """Catches the day after 31 December 9999, which cannot be written, and rolls over elsewhere."""
    assert days.span_months(9999, 12) == (D("9999-12-01"), datetime.date.max)
    assert days.span_months(9999, 11) == (D("9999-11-01"), D("9999-11-30"))
    with pytest.raises(ValueError, match="year"):
        days.span_months(9999, 12, 2)


@pytest.mark.parametrize(
    ("first", "last", "thirds"),
    [
        ("2025-02-01", "2025-02-28", ["2025-02-10", "2025-02-20", "2025-02-28"]),  # 28 days
        ("2025-03-01", "2025-03-31", ["2025-03-10", "2025-03-20", "2025-03-31"]),  # 31 days
        ("2025-03-01", "2025-03-27", ["2025-03-09", "2025-03-18", "2025-03-27"]),  # 27 days
        ("2025-03-01", "2025-04-01", ["2025-03-11", "2025-03-21", "2025-04-01"]),  # 32 days
        ("2025-01-01", "2025-03-31", ["2025-01-31", "2025-02-28", "2025-03-31"]),
        ("2025-01-02", "2025-04-01", ["2025-01-31", "2025-03-02", "2025-04-01"]),  # no months
        ("2025-01-01", "2025-12-31", ["2025-04-30", "2025-08-31", "2025-12-31"]),
        ("2025-01-01", "2025-04-30", ["2025-02-09", "2025-03-21", "2025-04-30"]),  # 4 months
    ],
)
def test_thirds_end_where_people_say(first, last, thirds):
    """Catches a year cut by days, a month cut evenly, four months taken for three."""
    span = days.Days(D(first), D(last))
    assert [days.find_third(span, part).last for part in range(3)] == [D(day) for day in thirds]


@pytest.mark.parametrize(
    ("month", "day", "direction", "first"),
    [
        (12, None, "", "2025-12-01"),  # begun, though not over
        (12, None, "last", "2024-12-01"),
        (12, None, "next", "2026-12-01"),
        (11, None, "last", "2025-11-01"),
        (12, 18, "", "2025-12-18"),
        (12, 18, "last", "2024-12-18"),
        (12, 18, "next", "2026-12-18"),
        (12, 19, "", "2024-12-19"),
        (12, 19, "next", "2025-12-19"),
        (2, 29, "", "2024-02-29"),
        (2, 29, "next", "2028-02-29"),
    ],
)
def test_a_month_or_day_comes_back_every_year(month, day, direction, first):
    """Catches "last December" in December, today as the last or next day of its name."""
    span = days.find_recurring(month, day, D("2025-12-18"), direction)
    assert span.first == D(first)
    assert (span.last == span.first) is (day is not None)


def test_leap_days_are_found_over_the_gap_of_a_century():
    """Catches seven years searched, where 2096 and 2104 are eight apart; a 30 February found."""
    assert days.find_recurring(2, 29, D("2104-02-28")).first == D("2096-02-29")
    with pytest.raises(ValueError, match="no such day"):
        days.find_recurring(2, 30, D("2025-12-18"))
