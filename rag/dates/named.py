"""What rules mean that name their days: "9 décembre", "the third quarter", "2024", parts of them.

Each function takes what the rule has matched and today. None where the words say nothing after all;
ValueError and OverflowError where the calendar has no such day.
"""

from __future__ import annotations

import datetime

from rag.dates import days
from rag.dates.moments import MONTHS, NO_DAYS, YEARS, Lexeme, Match, Moment, make_day
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


def read_calendar_day(match: Match, today: datetime.date) -> Moment:
    """Return the day of "9 décembre 2025"; without a year, the latest such day."""
    number, month = match.value("ordinal", "number"), match.value(*MONTHS)
    if match.has(*YEARS):
        return make_day(datetime.date(match.value(*YEARS), month, number))
    direction = match.direction
    day = _find_recurring(month, number, today, direction)
    is_recent = (today - day.first).days <= RECENT_DAYS
    is_plain = is_recent and (month, number) not in DAYS_WITH_A_NAME
    is_sure = direction == "last" or (not direction and is_plain)
    return Moment(*day, is_sure, bool(direction))


def read_calendar_day_perhaps(match: Match, today: datetime.date) -> Moment:
    """Return the day in "the street of 4 September", not sure."""
    return read_calendar_day(match, today)._replace(sure=False)


def read_calendar_month(match: Match, today: datetime.date) -> Moment:
    """Return the month of "décembre 2025", "décembre dernier", "this December"."""
    number = match.value(*MONTHS)
    if match.has(*YEARS):
        is_sure = not match.has("lower")  # what may 2025 bring?
        return Moment(*days.months(match.value(*YEARS), number), is_sure)
    if match.has("this"):
        return Moment(*days.months(today.year, number), True, True)
    return Moment(*_find_recurring(number, None, today, match.direction), True, True)


def read_unit_of_month(match: Match, today: datetime.date) -> Moment | None:
    """Return the month of "le mois de décembre", "the month of May"."""
    if match.unit != days.MONTH:
        return None
    if match.has(*YEARS):
        return read_calendar_month(match, today)
    return read_month(match, today)


def read_month_of_year(match: Match, today: datetime.date) -> Moment:
    """Return the month of "December of last year"."""
    is_relative = match[-1].moment is not None and match[-1].moment.relative
    return Moment(*days.months(match.year, match.value(*MONTHS)), True, is_relative)


def read_ordinal_unit(match: Match, today: datetime.date) -> Moment | None:
    """Return "the third quarter of 2025", "le dernier trimestre 2024"; else the latest such one."""
    unit = match.unit
    if unit not in (days.QUARTER, days.HALF):
        return None
    size = days.MONTHS[unit]
    last = MONTHS_OF_YEAR // size
    number = match.value("ordinal") if match.has("ordinal") else last
    return _part_of_year(match, today, number, size)


def read_quarter(match: Match, today: datetime.date) -> Moment | None:
    """Return the quarter of "Q3 2025", "au T3"."""
    return _part_of_year(match, today, match.value("quarter"), days.MONTHS[days.QUARTER])


def read_half(match: Match, today: datetime.date) -> Moment | None:
    """Return the half of "the first half of 2025", "H1 2025"."""
    number = match.value("ordinal", "half_code")
    return _part_of_year(match, today, number, days.MONTHS[days.HALF])


def read_decade(match: Match, today: datetime.date) -> Moment | None:
    """Return the ten years of "the 1990s", "les années 1990"."""
    first = match.value("decade", *YEARS)
    has_other_unit = match.has("units") and match.unit != days.YEAR
    if first % 10 or has_other_unit:
        return None
    return Moment(*days.months(first, 1, MONTHS_OF_DECADE), False)


def read_unit_year(match: Match, today: datetime.date) -> Moment | None:
    """Return the year of "l'année 2024"."""
    return read_year(match, today) if match.unit == days.YEAR else None


def read_part(match: Match, today: datetime.date) -> Moment | None:
    """Return "début décembre", "the end of last year", "mid-2025"; "fin du mois" is of this one."""
    is_bare_unit = match[-1].kind == "unit"
    whole = read_this_unit(match, today) if is_bare_unit else resolve(match[-1], today)
    span = whole and whole.days
    if whole is None or span is None:
        return None
    is_shorter_than_a_week = (span.last - span.first).days < days.DAYS[days.WEEK] - 1
    if is_shorter_than_a_week:
        return None
    return Moment(*days.third(span, match.value("part", "edge")), whole.sure, whole.relative)


def read_unit_around(match: Match, today: datetime.date) -> Moment | None:
    """Return the week of "the week of 8 December"."""
    day, unit = resolve(match[-1], today), match.unit
    is_one_day = day.first is not None and day.first == day.last
    if day.first is None or not is_one_day or day.relative or unit in SHORT_UNITS:
        return None
    return Moment(*days.around(day.first, unit))


def read_moment(match: Match, today: datetime.date) -> Moment | None:
    """Return the days that an earlier rule has understood."""
    return match[-1].moment


def read_month(match: Match, today: datetime.date) -> Moment:
    """Return the month of "en décembre"."""
    return resolve(match.first_of(*MONTHS), today)


def read_month_perhaps(match: Match, today: datetime.date) -> Moment:
    """Return the month of "the figures of December", not sure."""
    return read_month(match, today)._replace(sure=False)


def read_year(match: Match, today: datetime.date) -> Moment:
    """Return the year of "en 2024"."""
    return resolve(match.first_of(*YEARS), today)


def read_year_perhaps(match: Match, today: datetime.date) -> Moment | None:
    """Return the year of "budget 2024", where the number is near enough to be one; not sure."""
    years_ahead = match[0].value - today.year
    is_near = -YEARS_BACK <= years_ahead <= YEARS_AHEAD
    return read_year(match, today)._replace(sure=False) if is_near else None


def resolve(lexeme: Lexeme, today: datetime.date) -> Moment:
    """Return the days of a lexeme that needs no other.

    A moment, a year, a weekday, a quarter, or a bare month: the latest one that has begun.
    """
    if lexeme.moment is not None:
        return lexeme.moment
    if lexeme.kind in YEARS:
        return Moment(*days.months(lexeme.value, 1, MONTHS_OF_YEAR))
    if lexeme.kind == "weekday":
        return read_weekday(Match((lexeme,)), today)
    if lexeme.kind == "quarter":
        return read_quarter(Match((lexeme,)), today) or NO_DAYS
    span = days.recurring(lexeme.value, None, today)
    is_recent = (today - span.first).days <= RECENT_DAYS
    return Moment(*span, is_recent)


def _find_recurring(month: int, day: int | None, today: datetime.date, direction: str) -> days.Days:
    """Return the latest month or day of its name, or the "last" or "next" one."""
    is_ahead, is_over = direction == "next", direction == "last"
    return days.recurring(month, day, today, ahead=is_ahead, ended=is_over)


def _part_of_year(match: Match, today: datetime.date, number: int, size: int) -> Moment | None:
    """Return the number-th piece of ``size`` months of a year; without a year, the latest begun.

    Not sure, since the news of a quarter come after it.
    """
    if not 1 <= number <= MONTHS_OF_YEAR // size:
        return None
    first_month = (number - 1) * size + 1
    if match[-1].kind in (*YEARS, "moment"):
        year = match.year
    else:
        is_still_to_come = first_month > today.month
        year = today.year - is_still_to_come
    return Moment(*days.months(year, first_month, size), False)
