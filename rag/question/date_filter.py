"""Which articles a question is asked of: those the filters let through, and of them those of the days its words tell.

Days that tell when something happened ("en décembre", "since October") choose the articles, and the words that tell them
are not searched for. Of a year that is over, later articles tell as well: it chooses from its first day on, and its words
are searched for too. Other days ("chiffre d'affaires 2024") are only preferred. An undated article is of no day. Where no
article of the days answers, all are asked again.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple

from rag.dates import find_period
from rag.records import Filters, RequestedPeriod
from rag.text.words import find_words

if TYPE_CHECKING:
    from rag.dates import Period
    from rag.records import Span

LONG = 100  # days: what happened in a longer period, once it is over, is also told later


class Scope(NamedTuple):
    """What a question is asked of: articles let through, days whose articles come first, words that are not searched for.

    ``fallback``: of what it is asked where none of these articles answers.
    """

    filters: Filters
    preferred: Filters | None = None
    ignored_span: Span | None = None
    period: RequestedPeriod | None = None
    fallback: Scope | None = None


def find_scope(question: str, language: str, filters: Filters, today: datetime.date) -> Scope:
    """The articles that a question speaks of, as asked on ``today``, among those that the filters let through."""
    found = find_period(question, language, today)
    if found is None:
        return Scope(filters)
    asked = RequestedPeriod(
        found.start, found.end, question[found.span.start : found.span.end], "filter"
    )
    days = Filters(found.start, found.end)
    if not found.sure:
        return Scope(filters, days, None, asked._replace(use="preference"))
    later, (a, b) = _told_later(found, today), found.span
    said = found.span if find_words(question[:a] + " " + question[b:]) else None
    unsaid = (
        None if later and not found.relative else said
    )  # a year is named in what later articles tell of it
    wider = Scope(filters, days, unsaid, asked._replace(use="dropped"))
    if later:
        return Scope(
            filters._replace(since=found.start), days, unsaid, asked._replace(last=None), wider
        )
    until = min((day for day in (found.end, filters.until) if day), default=None)
    return Scope(filters._replace(since=found.start, until=until), None, said, asked, wider)


def _told_later(found: Period, today: datetime.date) -> bool:
    return bool(
        found.start and found.end and found.end < today and (found.end - found.start).days > LONG
    )
