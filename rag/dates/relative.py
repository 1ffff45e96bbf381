"""Days told by how far away from today they are: each function takes the words found and today.

None where the words say nothing after all; ValueError and OverflowError where the calendar has no such day.
"""

from __future__ import annotations

import datetime

from rag.dates import days
from rag.dates.moments import COUNTS, ONE_DAY, YEARS, Found, Moment, on

VAGUE = {  # how many "a few" are, at most
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
SHORT = (days.DAY, days.HOUR)  # the last day, this hour: of what?


def day_word(found: Found, today: datetime.date) -> Moment:
    """Hier, tomorrow; "today" may mean "nowadays"."""
    day = today + found[0].value * ONE_DAY
    return on(day, sure=found[0].kind != "today", relative=True)


def day_word_perhaps(found: Found, today: datetime.date) -> Moment:
    """The world of yesterday."""
    return day_word(found, today)._replace(sure=False)


def ago(found: Found, today: datetime.date) -> Moment:
    """Three days ago: that day; three weeks, months, years ago: the whole week, month, year."""
    count, unit = found.number, found.unit
    if count is None:
        return Moment(
            days.around(days.step(today, unit, -VAGUE[unit]), unit).first, today - ONE_DAY, False
        )
    return Moment(*days.around(days.step(today, unit, -count), unit), True, True)


def since_ago(found: Found, today: datetime.date) -> Moment:
    """Depuis trois mois, since three days ago."""
    count, unit = found.number, found.unit
    return Moment(days.step(today, unit, -(count or VAGUE[unit])), None, count is not None)


def rolling(found: Found, today: datetime.date) -> Moment | None:
    """The past three months, the past week: up to today; the past weeks: a few of them."""
    unit, vague = found.unit, "few" in found.kinds or not found.has(*COUNTS)
    count = found.number or VAGUE[unit]
    if found.kinds[-2:] == ["past", "unit"]:
        if unit in (*SHORT, days.QUARTER, days.HALF, days.WEEKEND):
            return last_unit(found, today)
        vague, count = False, 1
    return Moment(days.step(today, unit, -count), today, not vague, not vague)


def coming(found: Found, today: datetime.date) -> Moment | None:
    """The next three weeks; in three weeks."""
    count, unit = found.number, found.unit
    if count is None:
        return None
    day = days.step(today, unit, count)
    return (
        Moment(today, day, False, True)
        if found.has("next")
        else Moment(*days.around(day, unit), False, True)
    )


def last_unit(found: Found, today: datetime.date) -> Moment | None:
    """Last week, le mois dernier: the last whole one. News of a quarter come after it."""
    unit = found.unit
    return (
        None
        if unit in SHORT
        else Moment(*days.before(today, unit), unit not in (days.QUARTER, days.HALF), True)
    )


def next_unit(found: Found, today: datetime.date) -> Moment | None:
    """Next week."""
    unit = found.unit
    return (
        None
        if unit in SHORT
        else Moment(
            *days.around(days.step(days.around(today, unit).first, unit, 1), unit), False, True
        )
    )


def this_unit(found: Found, today: datetime.date) -> Moment | None:
    """This week; this weekend, the one begun last, though a story may mean the one to come."""
    unit = found.unit
    return (
        None
        if unit in SHORT
        else Moment(*days.around(today, unit), unit != days.HALF, unit != days.WEEKEND)
    )


def weekday(found: Found, today: datetime.date) -> Moment:
    """Mardi dernier, next Tuesday; a bare Tuesday is the last one, perhaps."""
    away = today.weekday() - found.value("weekday")
    if found.has("next"):
        day = today + ((-away - 1) % 7 + 1) * ONE_DAY
        return on(day, sure=False, relative=True)
    last = found.has("last", "past")
    day = today - ((away - 1) % 7 + 1 if last else away % 7) * ONE_DAY
    return on(day, sure=last, relative=last)


def season(found: Found, today: datetime.date) -> Moment | None:
    """Last summer, summer 2024: three whole months."""
    month = 3 + 3 * found.value("season")
    if found.has(*YEARS):
        return Moment(*days.months(found.value(*YEARS), month, 3))
    spans = [days.months(today.year + off, month, 3) for off in (-2, -1, 0, 1)]
    if found.has("this"):
        return Moment(*spans[1 if month == 12 and today.month < 3 else 2], True, True)
    fitting = [
        span for span in spans if (span.first > today if found.has("next") else span.last < today)
    ]
    return Moment(*fitting[0 if found.has("next") else -1], True, True)
