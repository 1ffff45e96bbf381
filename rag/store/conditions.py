"""Filters as SQL, for every table that has a language, a publisher and a day."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.index.catalog_tables import pack
from rag.text import fold

if TYPE_CHECKING:
    from rag.records import Filters


class Condition(NamedTuple):
    """A condition of SQL, and its values by name."""

    sql: str
    values: dict[str, Any]


def make_condition(filters: Filters | None) -> Condition:
    """Return which rows the filters let through: "true" where nothing is excluded.

    An undated article is in no range of days. Publishers are compared without case and accents.
    """
    conditions = []
    values: dict[str, Any] = {}
    if filters is None:
        return Condition("true", values)
    if filters.since or filters.until:
        first = filters.since or datetime.date.min  # day 1: an undated article has day 0
        last = filters.until or datetime.date.max
        conditions.append("day BETWEEN %(first_day)s AND %(last_day)s")
        values["first_day"] = first.toordinal()
        values["last_day"] = last.toordinal()
    if filters.publishers:
        keys = [pack(fold(name)) for name in filters.publishers]
        conditions.append(
            "publisher = ANY (SELECT number FROM publishers WHERE key = ANY (%(publishers)s))"
        )
        values["publishers"] = keys
    if filters.languages:
        conditions.append("language = ANY (%(languages)s)")
        values["languages"] = [language for language in filters.languages if language.isascii()]
    return Condition(" AND ".join(conditions) or "true", values)
