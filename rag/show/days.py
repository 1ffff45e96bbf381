"""What is said of days: how old a source is, which days it tells by "il y a huit jours", which days were searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.dates import find_relative_dates
from rag.show.ages import describe_age
from rag.text.words import to_one_line

if TYPE_CHECKING:
    import datetime

    from rag.records import Answer, Article, Citation, Coverage, RequestedPeriod

# What was done with the days that a question tells.
ASKED = {
    "filter": "asked of {days} (“{words}”); --no-dates searches all",
    "preference": "those of {days} first (“{words}”); --no-dates takes them as they come",
    "dropped": "none of {days} (“{words}”) answers: asked of all",
}


class Told(NamedTuple):
    """Words of a quotation that tell days by how far away they are, and the days meant, reckoned from the story's."""

    text: str
    first: datetime.date
    last: datetime.date


def about(article: Article, *, today: datetime.date | None = None, language: str = "en") -> str:
    """Publisher, date, age as of ``today`` and title of an article, what is known of them; its file when nothing is."""
    old = article.date and today and describe_age(article.date, today, language)
    known = (article.publisher, article.date and article.date.isoformat(), old, article.title)
    return to_one_line(" · ".join(str(part) for part in known if part)) or to_one_line(
        article.document.path
    )


def told(citation: Citation) -> list[Told]:
    """The days that a quotation tells by how far away they are from its story's, as it tells them."""
    article, quote = citation.passage.article, citation.quote
    if article.date is None:
        return []
    return [
        Told(quote[a:b], first, last)
        for (a, b), first, last in find_relative_dates(quote, article.language, article.date)
    ]


def span(first: datetime.date | None, last: datetime.date | None) -> str:
    """``2025-12-01 – 2025-12-31``, a single day, or one end of them."""
    if first and last:
        return " – ".join(dict.fromkeys((first.isoformat(), last.isoformat())))
    return f"{first} on" if first else f"the days up to {last}" if last else ""


def searched(answer: Answer) -> str:
    """What was searched, and what the days that the question tells have done."""
    parts = [
        f"searched {extent(answer.coverage)}",
        *([_asked(answer.period)] if answer.period else []),
    ]
    return " · ".join(parts)


def extent(coverage: Coverage) -> str:
    """How many articles, and of how many; their days, their publishers."""
    some = coverage.indexed is not None and coverage.indexed != coverage.articles
    count = (
        f"{coverage.articles} of {plural(coverage.indexed or 0, 'article')}"
        if some
        else plural(coverage.articles, "article")
    )
    parts = [count, span(coverage.first, coverage.last), plural(coverage.publishers, "publisher")]
    return ", ".join(part for part in parts if part)


def plural(count: int, noun: str) -> str:
    """``1 article``, ``2 articles``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _asked(asked: RequestedPeriod) -> str:
    return ASKED[asked.use].format(
        days=span(asked.first, asked.last), words=to_one_line(asked.words)
    )
