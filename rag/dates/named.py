"""What rules mean that name their days: "9 décembre", "the third quarter", "2024", parts of them.

Each function takes what the rule has matched and today. None where the words say nothing after all;
ValueError and OverflowError where the calendar has no such day.
"""

from __future__ import annotations

import datetime

from rag.dates.days import (
    HALF,
    MONTH,
    MONTHS_OF_UNIT,
    QUARTER,
    YEAR,
    find_recurring,
    find_third,
    find_unit_around,
    span_months,
)
from rag.dates.moments import MONTHS, NO_DAYS, YEARS, Lexeme, Match, Moment, make_day, make_moment
from rag.dates.relative import SHORT_UNITS, read_this_unit, read_weekday

# Days back from today: of a bare month further back than half a year, the coming one is nearer.
RECENT_DAYS = 184
# A four-digit number without a word before it is a year when it is about as near as that; by hand.
YEARS_BACK, YEARS_AHEAD = 9, 5
# (month, day) of feasts and events: "le 14 juillet" names them more often than the latest such day.
DAYS_WITH_A_NAME = frozenset(
    {(1, 1), (5, 1), (5, 8), (7, 4), (7, 14), (9, 11), (11, 11), (12, 24), (12, 25), (12, 31)}
)
MONTHS_OF_YEAR, MONTHS_OF_DECADE = 12, 120
SHORTEST_WITH_PARTS = 7  # days: a week has a beginning and an end, a weekend has not; by hand


def read_calendar_day(match: Match, today: datetime.date) -> Moment:
    """Return the day of "9 décembre 2025"; without a year, the latest such day."""
    number = match.value("ordinal", "number")
    month = match.value(*MONTHS)
    if match.has(*YEARS):
        year = match.value(*YEARS)
        date = datetime.date(year, month, number)
        return make_day(date)
    direction = match.direction
    day = find_recurring(month, number, today, direction).first
    has_a_name = (month, number) in DAYS_WITH_A_NAME
    is_sure = _is_recent(day, today) and not has_a_name
    if direction:
        is_sure = direction == "last"
    return make_day(
        day,
        sure=is_sure,
        relative=bool(direction),
    )


def read_calendar_day_perhaps(match: Match, today: datetime.date) -> Moment:
    """Return the day in "the street of 4 September", not sure."""
    moment = read_calendar_day(match, today)
    return moment._replace(sure=False)


def read_calendar_month(match: Match, today: datetime.date) -> Moment:
    """Return the month of "décembre 2025", "décembre dernier", "this December"."""
    month = match.value(*MONTHS)
    if match.has(*YEARS):
        year = match.value(*YEARS)
        span = span_months(year, month)
        # "What may 2025 bring?" has it in small letters.
        is_sure = not match.has("lower")
        return make_moment(span, sure=is_sure)
    span = find_recurring(month, None, today, match.direction)
    if match.has("this"):
        span = span_months(today.year, month)
    return make_moment(span, relative=True)


def read_unit_of_month(match: Match, today: datetime.date) -> Moment | None:
    """Return the month of "le mois de décembre", "the month of May"."""
    if match.unit != MONTH:
        return None
    if match.has(*YEARS):
        return read_calendar_month(match, today)
    return read_month(match, today)


def read_month_of_year(match: Match, today: datetime.date) -> Moment:
    """Return the month of "December of last year"."""
    month = match.value(*MONTHS)
    span = span_months(match.year, month)
    # It counts from today where the year does: "December of last year".
    year_moment = match[-1].moment
    is_relative = year_moment is not None and year_moment.relative
    return make_moment(span, relative=is_relative)


def read_ordinal_unit(match: Match, today: datetime.date) -> Moment | None:
    """Return "the third quarter of 2025", "le dernier trimestre 2024"; else the latest such one."""
    unit = match.unit
    if unit not in (QUARTER, HALF):
        return None
    size = MONTHS_OF_UNIT[unit]
    number = MONTHS_OF_YEAR // size  # the last one
    if match.has("ordinal"):
        number = match.value("ordinal")
    return _read_part_of_year(match, today, number, size)


def read_quarter(match: Match, today: datetime.date) -> Moment | None:
    """Return the quarter of "Q3 2025", "au T3"."""
    number = match.value("quarter")
    size = MONTHS_OF_UNIT[QUARTER]
    return _read_part_of_year(match, today, number, size)


def read_half(match: Match, today: datetime.date) -> Moment | None:
    """Return the half of "the first half of 2025", "H1 2025"."""
    number = match.value("ordinal", "half_code")
    size = MONTHS_OF_UNIT[HALF]
    return _read_part_of_year(match, today, number, size)


