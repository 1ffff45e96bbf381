"""What an article says of itself, as the tables keep it and as Python holds it."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from rag.index.catalog_tables import unpack


class Attribution(NamedTuple):
    """Who wrote an article, when, and where it is on the web."""

    title: str
    publisher: str | None
    date: datetime.date | None
    url: str | None


def unpack_attribution(
    title: bytes, publisher: bytes | None, day: int, url: bytes | None
) -> Attribution:
    """Return the attribution of a row."""
    return Attribution(
        title=unpack(title) or "",
        publisher=unpack(publisher),
        date=unpack_day(day),
        url=unpack(url),
    )


def unpack_day(day: int | None) -> datetime.date | None:
    """Return the day of a number; None for 0, which is no day."""
    return datetime.date.fromordinal(day) if day else None
