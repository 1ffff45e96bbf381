"""Calendar arithmetic on days, weeks, months, quarters and years.

Spans are inclusive at both ends; weeks begin on Monday. Functions raise ValueError or
OverflowError outside the calendar (years 1 to 9999).
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

# The names are those of the language files: unit.week = ["semaine"].
UNIT_NAMES = ("day", "week", "month", "quarter", "half", "year", "weekend", "fortnight", "hour")
DAY, WEEK, MONTH, QUARTER, HALF, YEAR, WEEKEND, FORTNIGHT, HOUR = range(len(UNIT_NAMES))
DAYS_OF_UNIT = {DAY: 1, WEEK: 7, WEEKEND: 7, FORTNIGHT: 14}  # weekends are a week apart
MONTHS_OF_UNIT = {MONTH: 1, QUARTER: 3, HALF: 6, YEAR: 12}
ONE_DAY = datetime.timedelta(days=1)
HOURS_OF_DAY = 24
SATURDAY = 5  # by datetime.date.weekday
SHORTEST_MONTH, LONGEST_MONTH = 28, 31  # days
SHORTEST_QUARTER = 84  # days; chosen by hand: below any three months, above any two
DECADE_CUTS = (0, 10, 20)  # days of a month after which its beginning, middle and end begin
# 29 February comes at least once in eight years, even around 1900 and 2100.
YEARS_TO_RECUR = 8


class Days(NamedTuple):
    """From the first day to the last."""

    first: datetime.date
    last: datetime.date


def count_months(first: datetime.date, last: datetime.date) -> int:
    """Return the whole months from one day to a later one."""
    calendar_months = _count_calendar_months(first, last)
    # From the 9th to the 8th of the next month is not a month yet.
    is_last_one_unfinished = last.day < first.day
    return calendar_months - is_last_one_unfinished


def shift_months(day: datetime.date, count: int) -> datetime.date:
    """Return the same day of another month; its last day where it has no such day."""
    months_since_year_zero = day.year * 12 + day.month - 1 + count
    year, months_into_year = divmod(months_since_year_zero, 12)
    month = months_into_year + 1
    # 29, 30 and 31 are not in every month.
    for number in range(day.day, SHORTEST_MONTH, -1):
        try:
            return datetime.date(year, month, number)
        except ValueError:
            continue
    last_number = min(day.day, SHORTEST_MONTH)
    return datetime.date(year, month, last_number)


def shift_units(day: datetime.date, unit: int, count: int) -> datetime.date:
    """Return the day ``count`` units later, earlier where it is negative."""
    if unit in MONTHS_OF_UNIT:
        months = count * MONTHS_OF_UNIT[unit]
        return shift_months(day, months)
    if unit == HOUR:
        # 47 hours ago is the day before today, not two days before it.
        whole_days = int(count / HOURS_OF_DAY)
        return day + whole_days * ONE_DAY
    day_count = count * DAYS_OF_UNIT[unit]
    return day + day_count * ONE_DAY


def span_months(year: int, month: int, count: int = 1) -> Days:
    """Return so many whole months from the first day of one on."""
    first = datetime.date(year, month, 1)
    first_month_after = month + count
    if year == datetime.MAXYEAR and first_month_after == 13:
        # The day after it, from which the last one is counted back, cannot be written.
        return Days(first, datetime.date.max)
    day_after = shift_months(first, count)
    return Days(first, day_after - ONE_DAY)


def find_unit_around(day: datetime.date, unit: int) -> Days:
    """Return the unit that holds the day; the weekend begun last; the fortnight from the day on."""
    first, length = day, 1
    if unit in MONTHS_OF_UNIT:
        size = MONTHS_OF_UNIT[unit]
        months_into_unit = (day.month - 1) % size
        first_month = day.month - months_into_unit
        return span_months(day.year, first_month, size)
    if unit == WEEK:
        days_since_monday = day.weekday()
        first = day - days_since_monday * ONE_DAY
        length = 7
    elif unit == WEEKEND:
        days_since_saturday = (day.weekday() - SATURDAY) % 7
        first = day - days_since_saturday * ONE_DAY
        length = 2
    elif unit == FORTNIGHT:
        length = 14
    return _span_days(first, length)


def find_unit_before(day: datetime.date, unit: int) -> Days:
    """Return the last whole unit that ended before the day."""
    current = find_unit_around(day, unit)
    if current.last < day:
        # A weekend that is over on the Monday after it.
        return current
    day_of_previous = shift_units(current.first, unit, -1)
    return find_unit_around(day_of_previous, unit)


def find_third(span: Days, part: int) -> Days:
    """Return the beginning (0), middle (1) or end (2) of a span.

    Of a quarter, half or year, whole months; of a month, up to the tenth, the twentieth and its
    last day; of anything else, a third of its days.
    """
    first, last = span
    length = (last - first).days + 1
    month_count = _count_calendar_months(first, last) + 1
    # Two months have no thirds that a person would call the beginning or the end.
    has_whole_months = first.day == 1 and length >= SHORTEST_QUARTER
    if has_whole_months and month_count % 3 == 0:
        size = month_count // 3
        start = shift_months(first, part * size)
        return span_months(start.year, start.month, size)
    cuts = [
        0,
        round(length / 3),
        round(length * 2 / 3),
        length,
    ]
    if SHORTEST_MONTH <= length <= LONGEST_MONTH:
        cuts = [*DECADE_CUTS, length]
    days_before = cuts[part]
    days_to_end = cuts[part + 1]
    first_of_part = first + days_before * ONE_DAY
    # A third of two days is rounded to none.
    length_of_part = max(days_to_end - days_before, 1)
    return _span_days(first_of_part, length_of_part)


def find_recurring(month: int, day: int | None, today: datetime.date, direction: str = "") -> Days:
    """Return the latest such month, or day of it, that has begun by today.

    ``direction`` "next" asks for the next one instead, "last" for the latest that is over before
    today. ValueError where the calendar has no such day in eight years.
    """
    years_apart = 1 if direction == "next" else -1
    for distance in range(YEARS_TO_RECUR + 1):
        year = today.year + years_apart * distance
        try:
            span = _span_month_or_day(year, month, day)
        except ValueError:
            continue  # 29 February
        if _lies_in_direction(span, today, direction):
            return span
    raise ValueError("no such day")


def _lies_in_direction(span: Days, today: datetime.date, direction: str) -> bool:
    """Return whether a span is still to come ("next"), is over ("last") or has begun ("")."""
    if direction == "next":
        return span.first > today
    if direction == "last":
        return span.last < today
    return span.first <= today


def _span_month_or_day(year: int, month: int, day: int | None) -> Days:
    """Return a month of a year, or a single day of it."""
    if day is None:
        return span_months(year, month)
    date = datetime.date(year, month, day)
    return Days(date, date)


def _span_days(first: datetime.date, length: int) -> Days:
    """Return so many days from the first one on."""
    last = first + (length - 1) * ONE_DAY
    return Days(first, last)


def _count_calendar_months(first: datetime.date, last: datetime.date) -> int:
    """Return by how many months the calendar turns from one day to another."""
    years = last.year - first.year
    return years * 12 + last.month - first.month
