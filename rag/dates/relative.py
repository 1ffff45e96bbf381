"""What rules mean that count from today: "hier", "three weeks ago", "next Tuesday".

Each function takes what the rule has matched and today. None where the words say nothing after all;
ValueError and OverflowError where the calendar has no such day.
"""

from __future__ import annotations

import datetime

from rag.dates import days
from rag.dates.days import ONE_DAY
from rag.dates.moments import COUNTS, YEARS, Match, Moment, make_day

# How many "a few" are, at most; chosen by hand so that the next larger unit is not reached.
MOST_OF_A_FEW = {
    days.DAY: 7,
    days.WEEK: 4,
    days.MONTH: 6,
    days.QUARTER: 4,
    days.HALF: 4,
    days.YEAR: 5,
    days.WEEKEND: 4,
    days.FORTNIGHT: 2,
    days.HOUR: 24,
}
SHORT_UNITS = (days.DAY, days.HOUR)  # "the last day", "this hour": of what?
FIRST_MONTH_OF_SPRING, MONTHS_OF_SEASON = 3, 3
DECEMBER, MARCH = 12, 3


def read_day_word(match: Match, today: datetime.date) -> Moment:
    """Return the day of "hier", "tomorrow"; "today" is not sure, since it may mean "nowadays"."""
    day = today + match[0].value * ONE_DAY
    return make_day(day, sure=match[0].kind != "today", relative=True)


def read_day_word_perhaps(match: Match, today: datetime.date) -> Moment:
    """Return the day in "the world of yesterday", not sure."""
    return read_day_word(match, today)._replace(sure=False)


def read_ago(match: Match, today: datetime.date) -> Moment:
    """Return that day of "three days ago", the whole week, month or year of "three weeks ago"."""
    count, unit = match.unit_count, match.unit
    if count is None:
        farthest = days.step(today, unit, -MOST_OF_A_FEW[unit])
        return Moment(days.around(farthest, unit).first, today - ONE_DAY, False)
    return Moment(*days.around(days.step(today, unit, -count), unit), True, True)


def read_since_ago(match: Match, today: datetime.date) -> Moment:
    """Return the open days of "depuis trois mois", "since three days ago"."""
    count = match.unit_count or MOST_OF_A_FEW[match.unit]
    is_sure = match.unit_count is not None
    return Moment(days.step(today, match.unit, -count), None, is_sure)


def read_rolling(match: Match, today: datetime.date) -> Moment | None:
    """Return the days up to today of "the past three months", "the past week", "the past weeks"."""
    unit = match.unit
    count = match.unit_count or MOST_OF_A_FEW[unit]
    is_vague = match.has("few") or not match.has(*COUNTS)
    if match.kinds[-2:] == ["past", "unit"]:
        if unit in (*SHORT_UNITS, days.QUARTER, days.HALF, days.WEEKEND):
            return read_last_unit(match, today)
        count, is_vague = 1, False
    return Moment(days.step(today, unit, -count), today, not is_vague, not is_vague)


def read_coming(match: Match, today: datetime.date) -> Moment | None:
    """Return the days from today on of "the next three weeks", the week of "in three weeks"."""
    count, unit = match.unit_count, match.unit
    if count is None:
        return None
    day = days.step(today, unit, count)
    if match.has("next"):
        return Moment(today, day, False, True)
    return Moment(*days.around(day, unit), False, True)


def read_last_unit(match: Match, today: datetime.date) -> Moment | None:
    """Return the last whole unit: "last week", "le mois dernier".

    Of a quarter or half it is not sure, since news of them come after them.
    """
    unit = match.unit
    if unit in SHORT_UNITS:
        return None
    is_sure = unit not in (days.QUARTER, days.HALF)
    return Moment(*days.before(today, unit), is_sure, True)


def read_next_unit(match: Match, today: datetime.date) -> Moment | None:
    """Return the unit after this one: "next week"."""
    unit = match.unit
    if unit in SHORT_UNITS:
        return None
    start_of_next = days.step(days.around(today, unit).first, unit, 1)
    return Moment(*days.around(start_of_next, unit), False, True)


def read_this_unit(match: Match, today: datetime.date) -> Moment | None:
    """Return the unit around today: "this week".

    "This weekend" is the one begun last, though a story may mean the one to come.
    """
    unit = match.unit
    if unit in SHORT_UNITS:
        return None
    return Moment(*days.around(today, unit), unit != days.HALF, unit != days.WEEKEND)


def read_weekday(match: Match, today: datetime.date) -> Moment:
    """Return the day of "mardi dernier", "next Tuesday"; a bare Tuesday is the last one, perhaps.

    "Last Tuesday" on a Tuesday is a week ago, "next Tuesday" in a week, a bare one today.
    """
    days_since = (today.weekday() - match.value("weekday")) % 7
    if match.has("next"):
        return make_day(today + (7 - days_since) * ONE_DAY, sure=False, relative=True)
    is_last = match.has("last", "past")
    if is_last and days_since == 0:
        days_since = 7
    return make_day(today - days_since * ONE_DAY, sure=is_last, relative=is_last)


def read_season(match: Match, today: datetime.date) -> Moment | None:
    """Return the three whole months of "last summer", "summer 2024"; winter begins in December."""
    first_month = FIRST_MONTH_OF_SPRING + MONTHS_OF_SEASON * match.value("season")
    if match.has(*YEARS):
        return Moment(*days.months(match.value(*YEARS), first_month, MONTHS_OF_SEASON))
    # In order, so that the last one over and the first one to come can be taken.
    seasons = [
        days.months(today.year + offset, first_month, MONTHS_OF_SEASON) for offset in (-2, -1, 0, 1)
    ]
    if match.has("this"):
        is_in_winter_of_last_year = first_month == DECEMBER and today.month < MARCH
        return Moment(*seasons[1 if is_in_winter_of_last_year else 2], True, True)
    if match.has("next"):
        return Moment(*next(season for season in seasons if season.first > today), True, True)
    over = [season for season in seasons if season.last < today]
    return Moment(*over[-1], True, True)
