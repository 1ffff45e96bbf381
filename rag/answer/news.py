"""What is new: of each story the sentence that tells what it reports, the newest story first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answer.layouts import Layout, Telling, keep_each_once
from rag.answer.leads import rate_leads

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rag.answer.topic_articles import TopicArticle
    from rag.records import Article, RequestedPeriod

MAX_STORIES = 8  # that fit on a screen, each with its source; chosen by hand


def lay_out_news(
    articles: Iterable[TopicArticle],
    period: RequestedPeriod | None,
) -> Layout:
    """Return what articles report, those of the days asked for, the newest first."""
    tellings = []
    for article in articles:
        if period is None or is_within(article.story.article, period):
            tellings.append(_choose_report(article))
    stories = keep_each_once(tellings, len(tellings))
    # Those of no day come last.
    stories.sort(key=lambda story: str(story.day or ""), reverse=True)
    return Layout([story.make_row() for story in stories[:MAX_STORIES]])


def _choose_report(article: TopicArticle) -> Telling:
    """Return the sentence that tells what an article reports."""
    scores = rate_leads(article)
    best = int(scores.argmax())
    return Telling(
        article.telling[best],
        article.story.article.date,
        float(scores[best]),
    )


def is_within(
    article: Article,
    period: RequestedPeriod,
) -> bool:
    """Return whether an article is of these days, both ends included; one without a day is not."""
    day = article.date
    if day is None:
        return False
    if period.first is not None and day < period.first:
        return False
    return period.last is None or day <= period.last
