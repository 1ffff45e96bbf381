"""Days in words: of an article, of a span, of a search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.dates import say_day
from rag.records import Filters
from rag.show.phrases import ENGLISH, format_count, get_phrase
from rag.text import to_one_line

if TYPE_CHECKING:
    import datetime

    from rag.records import Answer, Article, Coverage, RequestedPeriod


def describe_article(article: Article, language: str = ENGLISH) -> str:
    """Return publisher, day and title, as far as they are known, the day in a language.

    Of an article of which nothing is known, its file.
    """
    day = article.date
    parts = [
        article.publisher,
        day and format_day(day, language),
        article.title,
    ]
    known_parts = [part for part in parts if part]
    description = to_one_line(" · ".join(known_parts))
    return description or to_one_line(article.document.path)


def format_day(day: datetime.date, language: str = ENGLISH) -> str:
    """Return a day as it is written in a language: "9 déc. 2025", "9. Dez. 2025"."""
    return say_day(day, language)


def format_days(
    first: datetime.date | None, last: datetime.date | None, language: str = ENGLISH
) -> str:
    """Return "1 Dec 2025 – 31 Dec 2025", a single day, or in words a span open at one end."""
    first_day = first and format_day(first, language)
    last_day = last and format_day(last, language)
    if first_day and last_day:
        return first_day if first == last else f"{first_day} – {last_day}"
    if first_day:
        return get_phrase(language, "from_day").format(first_day)
    if last_day:
        return get_phrase(language, "up_to_day").format(last_day)
    return ""


def describe_search(answer: Answer) -> str:
    """Return what was searched, and what the days of the question did to that."""
    language = answer.language
    phrase = get_phrase(language, "searched")
    coverage = describe_coverage(answer.coverage, language)
    parts = [phrase.format(coverage)]
    filters = describe_filters(answer.filters, language)
    if filters:
        parts.append(get_phrase(language, "only").format(filters))
    if answer.period is not None:
        parts.append(_describe_period(answer.period, language))
    return " · ".join(parts)


def is_narrowed(answer: Answer) -> bool:
    """Return whether filters, or days of the question, had a say in what was searched."""
    return answer.period is not None or answer.filters != Filters()


def describe_filters(filters: Filters, language: str = ENGLISH) -> str:
    """Return the filters in force: days, publishers, languages."""
    parts = [
        format_days(filters.since, filters.until, language),
        *filters.publishers,
        *filters.languages,
    ]
    return ", ".join(to_one_line(part) for part in parts if part)


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
