"""Which days a question or a story speaks of, in seven languages."""

from __future__ import annotations

import datetime
import functools
from typing import TYPE_CHECKING, NamedTuple

from rag.dates import grammar
from rag.dates.days import elapsed
from rag.dates.lexemes import FALLBACK, lexemes
from rag.dates.moments import Moment
from rag.dates.names import (
    load_currencies,
    load_months,
    load_numbers,
    load_ordinals,
    load_weekdays,
)
from rag.dates.tables import TABLES
from rag.dates.written import YEAR, FoundDate, find_date, parse_date
from rag.records import Span

if TYPE_CHECKING:
    from rag.dates.moments import Lexeme

__all__ = [
    "LANGUAGES",
    "YEAR",
    "FoundDate",
    "Period",
    "elapsed",
    "find_date",
    "find_period",
    "find_relative_dates",
    "load_currencies",
    "load_months",
    "load_numbers",
    "load_ordinals",
    "load_weekdays",
    "parse_date",
]
LANGUAGES = tuple(TABLES)  # that days are understood in
LONGEST = 4000  # characters of a question that are read
NEAR = 24  # months back from today: of earlier days, articles of other days tell as well
SOON = 92  # days ahead, where this winter or this week goes on next year


class Period(NamedTuple):
    """The days a question speaks of, ends included, None where open; ``span``: the words that say it.

    ``sure``: articles of other days may be left out; otherwise those of these days are only preferred. ``relative``: told by
    how far away from today, in words that articles of these days do not use.
    """

    start: datetime.date | None
    end: datetime.date | None
    span: Span
    sure: bool
    relative: bool = False


def find_period(question: str, language: str, today: datetime.date) -> Period | None:
    """The days that a question speaks of, as asked on ``today``; None when it speaks of none.

    Several are taken together, those that are sure before the others. ``language`` is ISO 639-1; English rules serve the rest.
    """
    question, language = question[:LONGEST], language if language in TABLES else FALLBACK
    found = _days(question, language, today)
    if grammar.silent(found):
        return None
    found = grammar.around(language).apply(found, today)
    periods = [
        _period(found, at, question, today)
        for at, lexeme in enumerate(found)
        if lexeme.moment and any(lexeme.moment[:2])
    ]
    return (
        functools.reduce(_together, [each for each in periods if each.sure] or periods)
        if periods
        else None
    )


def find_relative_dates(
    text: str, language: str, day: datetime.date
) -> list[tuple[Span, datetime.date, datetime.date]]:
    """The words of a story of ``day`` that tell days by how far away they are, each with the first and last day meant."""
    told, found = [], _days(text, language if language in TABLES else FALLBACK, day)
    for at, lexeme in enumerate(found):
        days = lexeme.moment.days if lexeme.moment and lexeme.moment.relative else None
        if days is not None:
            told.append((_said(found, at, text, ()), *days))
    return told


def _days(text: str, language: str, today: datetime.date) -> list[Lexeme]:
    """The words of a text, those that tell days made one."""
    found = lexemes(text, language)
    if not grammar.silent(found):
        for rules in grammar.days(language):
            found = rules.apply(found, today)
    return found


def _said(found: list[Lexeme], at: int, text: str, little: tuple[str, ...]) -> Span:
    """The words that tell days, with the article before several of them, and with the preposition before that."""
    start, end = found[at].start, found[at].end
    article = at - (at > 0 and found[at - 1].kind == "the")
    if article and found[article - 1].kind in little:
        return Span(found[article - 1].start, end)
    return Span(start if text[start:end].isalnum() else found[article].start, end)


def _period(found: list[Lexeme], at: int, question: str, today: datetime.date) -> Period:
    moment = found[at].moment or Moment(None, None)
    span, sure = _said(found, at, question, ("in", "on")), moment.sure and _near(moment, today)
    return Period(moment.first, moment.last, span, sure, moment.relative)


def _near(moment: Moment, today: datetime.date) -> bool:
    """Whether the days have begun, are not long past, and do not reach far ahead."""
    first, last = moment.first or moment.last, moment.last or moment.first
    if first is None or last is None or first > today or elapsed(first, today) >= NEAR:
        return False
    return last.year <= today.year or (last - today).days <= SOON


def _together(one: Period, other: Period) -> Period:
    """Both, from the first day to the last; open ones narrow each other: since October, before December."""
    span = Span(min(one.span.start, other.span.start), max(one.span.end, other.span.end))
    if one.start and one.end and other.start and other.end:
        return Period(
            min(one.start, other.start),
            max(one.end, other.end),
            span,
            one.sure,
            one.relative and other.relative,
        )
    start = max((each.start for each in (one, other) if each.start), default=None)
    end = min((each.end for each in (one, other) if each.end), default=None)
    return (
        one
        if start and end and start > end
        else Period(start, end, span, one.sure, one.relative and other.relative)
    )
