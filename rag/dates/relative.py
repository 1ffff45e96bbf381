"""What rules mean that count from today: "hier", "three weeks ago", "next Tuesday".

Each function takes what the rule has matched and today. None where the words say nothing after all;
ValueError and OverflowError where the calendar has no such day.
"""

from __future__ import annotations

import datetime

from rag.dates.days import (
    DAY,
    FORTNIGHT,
    HALF,
    HOUR,
    MONTH,
    ONE_DAY,
    QUARTER,
    WEEK,
    WEEKEND,
    YEAR,
    find_unit_around,
    find_unit_before,
    shift_units,
    span_months,
)
from rag.dates.moments import COUNTS, YEARS, Match, Moment, make_day, make_moment

# How many "a few" are, at most; chosen by hand so that the next larger unit is not reached.
MOST_OF_A_FEW = {
    DAY: 7,
    WEEK: 4,
    MONTH: 6,
    QUARTER: 4,
    HALF: 4,
    YEAR: 5,
    WEEKEND: 4,
    FORTNIGHT: 2,
    HOUR: 24,
}
SHORT_UNITS = (DAY, HOUR)  # "the last day", "this hour": of what?
# "The last quarter" is the one that is over, while "the last year" is the twelve months to today.
UNITS_NEVER_ROLLING = (*SHORT_UNITS, QUARTER, HALF, WEEKEND)
FIRST_MONTH_OF_SPRING, MONTHS_OF_SEASON = 3, 3
DECEMBER, JUNE = 12, 6
DAYS_OF_WEEK = 7


def read_day_word(match: Match, today: datetime.date) -> Moment:
    """Return the day of "hier", "tomorrow"; "today" is not sure, since it may mean "nowadays"."""
    word = match[0]
    day = today + word.value * ONE_DAY
    return make_day(
        day,
        sure=word.kind != "today",
        relative=True,
    )


def read_day_word_perhaps(match: Match, today: datetime.date) -> Moment:
    """Return the day in "the world of yesterday", not sure."""
    moment = read_day_word(match, today)
    return moment._replace(sure=False)


def read_ago(match: Match, today: datetime.date) -> Moment:
    """Return that day of "three days ago", the whole week, month or year of "three weeks ago"."""
    unit = match.unit
    count = match.unit_count
    if count is None:
        # Anything from the most that a few may be up to yesterday.
        most = MOST_OF_A_FEW[unit]
        farthest_day = shift_units(today, unit, -most)
        farthest_unit = find_unit_around(farthest_day, unit)
        yesterday = today - ONE_DAY
        return Moment(farthest_unit.first, yesterday, sure=False)
    day = shift_units(today, unit, -count)
    span = find_unit_around(day, unit)
    return make_moment(span, relative=True)


def read_since_ago(match: Match, today: datetime.date) -> Moment:
    """Return the open days of "depuis trois mois", "since three days ago"."""
    unit = match.unit
    count = match.unit_count or MOST_OF_A_FEW[unit]
    first = shift_units(today, unit, -count)
    is_exact = match.unit_count is not None
    return Moment(first, None, sure=is_exact)


def read_rolling(match: Match, today: datetime.date) -> Moment | None:
    """Return the days up to today of "the past three months", "the past week", "the past weeks"."""
    unit = match.unit
    count = match.unit_count or MOST_OF_A_FEW[unit]
    is_exact = match.has(*COUNTS) and not match.has("few")
    # "The past week" has no number: it is one week.
    if match.kinds[-2:] == ["past", "unit"]:
        if unit in UNITS_NEVER_ROLLING:
            return read_last_unit(match, today)
        count = 1
        is_exact = True
    first = shift_units(today, unit, -count)
    return Moment(
        first,
        today,
        sure=is_exact,
        relative=is_exact,
    )


def read_coming(match: Match, today: datetime.date) -> Moment | None:
    """Return the days from today on of "the next three weeks", the week of "in three weeks"."""
    unit = match.unit
    count = match.unit_count
    if count is None:
        return None
    day = shift_units(today, unit, count)
    if match.has("next"):
        return Moment(today, day, sure=False, relative=True)
    span = find_unit_around(day, unit)
    return make_moment(span, sure=False, relative=True)


def read_last_unit(match: Match, today: datetime.date) -> Moment | None:
    """Return the last whole unit: "last week", "le mois dernier".

    Of a quarter or half it is not sure, since news of them come after them.
    """
    unit = match.unit
    if unit in SHORT_UNITS:
        return None
    span = find_unit_before(today, unit)
    is_sure = unit not in (QUARTER, HALF)
    return make_moment(span, sure=is_sure, relative=True)


def read_next_unit(match: Match, today: datetime.date) -> Moment | None:
    """Return the unit after this one: "next week"."""
    unit = match.unit
    if unit in SHORT_UNITS:
        return None
    current = find_unit_around(today, unit)
    day_of_next = shift_units(current.first, unit, 1)
    span = find_unit_around(day_of_next, unit)
    return make_moment(span, sure=False, relative=True)


def read_this_unit(match: Match, today: datetime.date) -> Moment | None:
    """Return the unit around today: "this week".

    "This weekend" is the one begun last, though a story may mean the one to come.
    """
    unit = match.unit
    if unit in SHORT_UNITS:
        return None
    span = find_unit_around(today, unit)
    return make_moment(
        span,
        sure=unit != HALF,
        relative=unit != WEEKEND,
    )


def read_weekday(match: Match, today: datetime.date) -> Moment:
    """Return the day of "mardi dernier", "next Tuesday"; a bare Tuesday is the last one, perhaps.

    "Last Tuesday" on a Tuesday is a week ago, "next Tuesday" in a week, a bare one today.
    """
    weekday = match.value("weekday")
    days_since = (today.weekday() - weekday) % DAYS_OF_WEEK
    if match.has("next"):
        days_until = DAYS_OF_WEEK - days_since
        next_one = today + days_until * ONE_DAY
        return make_day(next_one, sure=False, relative=True)
    is_last = match.has("last", "past")
    if is_last and days_since == 0:
        days_since = DAYS_OF_WEEK
    latest = today - days_since * ONE_DAY
    return make_day(latest, sure=is_last, relative=is_last)


def read_season(match: Match, today: datetime.date) -> Moment | None:
    """Return the three whole months of "last summer", "summer 2024"; winter begins in December."""
    season = match.value("season")
    first_month = FIRST_MONTH_OF_SPRING + season * MONTHS_OF_SEASON
    if match.has(*YEARS):
        year = match.value(*YEARS)
        span = span_months(year, first_month, MONTHS_OF_SEASON)
        return make_moment(span)
    # In order, so that the last one over and the first one to come can be taken.
    spans = [
        span_months(today.year + offset, first_month, MONTHS_OF_SEASON) for offset in (-2, -1, 0, 1)
    ]
    if match.has("this"):
        # "This winter" is the one just over in spring, and the one to come in autumn.
        is_winter_of_last_year = first_month == DECEMBER and today.month < JUNE
        span = spans[1] if is_winter_of_last_year else spans[2]
    elif match.has("next"):
        span = next(span for span in spans if span.first > today)
    else:
        # The season that goes on is not the last one.
        over = [span for span in spans if span.last < today]
        span = over[-1]
    return make_moment(span, relative=True)
