"""What is new: the first sentence of each story that tells something, the newest story first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answer.layouts import Layout, Row, drop_repeated, is_telling
from rag.answer.quotation_spans import Quotation
from rag.reading.shown_text import split_shown_sentences
from rag.records import Passage, Span
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.records import Article, RequestedPeriod

MAX_STORIES = 8  # that fit on a screen, each with its source; chosen by hand


def lay_out_news(passages: Iterable[Passage], period: RequestedPeriod | None) -> Layout:
    """Return the stories that passages begin, those of the days asked for, the newest first.

    ``passages`` are the first of their articles.
    """
    rows = []
    for passage in order_stories(passages, period):
        article = passage.article
        lead = find_lead(article)
        if lead is not None:
            quotation = Quotation(passage, lead)
            rows.append(Row(quotation, article.date, article.publisher or ""))
    return Layout(drop_repeated(rows)[:MAX_STORIES])


def order_stories(passages: Iterable[Passage], period: RequestedPeriod | None) -> list[Passage]:
    """Return the passages of articles of the days, the newest first, those of no day last."""
    stories = []
    for passage in passages:
        if period is None or is_within(passage.article, period):
            stories.append(passage)
    stories.sort(key=lambda passage: str(passage.article.date or ""), reverse=True)
    return stories


def is_within(article: Article, period: RequestedPeriod) -> bool:
    """Return whether an article is of these days, both ends included; one without a day is not."""
    day = article.date
    if day is None:
        return False
    if period.first is not None and day < period.first:
        return False
    return period.last is None or day <= period.last


def find_lead(article: Article) -> Span | None:
    """Return the first sentence of an article that is more than its headline, a date or a name."""
    document = article.document
    for span in split_shown_sentences(document, article.start, article.end):
        start, end = span
        if is_telling(to_one_line(document.show(start, end)), article.title):
            return span
    return None
