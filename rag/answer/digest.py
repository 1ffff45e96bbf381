"""What happened on some days, asked of nothing else: the first sentence of each story of these days, newest first."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from rag.answer.choosing import Choice
from rag.answer.quotation_spans import Quotation
from rag.text.languages import load_section
from rag.text.sentences import split_sentences
from rag.text.words import find_words, fold, to_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.question.expand import Query
    from rag.records import Article, Hit, Passage, RequestedPeriod, Span, Status

MIN_WORDS = 4  # of a story's first sentence: fewer are a date line or a name; chosen by hand


def choose_digest(
    query: Query, hits: Sequence[Hit], period: RequestedPeriod | None, budget: int
) -> Choice | None:
    """Return the answer to a question for the news of some days, at most ``budget`` words of it unless one sentence is longer.

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
    """Return whether a question has no words but those that ask for news, and those that say the days."""
    words = find_words(query.text.replace(period.words, " "))
    news_words = load_news_words(query.language)
    return all(word.term in news_words for word in words)


@functools.cache
def load_news_words(language: str) -> frozenset[str]:
    """Return the folded words that questions for news are made of, in one language."""
    entries = load_section(language, "answers").get("news_words", ())
    return frozenset(fold(entry) for entry in entries)


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
    text = article.document.text
    title = to_one_line(article.title)
    for span in split_sentences(text, article.start, article.end):
        sentence = to_one_line(text[span.start : span.end])
        if len(sentence.split()) >= MIN_WORDS and sentence.strip("# ") != title:
            return span
    return None
