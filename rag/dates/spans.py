"""What rules mean that put something around days: since, until, before, after, between.

Each function takes what the rule has matched and today. None where the words say nothing after all;
ValueError where the calendar has no such day.
"""

from __future__ import annotations

import datetime

from rag.dates.days import ONE_DAY, shift_months
from rag.dates.moments import MONTHS, NO_DAYS, YEARS, Lexeme, Match, Moment
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
    starts = [lexeme for lexeme in match[:-1] if lexeme.kind in KINDS_OF_STARTS]
    start, end = starts[0], match[-1]
    if start.kind in ("number", "ordinal"):
        last = resolve(end, today)
        return _read_between_days(start.value, last)
    read_ends = _read_from_month if start.kind in MONTHS else _read_to_month
    span = read_ends(start, end, today)
    if span.first is None or span.last is None:
        return None
    if span.first > span.last:
        return None
    # "The plan 2024-2026" is not from 2024 to 2026 only.
    if match[0] == start and start.kind in YEARS:
        return span._replace(sure=False)
    return span


def _read_from_month(start: Lexeme, end: Lexeme, today: datetime.date) -> Moment:
    """Return "from November to February 2026": the month is the last one before the end."""
    last = resolve(end, today)
    if last.last is None:
        return NO_DAYS
    first = resolve(start, last.last)
    return Moment(first.first, last.last, last.sure)


def _read_to_month(start: Lexeme, end: Lexeme, today: datetime.date) -> Moment:
    """Return "from October 2025 to February": a bare month is the first one after the start."""
    first = resolve(start, today)
    if end.kind not in MONTHS:
        last = resolve(end, today)
        are_sure = first.sure and last.sure
        return Moment(first.first, last.last, are_sure)
    day_within_a_year = today
    if first.first is not None:
        day_within_a_year = first.first + ALMOST_A_YEAR
    last = resolve(end, day_within_a_year)
    return Moment(first.first, last.last, first.sure)


def _read_between_days(number: int, last: Moment) -> Moment | None:
    """Return the days of "from 1 to 3 May", "from the 28th to 3 May"."""
    end = last.last
    if end is None or last.first != end:
        return None
    month = end.replace(day=1)
    if number >= end.day:
        month = shift_months(month, -1)
    start = month.replace(day=number)
    return Moment(start, end, last.sure)


def read_since(match: Match, today: datetime.date) -> Moment:
    """Return the days of "since October": from its first one on."""
    moment = resolve(match[-1], today)
    return Moment(moment.first, None)


def read_after(match: Match, today: datetime.date) -> Moment | None:
    """Return the days of "after October"; "after 2024" is not sure, being said of plans as well."""
    moment = resolve(match[-1], today)
    if moment.last is None:
        return None
    day_after = moment.last + ONE_DAY
    is_sure = match[-1].kind not in YEARS
    return Moment(day_after, None, is_sure)


def read_until(match: Match, today: datetime.date) -> Moment:
    """Return the days of "until October", "by October": to its last one.

    Not sure, since articles of later days tell who led a firm until then.
    """
    moment = resolve(match[-1], today)
    return Moment(None, moment.last, sure=False)


def read_before(match: Match, today: datetime.date) -> Moment | None:
    """Return the days of "before October"."""
    moment = resolve(match[-1], today)
    if moment.first is None:
        return None
    day_before = moment.first - ONE_DAY
    is_bare_month = match[-1].kind in MONTHS
    is_sure = moment.sure and not is_bare_month
    return Moment(None, day_before, is_sure)
