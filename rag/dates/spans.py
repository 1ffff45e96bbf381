"""Days with something around them: since, until, before, after, between.

None where the words say nothing after all; ValueError where the calendar has no such day.
"""

from __future__ import annotations

import datetime

from rag.dates import days
from rag.dates.moments import MONTHS, ONE_DAY, YEARS, Found, Moment
from rag.dates.named import resolved

YEAR = 364 * ONE_DAY  # short of a day: the same month does not come twice
STARTS = ("moment", "number", "ordinal", "quarter", *MONTHS, *YEARS)


def nothing(found: Found, today: datetime.date) -> Moment:
    """Two weeks before December: a distance from a day, not a day."""
    return Moment(None, None, False)


def between(found: Found, today: datetime.date) -> Moment | None:
    """Between October and December, from 3 to 5 December: a bare end takes its year, or its month, from the other."""
    start, end = next(lexeme for lexeme in found[:-1] if lexeme.kind in STARTS), found[-1]
    if start.kind in ("number", "ordinal"):
        return _between_days(start.value, resolved(end, today))
    if start.kind in MONTHS:  # from November to February 2026
        last = resolved(end, today)
        first = last.last and resolved(start, last.last)
        sure = last.sure
    else:  # from October 2025 to February
        first = resolved(start, today)
        last = resolved(end, first.first + YEAR if first.first and end.kind in MONTHS else today)
        sure = first.sure and (last.sure or end.kind in MONTHS)
    if not first or not first.first or not last.last or first.first > last.last:
        return None
    return Moment(
        first.first, last.last, sure and (found[0] != start or start.kind not in YEARS)
    )  # the plan 2024-2026


def _between_days(number: int, last: Moment) -> Moment | None:
    """From the 28th to 3 January."""
    if last.last is None or last.first != last.last:
        return None
    month = last.last.replace(day=1)
    first = (month if number < last.last.day else days.shift(month, -1)).replace(day=number)
    return Moment(first, last.last, last.sure)


def since(found: Found, today: datetime.date) -> Moment:
    """Since October: from its first day on."""
    return Moment(resolved(found[-1], today).first, None)


def after(found: Found, today: datetime.date) -> Moment | None:
    """After October; after 2024 is told of plans as well."""
    last = resolved(found[-1], today).last
    return None if last is None else Moment(last + ONE_DAY, None, found[-1].kind not in YEARS)


def until(found: Found, today: datetime.date) -> Moment:
    """Until October, by October: to its last day. Articles of later days tell who led a firm until then."""
    return Moment(None, resolved(found[-1], today).last, False)


def before(found: Found, today: datetime.date) -> Moment | None:
    """Before October."""
    whole = resolved(found[-1], today)
    return (
        None
        if whole.first is None
        else Moment(None, whole.first - ONE_DAY, whole.sure and found[-1].kind not in MONTHS)
    )
