"""Days in words: when an article appeared, which days a quotation speaks of, which days were searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.dates import find_relative_dates
from rag.show.ages import describe_age
from rag.show.phrases import ENGLISH, format_count, get_phrase
from rag.text import to_one_line

if TYPE_CHECKING:
    import datetime

    from rag.records import Answer, Article, Citation, Coverage, RequestedPeriod


class RelativeDays(NamedTuple):
    """Words of a quotation such as "il y a huit jours", and the days they mean, both ends included."""

    text: str
    first: datetime.date
    last: datetime.date


def describe_article(
    article: Article, *, today: datetime.date | None = None, language: str = ENGLISH
) -> str:
    """Return publisher, date, age as of ``today`` and title of an article, as far as they are known; else its file."""
    parts = [
        article.publisher,
        article.date.isoformat() if article.date else None,
        describe_age(article.date, today, language) if article.date and today else None,
        article.title,
    ]
    known = to_one_line(" · ".join(part for part in parts if part))
    return known or to_one_line(article.document.path)


def find_relative_days(citation: Citation) -> list[RelativeDays]:
    """Return the days that a quotation names by their distance, reckoned from the day of its article."""
    article = citation.passage.article
    quote = citation.quote
    if article.date is None:
        return []
    relative_days = []
    for (start, end), first, last in find_relative_dates(quote, article.language, article.date):
        relative_days.append(RelativeDays(quote[start:end], first, last))
    return relative_days


def format_days(
    first: datetime.date | None, last: datetime.date | None, language: str = ENGLISH
) -> str:
    """Return ``2025-12-01 – 2025-12-31``, a single day, or in words a span that is open at one end."""
    if first and last:
        return str(first) if first == last else f"{first} – {last}"
    if first:
        return get_phrase(language, "from_day").format(first)
    if last:
        return get_phrase(language, "up_to_day").format(last)
    return ""


def describe_search(answer: Answer) -> str:
    """Return what was searched, and what the days that the question speaks of did to that."""
    coverage = describe_coverage(answer.coverage, answer.language)
    searched = get_phrase(answer.language, "searched").format(coverage)
    if answer.period is None:
        return searched
    return f"{searched} · {_describe_period(answer.period, answer.language)}"


def describe_coverage(coverage: Coverage, language: str = ENGLISH) -> str:
    """Return how many articles there are, their days and their publishers: ``4 of 9 articles, 2025-12-09 – …``."""
    articles = format_count(coverage.articles, "article", language)
    if coverage.indexed is not None and coverage.indexed != coverage.articles:
        indexed = format_count(coverage.indexed, "article", language)
        articles = get_phrase(language, "part_of").format(coverage.articles, indexed)
    days = format_days(coverage.first, coverage.last, language)
    publishers = format_count(coverage.publishers, "publisher", language)
    return ", ".join(part for part in (articles, days, publishers) if part)


def _describe_period(period: RequestedPeriod, language: str) -> str:
    """Return whether the period of the question filtered the articles, ordered them, or was given up."""
    phrase = get_phrase(language, f"period_{period.use}")
    days = format_days(period.first, period.last, language)
    return phrase.format(days=days, words=to_one_line(period.words))