def read_decade(match: Match, today: datetime.date) -> Moment | None:
    """Return the ten years of "the 1990s", "les années 1990"."""
    first_year = match.value("decade", *YEARS)
    begins_no_decade = first_year % 10 != 0
    has_other_unit = match.has("units") and match.unit != YEAR
    if begins_no_decade or has_other_unit:
        return None
    span = span_months(first_year, 1, MONTHS_OF_DECADE)
    return make_moment(span, sure=False)


def read_unit_year(match: Match, today: datetime.date) -> Moment | None:
    """Return the year of "l'année 2024"."""
    if match.unit != YEAR:
        return None
    return read_year(match, today)


def read_part(match: Match, today: datetime.date) -> Moment | None:
    """Return "début décembre", "the end of last year", "mid-2025"; "fin du mois" is of this one."""
    whole = _resolve_whole(match, today)
    if whole is None or whole.days is None:
        return None
    first, last = whole.days
    length = (last - first).days + 1
    if length < SHORTEST_WITH_PARTS:
        return None
    part = match.value("part", "edge")
    span = find_third(whole.days, part)
    return make_moment(span, sure=whole.sure, relative=whole.relative)


def _resolve_whole(match: Match, today: datetime.date) -> Moment | None:
    """Return the days that the last lexeme stands for, a bare unit being the current one."""
    if match[-1].kind == "unit":
        return read_this_unit(match, today)
    return resolve(match[-1], today)


def read_unit_around(match: Match, today: datetime.date) -> Moment | None:
    """Return the week of "the week of 8 December"."""
    unit = match.unit
    moment = resolve(match[-1], today)
    day = moment.first
    # There is no week of a month, nor one of "yesterday", which nobody says.
    is_one_day = day == moment.last
    if day is None or not is_one_day:
        return None
    if moment.relative or unit in SHORT_UNITS:
        return None
    span = find_unit_around(day, unit)
    return make_moment(span)


def read_moment(match: Match, today: datetime.date) -> Moment | None:
    """Return the days that an earlier rule has understood."""
    return match[-1].moment


def read_month(match: Match, today: datetime.date) -> Moment:
    """Return the month of "en décembre"."""
    month = match.first_of(*MONTHS)
    return resolve(month, today)


def read_month_perhaps(match: Match, today: datetime.date) -> Moment:
    """Return the month of "the figures of December", not sure."""
    moment = read_month(match, today)
    return moment._replace(sure=False)


def read_year(match: Match, today: datetime.date) -> Moment:
    """Return the year of "en 2024"."""
    year = match.first_of(*YEARS)
    return resolve(year, today)


def read_year_perhaps(match: Match, today: datetime.date) -> Moment | None:
    """Return the year of "budget 2024", where the number is near enough to be one; not sure."""
    years_ahead = match[0].value - today.year
    is_near = -YEARS_BACK <= years_ahead <= YEARS_AHEAD
    if not is_near:
        return None
    moment = read_year(match, today)
    return moment._replace(sure=False)


def resolve(lexeme: Lexeme, today: datetime.date) -> Moment:
    """Return the days of a lexeme that needs no other.

    A moment, a year, a weekday, a quarter, or a bare month: the latest one that has begun.
    """
    if lexeme.moment is not None:
        return lexeme.moment
    alone = Match((lexeme,))
    if lexeme.kind in YEARS:
        span = span_months(lexeme.value, 1, MONTHS_OF_YEAR)
        return make_moment(span)
    if lexeme.kind == "weekday":
        return read_weekday(alone, today)
    if lexeme.kind == "quarter":
        return read_quarter(alone, today) or NO_DAYS
    month = find_recurring(lexeme.value, None, today)
    is_sure = _is_recent(month.first, today)
    return make_moment(month, sure=is_sure)


def _is_recent(day: datetime.date, today: datetime.date) -> bool:
    """Return whether a day is nearer than the same day of the next year."""
    age = today - day
    return age.days <= RECENT_DAYS


def _read_part_of_year(match: Match, today: datetime.date, number: int, size: int) -> Moment | None:
    """Return the number-th piece of ``size`` months of a year; without a year, the latest begun.

    Not sure, since the news of a quarter come after it.
    """
    pieces = MONTHS_OF_YEAR // size
    if not 1 <= number <= pieces:
        return None
    first_month = (number - 1) * size + 1
    year = today.year
    # "The second quarter of last year" ends with a moment.
    if match[-1].kind in (*YEARS, "moment"):
        year = match.year
    elif first_month > today.month:
        # It has not begun this year.
        year -= 1
    span = span_months(year, first_month, size)
    return make_moment(span, sure=False)
