"""Which articles a question is asked of: those of the days it names, among those the filters admit.

Days that say when something happened ("en décembre", "since October") choose the articles, and
their words are not searched for. Later articles report on a year that is over as well: it chooses
from its first day on, and its words are searched for too. Other days ("chiffre d'affaires 2024")
are only preferred. An undated article is of no day. Where no article of the days answers, all are
asked.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple

from rag.dates import find_period
from rag.records import Filters, RequestedPeriod
from rag.text import find_words

if TYPE_CHECKING:
    from rag.dates import Period
    from rag.records import Span

# From the first to the last day of a period: what happened in a longer one is, once it is over,
# also reported later. Chosen by hand: a quarter is news of its own days, half a year is looked back
# on.
MAX_NEWS_DAYS = 100


class Scope(NamedTuple):
    """What a question is asked of."""

    filters: Filters  # the articles that are searched
    preferred: Filters | None = None  # those of them that come first
    ignored_span: Span | None = None  # words of the question that are not searched for
    period: RequestedPeriod | None = None  # the days that the question names
    fallback: Scope | None = None  # what is asked where none of these articles answers
    breadth: int = 1  # times as many passages are looked at as for most questions


EVERYTHING = Scope(Filters())


def find_scope(question: str, language: str, filters: Filters, today: datetime.date) -> Scope:
    """Return the articles that a question speaks of, as asked on ``today``, among the filtered."""
    period = find_period(question, language, today)
    if period is None:
        return Scope(filters)
    requested = RequestedPeriod(
        period.start,
        period.end,
        question[period.span.start : period.span.end],
        "filter",
    )
    of_the_days = Filters(period.start, period.end)
    if not period.sure:
        return Scope(
            filters,
            preferred=of_the_days,
            period=requested._replace(use="preference"),
        )

    reported_later = _is_reported_later(period, today)
    # An article that looks back names the year ("in 2024"), but not a day relative to the question.
    is_searched_for = reported_later and not period.relative
    ignored_span = None
    if not is_searched_for and _has_words_beside(question, period.span):
        ignored_span = period.span
    fallback = Scope(
        filters,
        preferred=of_the_days,
        ignored_span=ignored_span,
        period=requested._replace(use="dropped"),
    )
    if reported_later:
        return Scope(
            filters._replace(since=period.start),
            preferred=of_the_days,
            ignored_span=ignored_span,
            period=requested._replace(last=None),
            fallback=fallback,
        )
    last_days = [day for day in (period.end, filters.until) if day]
    until = min(last_days, default=None)
    return Scope(
        filters._replace(since=period.start, until=until),
        ignored_span=ignored_span,
        period=requested,
        fallback=fallback,
    )


def _is_reported_later(period: Period, today: datetime.date) -> bool:
    """Return whether a period is over, and so long that later articles report on it as well."""
    if not period.start or not period.end:
        return False
    if period.end >= today:
        return False
    length = period.end - period.start
    return length.days > MAX_NEWS_DAYS


def _has_words_beside(question: str, span: Span) -> bool:
    """Return whether a question has words outside of a span."""
    before = question[: span.start]
    after = question[span.end :]
    return bool(find_words(f"{before} {after}"))
