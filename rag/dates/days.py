"""Calendar arithmetic: days, weeks from Monday on, months, quarters, years. Spans are inclusive at both ends."""

from __future__ import annotations

import datetime
from typing import NamedTuple

DAY, WEEK, MONTH, QUARTER, HALF, YEAR, WEEKEND, FORTNIGHT, HOUR = range(9)
DAYS = {DAY: 1, WEEK: 7, WEEKEND: 7, FORTNIGHT: 14}
MONTHS = {MONTH: 1, QUARTER: 3, HALF: 6, YEAR: 12}
_ONE = datetime.timedelta(days=1)


class Days(NamedTuple):
    """From the first day to the last."""

    first: datetime.date
    last: datetime.date


def shift(day: datetime.date, months: int) -> datetime.date:
    """The same day of another month; the month's last day where it has no such day. ValueError outside the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 28, -1):
        try:
            return datetime.date(year, month + 1, number)
        except ValueError:
            continue
    return datetime.date(year, month + 1, min(day.day, 28))


def step(day: datetime.date, unit: int, count: int) -> datetime.date:
    """The day ``count`` units later, earlier where it is negative. ValueError or OverflowError outside the calendar."""
    if unit in MONTHS:
        return shift(day, count * MONTHS[unit])
    return day + datetime.timedelta(days=int(count / 24) if unit == HOUR else count * DAYS[unit])


def months(year: int, month: int, count: int = 1) -> Days:
    """So many months from the first of one on. ValueError outside the calendar."""
    first = datetime.date(year, month, 1)
    if (year, month + count) == (datetime.MAXYEAR, 13):
        return Days(first, datetime.date.max)
    return Days(first, shift(first, count) - _ONE)


def elapsed(first: datetime.date, last: datetime.date) -> int:
    """Whole months from one day to a later one."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def around(day: datetime.date, unit: int) -> Days:
    """The unit that holds the day; the weekend begun last; the fortnight from the day on."""
    if unit in MONTHS:
        size = MONTHS[unit]
        return months(day.year, (day.month - 1) // size * size + 1, size)
    back, length = {
        WEEK: (day.weekday(), 7),
        WEEKEND: ((day.weekday() - 5) % 7, 2),
        FORTNIGHT: (0, 14),
    }.get(unit, (0, 1))
    first = day - back * _ONE
    return Days(first, first + (length - 1) * _ONE)


def before(day: datetime.date, unit: int) -> Days:
    """The last whole unit that ended before the day."""
    here = around(day, unit)
    return here if here.last < day else around(step(here.first, unit, -1), unit)


def third(days: Days, part: int) -> Days:
    """The beginning, middle or end of a span: whole months of a year, the tenth and the twentieth of a month."""
    length = (days.last - days.first).days + 1
    count = (days.last.year - days.first.year) * 12 + days.last.month - days.first.month + 1
    if days.first.day == 1 and length >= 84 and count % 3 == 0:
        start = shift(days.first, part * count // 3)
        return Days(start, months(start.year, start.month, count // 3).last)
    cuts = (0, 10, 20, length) if 28 <= length <= 31 else [round(length * n / 3) for n in range(4)]
    return Days(
        days.first + cuts[part] * _ONE,
        days.first + (max(cuts[part + 1], cuts[part] + 1) - 1) * _ONE,
    )


def recurring(
    month: int, day: int | None, today: datetime.date, *, ahead: bool = False, ended: bool = False
) -> Days:
    """The latest such month, or day of it, that has begun by today; that has ended before, or the next one.

    ValueError where the calendar has no such day in eight years.
    """
    years = range(today.year, today.year + 9) if ahead else range(today.year, today.year - 9, -1)
    for year in years:
        try:
            days = (
                months(year, month) if day is None else Days(*[datetime.date(year, month, day)] * 2)
            )
        except ValueError:
            continue  # 29 February
        if (days.first > today) if ahead else (days.last < today if ended else days.first <= today):
            return days
    raise ValueError("no such day")
