"""Days told by their names: 9 décembre, December 2025, the third quarter, 2024, and parts of them.

None where the words say nothing after all; ValueError and OverflowError where the calendar has no such day.
"""

from __future__ import annotations

import datetime

from rag.dates import days
from rag.dates.moments import MONTHS, YEARS, Found, Lexeme, Moment, on
from rag.dates.relative import SHORT, this_unit, weekday

RECENT = 184  # days: of a bare month further back than that, the coming one is nearer
YEARS_BACK, YEARS_AHEAD = (
    9,
    5,
)  # a four-digit number without a word before it is a year when it is about as near as that
NAMED = frozenset(
    {(1, 1), (5, 1), (5, 8), (7, 4), (7, 14), (9, 11), (11, 11), (12, 24), (12, 25), (12, 31)}
)  # events, feasts


def calendar_day(found: Found, today: datetime.date) -> Moment:
    """9 décembre 2025; without a year, the latest such day."""
    number, month = found.value("ordinal", "number"), found.value(*MONTHS)
    if found.has(*YEARS):
        return on(datetime.date(found.value(*YEARS), month, number))
    again = found.again
    day = days.recurring(month, number, today, ahead=again == "next", ended=again == "last")
    plain = (today - day.first).days <= RECENT and (month, number) not in NAMED
    return Moment(*day, again == "last" or (not again and plain), bool(again))


def calendar_day_perhaps(found: Found, today: datetime.date) -> Moment:
    """The street of 4 September, the attacks of 11 September."""
    return calendar_day(found, today)._replace(sure=False)


def calendar_month(found: Found, today: datetime.date) -> Moment:
    """Décembre 2025, décembre dernier, this December."""
    number = found.value(*MONTHS)
    if found.has(*YEARS):
        return Moment(
            *days.months(found.value(*YEARS), number), not found.has("lower")
        )  # what may 2025 bring?
    if found.has("this"):
        return Moment(*days.months(today.year, number), True, True)
    again = found.again
    return Moment(
        *days.recurring(number, None, today, ahead=again == "next", ended=again == "last"),
        True,
        True,
    )


def unit_of_month(found: Found, today: datetime.date) -> Moment | None:
    """Le mois de décembre, the month of May."""
    if found.unit != days.MONTH:
        return None
    return calendar_month(found, today) if found.has(*YEARS) else month(found, today)


def month_of_year(found: Found, today: datetime.date) -> Moment:
    """December of last year."""
    relative = found[-1].moment is not None and found[-1].moment.relative
    return Moment(*days.months(found.year, found.value(*MONTHS)), True, relative)


def ordinal_unit(found: Found, today: datetime.date) -> Moment | None:
    """The third quarter of 2025, le dernier trimestre 2024; without a year, the latest such quarter."""
    unit = found.unit
    if unit not in (days.QUARTER, days.HALF):
        return None
    size = days.MONTHS[unit]
    return _part_of_year(
        found, today, found.value("ordinal") if found.has("ordinal") else 12 // size, size
    )


def quarter(found: Found, today: datetime.date) -> Moment | None:
    """Q3 2025, au T3."""
    return _part_of_year(found, today, found.value("quarter"), days.MONTHS[days.QUARTER])


def half(found: Found, today: datetime.date) -> Moment | None:
    """The first half of 2025, H1 2025."""
    return _part_of_year(found, today, found.value("ordinal", "half_code"), days.MONTHS[days.HALF])


def decade(found: Found, today: datetime.date) -> Moment | None:
    """The 1990s, les années 1990."""
    first = found.value("decade", *YEARS)
    if first % 10 or (found.has("units") and found.unit != days.YEAR):
        return None
    return Moment(*days.months(first, 1, 120), False)


def unit_year(found: Found, today: datetime.date) -> Moment | None:
    """L'année 2024."""
    return year(found, today) if found.unit == days.YEAR else None


def part(found: Found, today: datetime.date) -> Moment | None:
    """Début décembre, the end of last year, mid-2025; fin du mois: of this one."""
    whole = this_unit(found, today) if found[-1].kind == "unit" else resolved(found[-1], today)
    span = whole and whole.days
    if whole is None or span is None or (span.last - span.first).days < days.DAYS[days.WEEK] - 1:
        return None
    return Moment(*days.third(span, found.value("part", "edge")), whole.sure, whole.relative)


def unit_around(found: Found, today: datetime.date) -> Moment | None:
    """The week of 8 December."""
    day, unit = resolved(found[-1], today), found.unit
    if day.first is None or day.first != day.last or day.relative or unit in SHORT:
        return None
    return Moment(*days.around(day.first, unit))


def itself(found: Found, today: datetime.date) -> Moment | None:
    """Days that an earlier rule has found."""
    return found[-1].moment


def month(found: Found, today: datetime.date) -> Moment:
    """En décembre."""
    return resolved(found.one(*MONTHS), today)


def month_perhaps(found: Found, today: datetime.date) -> Moment:
    """The figures of December."""
    return month(found, today)._replace(sure=False)


def year(found: Found, today: datetime.date) -> Moment:
    """En 2024."""
    return resolved(found.one(*YEARS), today)


def year_perhaps(found: Found, today: datetime.date) -> Moment | None:
    """Budget 2024: a number that may be a year."""
    away = found[0].value - today.year
    return year(found, today)._replace(sure=False) if -YEARS_BACK <= away <= YEARS_AHEAD else None


def resolved(lexeme: Lexeme, today: datetime.date) -> Moment:
    """The days of a lexeme that needs no other: a moment, a bare month, the latest begun, a year, a weekday, a quarter."""
    if lexeme.moment is not None:
        return lexeme.moment
    if lexeme.kind in YEARS:
        return Moment(*days.months(lexeme.value, 1, 12))
    if lexeme.kind == "weekday":
        return weekday(Found((lexeme,)), today)
    if lexeme.kind == "quarter":
        return quarter(Found((lexeme,)), today) or Moment(None, None, False)
    span = days.recurring(lexeme.value, None, today)
    return Moment(*span, (today - span.first).days <= RECENT)


def _part_of_year(found: Found, today: datetime.date, number: int, size: int) -> Moment | None:
    """The number-th piece of ``size`` months of a year; without a year, the latest begun. News of it come after it."""
    if not 1 <= number <= 12 // size:
        return None
    first = (number - 1) * size + 1
    year_number = (
        found.year if found[-1].kind in (*YEARS, "moment") else today.year - (first > today.month)
    )
    return Moment(*days.months(year_number, first, size), False)
