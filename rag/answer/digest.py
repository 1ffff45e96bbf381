"""The digest of some days: the first sentence of each story, where a question asks for no more."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from rag.answer.choosing import Choice
from rag.answer.quotation_spans import Quotation
from rag.reading.shown_text import split_shown_sentences
from rag.text import find_words, fold, load_section, to_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.question.expand import Query
    from rag.records import Article, Hit, Passage, RequestedPeriod, Span, Status

MIN_WORDS = 4  # of a story's first sentence: fewer are a date line or a name; chosen by hand


def choose_digest(
    query: Query, hits: Sequence[Hit], period: RequestedPeriod | None, budget: int
) -> Choice | None:
    """Return the answer to a question for the news of some days, newest first.

    At most ``budget`` words are quoted unless the first sentence alone is longer.

    None when the question asks for something in particular, or names no days.
    """
    if period is None or not asks_for_news(query, period):
        return None
    quotations: list[Quotation] = []
    word_count = 0
    for passage in list_stories(hits, period):
        lead = find_lead(passage.article)
        if lead is None:
            continue
        quotation = Quotation(passage, lead)
        word_count += len(quotation.text.split())
        if quotations and word_count > budget:
            break
        quotations.append(quotation)
    status: Status = "answered" if quotations else "not_in_sources"
    return Choice(status, quotations)


def asks_for_news(query: Query, period: RequestedPeriod) -> bool:
    """Return whether a question has only words that ask for news, and those that say the days."""
    text = query.text.replace(period.words, " ")
    news_words = load_news_words(query.language)
    terms = {word.term for word in find_words(text)}
    return terms <= news_words


@functools.cache
def load_news_words(language: str) -> frozenset[str]:
    """Return the folded words that questions for news are made of, in one language."""
    section = load_section(language, "answers")
    entries = section.get("news_words", ())
    return frozenset(map(fold, entries))


def list_stories(hits: Sequence[Hit], period: RequestedPeriod) -> list[Passage]:
    """Return one passage of each article of the days, the newest article first."""
    by_article = {}
    for hit in hits:
        article = hit.passage.article
        if is_within(article, period):
            by_article[article.id] = hit.passage
    return sorted(
        by_article.values(),
        key=lambda passage: str(passage.article.date),
        reverse=True,
    )


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
    title = to_one_line(article.title)
    for span in split_shown_sentences(document, article.start, article.end):
        start, end = span
        sentence = to_one_line(document.show(start, end))
        word_count = len(sentence.split())
        is_headline = sentence.strip("# ") == title
        if word_count >= MIN_WORDS and not is_headline:
            return span
    return None
