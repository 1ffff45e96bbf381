"""A timeline: what happened to a topic, a sentence for each event, the oldest first.

Every article on the topic gives the sentence that tells what it reports, and those that tell
another day ("On 3 March 2021 …"). Where a question asks how one side of a thing has changed (its
cost, its level), the sentence that speaks of that side goes before the report.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np

from rag.answer.layouts import DAYS_APART, Layout, Telling, keep_each_once
from rag.answer.leads import find_told_days, rate_leads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from rag.answer.quotation_spans import Candidate
    from rag.answer.topic_articles import TopicArticle

    Array = NDArray[np.float64]

# All chosen by hand.
MAX_EVENTS = 14  # rows that fit on a screen
ON_TOPIC = 0.5  # of the topic in a sentence, or in the title over it
FIRST_SENTENCES = 2  # in which an article says what it is about
SIDE_WEIGHT = 3.0  # of a sentence that speaks of the side of the topic that is asked of
FIGURE_GAIN = 0.5  # there, of a sentence with a figure
MIN_SIDE = 0.2  # of what the topic tells: less is no side of it
MAX_DAYS_AGO = 120  # of a day that is told without its year: "on 3 November" is seldom older
RECALLED_LOSS = 1.0  # of a sentence that recalls another day, beside one that reports its own


def lay_out_timeline(
    articles: Sequence[TopicArticle],
    *,
    days: tuple[datetime.date, datetime.date] | None,
    is_development: bool,
) -> Layout:
    """Return the events that articles on a topic tell, the oldest first, each once.

    ``days``: the first and the last day that are asked for; None for all. ``is_development``: what
    is asked is how the topic has changed.
    """
    side = _find_side(articles) if is_development else None
    if side is not None:
        speaking = [each for each in articles if _covers_side(each, side)]
        # Where no two speak of that side in these words, what all report has to do.
        articles = speaking if len(speaking) > 1 else articles
    tellings: list[Telling] = []
    for article in articles:
        tellings += _list_events(article, side)
    if days is not None:
        tellings = [each for each in tellings if each.day and days[0] <= each.day <= days[1]]
    events = keep_each_once(tellings, MAX_EVENTS)
    events.sort(key=_get_day)
    return Layout([event.make_row() for event in events])


def _get_day(event: Telling) -> datetime.date:
    return event.day or datetime.date.max


def _find_side(articles: Sequence[TopicArticle]) -> Array | None:
    """Return (terms,): what each word of the topic tells of the side of the thing that is meant.

    The thing stands at the top of most articles; the word that these lack is the side that is asked
    of: in "the cost of the ferry" that is the cost. None where there is no such word.
    """
    if not articles:
        return None
    at_top = []
    for article in articles:
        first = article.coverage[:, :FIRST_SENTENCES].max(axis=1)
        at_top.append(np.maximum(article.title, first))
    lacking = 1.0 - np.mean(at_top, axis=0)
    weights: Array = articles[0].weights * lacking
    total = float(weights.sum())
    return weights / total if total >= MIN_SIDE else None


def _covers_side(
    article: TopicArticle,
    side: Array,
) -> bool:
    """Return whether a sentence of an article speaks of a side of the topic."""
    covered = side @ article.coverage
    return bool(covered.max() >= ON_TOPIC)


def _list_events(
    article: TopicArticle,
    side: Array | None,
) -> Iterator[Telling]:
    """Yield the event that an article reports, then those of other days that it tells."""
    published = article.story.article.date
    scores = rate_leads(article)
    covered = article.weights @ article.coverage
    is_titled = article.title_coverage >= ON_TOPIC
    if side is not None:
        scores = scores + SIDE_WEIGHT * (side @ article.coverage)
        scores += FIGURE_GAIN * _find_figures(article.telling)
    best = int(scores.argmax())
    for place, sentence in enumerate(article.telling):
        day = _find_told_day(sentence)
        score = float(scores[place])
        if place == best:
            if day or published:
                yield Telling(sentence, day or published, score)
            continue
        is_covered = is_titled or covered[place] >= ON_TOPIC
        if is_covered and day is not None and _is_earlier(day, published):
            yield Telling(sentence, day, score - RECALLED_LOSS)


def _find_figures(sentences: Sequence[Candidate]) -> Array:
    """Return (sentences,): 1 for each that has a digit, else 0."""
    figures = np.zeros(len(sentences))
    for place, sentence in enumerate(sentences):
        has_digit = any(character.isdigit() for character in sentence.text)
        figures[place] = float(has_digit)
    return figures


def _find_told_day(sentence: Candidate) -> datetime.date | None:
    """Return the only day that a sentence tells, if it is not after the article's own."""
    published = sentence.hit.passage.article.date
    days = find_told_days(sentence)
    if published is None or len(days) != 1:
        return None
    [(words, first, last)] = days
    if first != last or first > published:
        return None
    has_year = str(first.year) in words
    is_near = (published - first).days <= MAX_DAYS_AGO
    return first if has_year or is_near else None


def _is_earlier(
    day: datetime.date,
    published: datetime.date | None,
) -> bool:
    """Return whether a day is not that of the report."""
    return published is None or (published - day).days > DAYS_APART
