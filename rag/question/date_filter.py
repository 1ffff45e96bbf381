"""Which articles a question is asked of: those the filters let through, and of them those of the days its words tell.

Days that tell when something happened ("en décembre", "since October") choose the articles, and the words that tell them
are not searched for. Of a year that is over, later articles tell as well: it chooses from its first day on, and its words
are searched for too. Other days ("chiffre d'affaires 2024") are only preferred. An undated article is of no day. Where no
article of the days answers, all are asked again.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, cast

from rag.dates import period
from rag.records import Asked, Coverage, Filters
from rag.text.words import fold, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rag.dates import Period
    from rag.index.generations import Generation
    from rag.records import Span

LONG = 100  # days: what happened in a longer period, once it is over, is also told later
NAMED = 5  # publishers or languages named when none is the one asked for


class Scope(NamedTuple):
    """What a question is asked of: articles let through, days whose articles come first, words that are not searched for.

    ``wider``: of what it is asked where none of these articles answers.
    """

    filters: Filters
    preferred: Filters | None = None
    aside: Span | None = None
    asked: Asked | None = None
    wider: Scope | None = None


def scope(question: str, language: str, filters: Filters, today: datetime.date) -> Scope:
    """The articles that a question speaks of, as asked on ``today``, among those that the filters let through."""
    found = period(question, language, today)
    if found is None:
        return Scope(filters)
    asked = Asked(found.start, found.end, question[found.span.start : found.span.end], "filter")
    days = Filters(found.start, found.end)
    if not found.sure:
        return Scope(filters, days, None, asked._replace(use="preference"))
    later, (a, b) = _told_later(found, today), found.span
    said = found.span if words(question[:a] + " " + question[b:]) else None
    unsaid = None if later and not found.relative else said  # a year is named in what later articles tell of it
    wider = Scope(filters, days, unsaid, asked._replace(use="dropped"))
    if later:
        return Scope(filters._replace(since=found.start), days, unsaid, asked._replace(last=None), wider)
    until = min((day for day in (found.end, filters.until) if day), default=None)
    return Scope(filters._replace(since=found.start, until=until), None, said, asked, wider)


def _told_later(found: Period, today: datetime.date) -> bool:
    return bool(found.start and found.end and found.end < today and (found.end - found.start).days > LONG)


def coverage(generation: Generation, filters: Filters) -> Coverage:
    """What is searched under the filters: articles, from when to when, by how many publishers."""
    counts = cast("Mapping[str, int]", generation.manifest["counts"])
    if any(filters):
        return replace(generation.coverage(filters), indexed=counts["articles"])
    first, last = (datetime.date.fromisoformat(day) if day else None for day in generation.manifest["dates"])
    return Coverage(counts["articles"], first, last, counts["publishers"])


def unknown_names(filters: Filters, manifest: Mapping[str, object]) -> tuple[str, ...]:
    """A warning for each publisher and language that is asked for and that no article has, with the nearest ones."""
    warnings = []
    for what, asked, names in (("by", filters.publishers, "publishers"), ("in", filters.languages, "languages")):
        known = {fold(name): name for name in cast("Mapping[str, int]", manifest[names])}
        for name in asked:
            if fold(name) not in known:
                near = [known[key] for key in _nearest(fold(name), known)] or list(known.values())[:NAMED]
                warnings.append(f"no article is {what} {name}" + (f"; {names}: {', '.join(near)}" if near else ""))
    return tuple(warnings)


def _nearest(name: str, known: Iterable[str]) -> list[str]:
    import difflib

    keys = list(known)
    return difflib.get_close_matches(name, keys, n=NAMED, cutoff=0.6) or [key for key in keys if name and name in key][:NAMED]
