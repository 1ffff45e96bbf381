"""A timeline: what happened to a topic, a sentence for each event, the oldest first.

Every article on the topic gives the sentence that tells its own event, and those that tell another
by its day ("On 3 March 2021 …"). Two sentences tell one event where their days are near and they
are alike.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple

from rag.answer.layouts import Layout, Row, is_telling, say_the_same
from rag.answer.quotation_spans import Quotation
from rag.dates import find_days
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rag.answer.quotation_spans import Candidate
    from rag.answer.topic_articles import TopicArticle

# All chosen by hand.
MAX_EVENTS = 14  # rows that fit on a screen
ON_TOPIC = 0.5  # of the topic in a sentence, or in the title over it
LEAD_GAIN = 0.4  # of the first sentence; the second gains half of it, the third a third
DAYS_APART = 2  # of two reports of one event
ALIKE = 0.55  # cosine of two sentences that tell one event
ALIKE_ON_ONE_DAY = 0.4


class _Event(NamedTuple):
    """A sentence that tells an event, its day, and how well it stands for the topic."""

    sentence: Candidate
    day: datetime.date
    score: float


def lay_out_timeline(articles: Iterable[TopicArticle]) -> Layout:
    """Return the events that articles on a topic tell, the oldest first, each once."""
    events: list[_Event] = []
    candidates = [event for article in articles for event in _list_events(article)]
    candidates.sort(key=lambda event: -event.score)
    for event in candidates:
        is_new = not any(_is_same_event(event, other) for other in events)
        if is_new and len(events) < MAX_EVENTS:
            events.append(event)
    events.sort(key=lambda event: event.day)
    return Layout([_make_row(event) for event in events])


def _make_row(event: _Event) -> Row:
    hit = event.sentence.hit
    quotation = Quotation(hit.passage, event.sentence.span)
    return Row(quotation, event.day, hit.passage.article.publisher or "")


def _list_events(article: TopicArticle) -> Iterator[_Event]:
    """Yield the event that an article reports, then those of other days that it tells."""
    published = article.article.date
    scored = _score_sentences(article)
    if not scored:
        return
    best = max(scored, key=lambda each: each[1])
    for sentence, score in scored:
        day = _find_told_day(sentence, published)
        if sentence is best[0]:
            day = day or published
            if day is not None:
                yield _Event(sentence, day, score)
        elif day is not None and _is_other_event(day, published):
            yield _Event(sentence, day, score - LEAD_GAIN)


def _score_sentences(article: TopicArticle) -> list[tuple[Candidate, float]]:
    """Return the sentences that may tell an event of the topic, with how well they do."""
    title = article.article.title
    is_titled = article.title_coverage >= ON_TOPIC
    scored: list[tuple[Candidate, float]] = []
    for sentence, coverage in zip(article.sentences, article.coverage.tolist(), strict=True):
        if not is_telling(to_one_line(sentence.text), title):
            continue
        if is_titled or coverage >= ON_TOPIC:
            gain = LEAD_GAIN / (1 + len(scored))
            scored.append((sentence, coverage + gain))
    return scored


def _find_told_day(sentence: Candidate, published: datetime.date | None) -> datetime.date | None:
    """Return the only day that a sentence tells, if it is not after the article's own."""
    if published is None:
        return None
    language = sentence.hit.passage.article.language
    days = find_days(to_one_line(sentence.text), language, published)
    if len(days) != 1:
        return None
    [(_, first, last)] = days
    return first if first == last and first <= published else None


def _is_other_event(day: datetime.date, published: datetime.date | None) -> bool:
    return published is None or (published - day).days > DAYS_APART


def _is_same_event(one: _Event, other: _Event) -> bool:
    """Return whether two sentences tell the same: in the same words, or alike and of near days."""
    if say_the_same(one.sentence.text, other.sentence.text):
        return True
    apart = abs((one.day - other.day).days)
    if apart > DAYS_APART:
        return False
    cosine = float(one.sentence.vector @ other.sentence.vector)
    return cosine >= (ALIKE_ON_ONE_DAY if apart == 0 else ALIKE)
