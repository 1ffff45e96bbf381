"""What is read of the rows of a catalog, in a file or in a database."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import UsageError
from rag.index.catalog_tables import unpack
from rag.records import Article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.records import Document

MAX_LISTED_IDS = 8  # ids named when several begin alike; chosen by hand: they fit on two lines


class Owner(NamedTuple):
    """The article of a passage, its group of near-duplicates, and its day, 0 when unknown."""

    article: int
    cluster: int
    day: int


class ArticleRow(NamedTuple):
    """What a list of articles needs to know of one, its text left on disk."""

    row: int
    id: str
    path: str
    title: str
    publisher: str | None
    date: datetime.date | None
    url: str | None
    section: str | None
    language: str
    start: int
    end: int
    passages: int


class Attribution(NamedTuple):
    """What an article says of itself, as Python holds it."""

    title: str
    publisher: str | None
    date: datetime.date | None
    url: str | None
    section: str | None

    def make_article(
        self, article_id: str, document: Document, language: str, start: int, end: int
    ) -> Article:
        """Return the article that says so."""
        return Article(
            article_id,
            document,
            self.title,
            self.publisher,
            self.date,
            self.url,
            language,
            start,
            end,
            section=self.section,
        )


def require_one_id(prefix: str, ids: Sequence[str]) -> None:
    """Raise UsageError where several ids begin so."""
    if len(ids) > 1:
        listed = ", ".join(ids[:MAX_LISTED_IDS])
        raise UsageError(f"{prefix} may be {listed}", hint="give more digits of the id")


def unpack_attribution(
    title: bytes, publisher: bytes | None, day: int, url: bytes | None, section: bytes | None
) -> Attribution:
    """Return what an article says of itself, from its row."""
    return Attribution(
        title=unpack(title) or "",
        publisher=unpack(publisher),
        date=unpack_day(day),
        url=unpack(url),
        section=unpack(section),
    )


def unpack_day(day: int | None) -> datetime.date | None:
    """Return a day as Python holds it; None when it is not known."""
    return datetime.date.fromordinal(day) if day else None
