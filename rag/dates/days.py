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
DAYS = {DAY: 1, WEEK: 7, WEEKEND: 7, FORTNIGHT: 14}
MONTHS = {MONTH: 1, QUARTER: 3, HALF: 6, YEAR: 12}
ONE_DAY = datetime.timedelta(days=1)
SATURDAY = 5  # by datetime.date.weekday
SHORTEST_MONTH, LONGEST_MONTH = 28, 31  # days
SHORTEST_QUARTER = 84  # days; chosen by hand below any three months, above any two
DECADE_CUTS = (0, 10, 20)  # days of a month after which its beginning, middle and end begin
# 29 February comes at least once in eight years, even around 1900 and 2100.
YEARS_TO_RECUR = 8


class Days(NamedTuple):
    """From the first day to the last."""

    first: datetime.date
    last: datetime.date


def shift(day: datetime.date, months: int) -> datetime.date:
    """Return the same day of another month; its last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, SHORTEST_MONTH, -1):
        try:
            return datetime.date(year, month + 1, number)
        except ValueError:
            continue
    return datetime.date(year, month + 1, min(day.day, SHORTEST_MONTH))


def step(day: datetime.date, unit: int, count: int) -> datetime.date:
    """Return the day ``count`` units later, earlier where it is negative."""
    if unit in MONTHS:
        return shift(day, count * MONTHS[unit])
    if unit == HOUR:
        return day + datetime.timedelta(days=int(count / 24))
    return day + datetime.timedelta(days=count * DAYS[unit])


def months(year: int, month: int, count: int = 1) -> Days:
    """Return so many whole months from the first day of one on."""
    first = datetime.date(year, month, 1)
    ends_the_calendar = (year, month + count) == (datetime.MAXYEAR, 13)
    if ends_the_calendar:
        return Days(first, datetime.date.max)
    return Days(first, shift(first, count) - ONE_DAY)


def elapsed(first: datetime.date, last: datetime.date) -> int:
    """Return the whole months from one day to a later one."""
    calendar_months = (last.year - first.year) * 12 + last.month - first.month
    is_last_one_unfinished = last.day < first.day
    return calendar_months - is_last_one_unfinished


def around(day: datetime.date, unit: int) -> Days:
    """Return the unit that holds the day; the weekend begun last; the fortnight from the day on."""
    if unit in MONTHS:
        size = MONTHS[unit]
        first_month = (day.month - 1) // size * size + 1
        return months(day.year, first_month, size)
    if unit == WEEK:
        first = day - day.weekday() * ONE_DAY
        return Days(first, first + 6 * ONE_DAY)
    if unit == WEEKEND:
        first = day - (day.weekday() - SATURDAY) % 7 * ONE_DAY
        return Days(first, first + ONE_DAY)
    if unit == FORTNIGHT:
        return Days(day, day + 13 * ONE_DAY)
    return Days(day, day)


def before(day: datetime.date, unit: int) -> Days:
    """Return the last whole unit that ended before the day."""
    current = around(day, unit)
    if current.last < day:  # a weekend that is over on the Monday after it
        return current
    return around(step(current.first, unit, -1), unit)


def third(days: Days, part: int) -> Days:
    """Return the beginning (0), middle (1) or end (2) of a span.

    Of a quarter, half or year, whole months; of a month, up to the tenth, the twentieth and its
    last day; of anything else, a third of its days.
    """
    length = (days.last - days.first).days + 1
    month_count = (days.last.year - days.first.year) * 12 + days.last.month - days.first.month + 1
    is_whole_months = days.first.day == 1 and length >= SHORTEST_QUARTER
    if is_whole_months and month_count % 3 == 0:
        start = shift(days.first, part * month_count // 3)
        return Days(start, months(start.year, start.month, month_count // 3).last)
    cuts = [round(length * n / 3) for n in range(4)]
    if SHORTEST_MONTH <= length <= LONGEST_MONTH:
        cuts = [*DECADE_CUTS, length]
    begin = cuts[part]
    end = max(cuts[part + 1], begin + 1)  # at least a day
    return Days(days.first + begin * ONE_DAY, days.first + (end - 1) * ONE_DAY)


def recurring(
    month: int, day: int | None, today: datetime.date, *, ahead: bool = False, ended: bool = False
) -> Days:
    """Return the latest such month, or day of it, that has begun by today.

    ``ahead`` asks for the next one instead, ``ended`` for the latest that is over before today.
    ValueError where the calendar has no such day in eight years.
    """
    step_of_years = 1 if ahead else -1
    for distance in range(YEARS_TO_RECUR + 1):
        year = today.year + step_of_years * distance
        try:
            days = _month_or_day(year, month, day)
        except ValueError:
            continue  # 29 February
        if ahead:
            fits = days.first > today
        elif ended:
            fits = days.last < today
        else:
            fits = days.first <= today
        if fits:
            return days
    raise ValueError("no such day")


def _month_or_day(year: int, month: int, day: int | None) -> Days:
    """Return a month of a year, or a single day of it."""
    if day is None:
        return months(year, month)
    date = datetime.date(year, month, day)
    return Days(date, date)
