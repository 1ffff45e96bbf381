"""Days in words: of an article, of a span, of a search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.show.ages import describe_age
from rag.show.phrases import ENGLISH, format_count, get_phrase
from rag.text import to_one_line

if TYPE_CHECKING:
    import datetime

    from rag.records import Answer, Article, Coverage, RequestedPeriod


def describe_article(
    article: Article, *, today: datetime.date | None = None, language: str = ENGLISH
) -> str:
    """Return publisher, date, age as of ``today`` and title, as far as they are known.

    Of an article of which nothing is known, its file.
    """
    day = article.date
    parts = [
        article.publisher,
        day and day.isoformat(),
        day and today and describe_age(day, today, language),
        article.title,
    ]
    known_parts = [part for part in parts if part]
    description = to_one_line(" · ".join(known_parts))
    return description or to_one_line(article.document.path)


def format_days(
    first: datetime.date | None, last: datetime.date | None, language: str = ENGLISH
) -> str:
    """Return ``2025-12-01 – 2025-12-31``, a single day, or in words a span open at one end."""
    if first and last:
        return str(first) if first == last else f"{first} – {last}"
    if first:
        return get_phrase(language, "from_day").format(first)
    if last:
        return get_phrase(language, "up_to_day").format(last)
    return ""


def describe_search(answer: Answer) -> str:
    """Return what was searched, and what the days of the question did to that."""
    language = answer.language
    phrase = get_phrase(language, "searched")
    coverage = describe_coverage(answer.coverage, language)
    searched = phrase.format(coverage)
    if answer.period is None:
        return searched
    period = _describe_period(answer.period, language)
    return f"{searched} · {period}"


def describe_coverage(coverage: Coverage, language: str = ENGLISH) -> str:
    """Return articles, days and publishers: ``4 of 9 articles, 2025-12-09 – …, 3 publishers``."""
    parts = [
        _count_articles(coverage, language),
        format_days(coverage.first, coverage.last, language),
        format_count(coverage.publishers, "publisher", language),
    ]
    return ", ".join(part for part in parts if part)


def _count_articles(coverage: Coverage, language: str) -> str:
    """Return how many articles were searched, and of how many where that is not all of them."""
    if coverage.indexed is None or coverage.indexed == coverage.articles:
        return format_count(coverage.articles, "article", language)
    phrase = get_phrase(language, "part_of")
    indexed = format_count(coverage.indexed, "article", language)
    return phrase.format(coverage.articles, indexed)


def _describe_period(period: RequestedPeriod, language: str) -> str:
    """Return whether the days of the question filtered the articles, ordered them, or failed."""
    phrase = get_phrase(language, f"period_{period.use}")
    days = format_days(period.first, period.last, language)
    words = to_one_line(period.words)
    return phrase.format(days=days, words=words)
