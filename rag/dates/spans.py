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
    start = Match(match[:-1]).first_of(*KINDS_OF_STARTS)
    end = match[-1]
    if start.kind in ("number", "ordinal"):
        last = resolve(end, today)
        return _read_between_days(start.value, last)
    read_ends = _read_from_month if start.kind in MONTHS else _read_to_month
    span = read_ends(start, end, today)
    if span.days is None:
        return None
    first_day, last_day = span.days
    if first_day > last_day:
        return None
    # "The plan 2024-2026" is not from 2024 to 2026 only.
    is_bare = match[0] == start
    if is_bare and start.kind in YEARS:
        return span._replace(sure=False)
    return span


def _read_from_month(start: Lexeme, end: Lexeme, today: datetime.date) -> Moment:
    """Return "from November to February 2026": the month is the last one before the end."""
    end_moment = resolve(end, today)
    last_day = end_moment.last
    if last_day is None:
        return NO_DAYS
    # As if asked on the last day, so that the month is the latest one before it.
    start_moment = resolve(start, last_day)
    return Moment(
        start_moment.first,
        last_day,
        end_moment.sure,
    )


def _read_to_month(start: Lexeme, end: Lexeme, today: datetime.date) -> Moment:
    """Return "from October 2025 to February": a bare month is the first one after the start."""
    start_moment = resolve(start, today)
    first_day = start_moment.first
    is_sure = start_moment.sure
    if end.kind in MONTHS:
        # As if asked within the year from the first day on.
        reference = today if first_day is None else first_day + ALMOST_A_YEAR
        end_moment = resolve(end, reference)
    else:
        end_moment = resolve(end, today)
        is_sure = is_sure and end_moment.sure
    return Moment(
        first_day,
        end_moment.last,
        is_sure,
    )


def _read_between_days(number: int, last: Moment) -> Moment | None:
    """Return the days of "from 1 to 3 May", "from the 28th to 3 May"."""
    end = last.last
    if end is None or last.first != end:
        return None
    month = end.replace(day=1)
    # "From the 28th to 3 May" began in April.
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
    # "Before October" may be any October, and is said of plans as well.
    is_bare_month = match[-1].kind in MONTHS
    is_sure = moment.sure and not is_bare_month
    return Moment(None, day_before, is_sure)
