"""What rules mean that put something around days: since, until, before, after, between.

Each function takes what the rule has matched and today. None where the words say nothing after all;
ValueError where the calendar has no such day.
"""

from __future__ import annotations

import datetime

from rag.dates import days
from rag.dates.days import ONE_DAY
from rag.dates.moments import MONTHS, NO_DAYS, YEARS, Match, Moment
from rag.dates.named import resolve

ALMOST_A_YEAR = 364 * ONE_DAY  # so that the same month does not come twice
KINDS_OF_STARTS = ("moment", "number", "ordinal", "quarter", *MONTHS, *YEARS)


def read_distance(match: Match, today: datetime.date) -> Moment:
    """Return no days: "two weeks before December" is a distance from a day, not a day."""
    return NO_DAYS


def read_between(match: Match, today: datetime.date) -> Moment | None:
    """Return the days of "between October and December", "from 3 to 5 December".

    A bare end takes its year, or its month, from the other one.
    """
    start = next(lexeme for lexeme in match[:-1] if lexeme.kind in KINDS_OF_STARTS)
    end = match[-1]
    if start.kind in ("number", "ordinal"):
        return _read_between_days(start.value, resolve(end, today))
    if start.kind in MONTHS:  # from November to February 2026
        last = resolve(end, today)
        first = resolve(start, last.last) if last.last else None
        is_sure = last.sure
    else:  # from October 2025 to February
        first = resolve(start, today)
        has_bare_end = end.kind in MONTHS
        reference = today
        if has_bare_end and first.first is not None:
            reference = first.first + ALMOST_A_YEAR
        last = resolve(end, reference)
        is_sure = first.sure and (last.sure or has_bare_end)
    if first is None or first.first is None or last.last is None or first.first > last.last:
        return None
    is_bare_range = match[0] == start and start.kind in YEARS  # the plan 2024-2026
    return Moment(first.first, last.last, is_sure and not is_bare_range)


def _read_between_days(number: int, last: Moment) -> Moment | None:
    """Return the days of "from 1 to 3 May", "from the 28th to 3 May"."""
    if last.last is None or last.first != last.last:
        return None
    month = last.last.replace(day=1)
    if number >= last.last.day:
        month = days.shift(month, -1)
    return Moment(month.replace(day=number), last.last, last.sure)


def read_since(match: Match, today: datetime.date) -> Moment:
    """Return the days of "since October": from its first one on."""
    return Moment(resolve(match[-1], today).first, None)


def read_after(match: Match, today: datetime.date) -> Moment | None:
    """Return the days of "after October"; "after 2024" is not sure, being said of plans as well."""
    last = resolve(match[-1], today).last
    if last is None:
        return None
    return Moment(last + ONE_DAY, None, match[-1].kind not in YEARS)


def read_until(match: Match, today: datetime.date) -> Moment:
    """Return the days of "until October", "by October": to its last one.

    Not sure, since articles of later days tell who led a firm until then.
    """
    return Moment(None, resolve(match[-1], today).last, False)


def read_before(match: Match, today: datetime.date) -> Moment | None:
    """Return the days of "before October"."""
    whole = resolve(match[-1], today)
    if whole.first is None:
        return None
    is_sure = whole.sure and match[-1].kind not in MONTHS
    return Moment(None, whole.first - ONE_DAY, is_sure)
