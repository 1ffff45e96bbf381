"""A summary of an article: the sentences that carry it, in its order.

The sentence that tells what it reports, then those most like all others (degree centrality, Erkan
and Radev 2004), none that repeats one before it (MMR, Carbonell and Goldstein 1998).
"""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.answer.anaphora import is_anaphoric
from rag.answer.layouts import Layout, Row
from rag.answer.leads import rate_leads
from rag.answer.quotation_spans import BLANK_LINE, Quotation
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rag.answer.quotation_spans import Candidate
    from rag.answer.topic_articles import TopicArticle

    Array = NDArray[np.float64]

# All chosen by hand.
MAX_SENTENCES = 6
MIN_SENTENCES = 2  # also where they are longer than the budget
BUDGET_STRETCH = 2.0  # a summary takes the words of an answer this many times
PARAGRAPH_GAIN = 0.15  # of the first sentence of a paragraph
POSITION_WEIGHT = 0.2  # of where a sentence stands, beside its centrality
TOPIC_WEIGHT = 0.2  # of how much of the topic it covers
REPEAT_WEIGHT = 0.5  # of its likeness with what is chosen already
LEANING = 0.3  # what a sentence loses that points back to one that is not chosen
TITLE_WEIGHT = 2.0  # of a title that covers the topic, beside the text
ALIKE_DIGITS = 2  # of a rating that two articles of a series share


class _Sentences(NamedTuple):
    """The telling sentences of an article, as a summary is chosen from them."""

    sentences: Sequence[Candidate]
    likeness: Array  # (sentences, sentences), cosines
    weights: Array  # (sentences,), how much each carries
    leans: Sequence[bool]  # on the one before it


def lay_out_summary(
    articles: Iterable[TopicArticle],
    budget: int,
) -> Layout:
    """Return the sentences that carry the article that is most on the topic.

    About ``BUDGET_STRETCH * budget`` words are quoted.
    """
    best = max(articles, key=_rate_article, default=None)
    if best is None:
        return Layout([])
    day = best.story.article.date
    telling = best.telling
    rows = []
    for place in sorted(choose_places(best, budget)):
        sentence = telling[place]
        quotation = Quotation(sentence.hit.passage, sentence.span)
        rows.append(Row(quotation, day))
    return Layout(rows, to_one_line(best.story.article.title))


def _rate_article(article: TopicArticle) -> tuple[float, datetime.date]:
    """Return how much an article is on the topic; of those of a series the newest goes first."""
    rating = TITLE_WEIGHT * article.title_coverage + article.relevance
    return round(rating, ALIKE_DIGITS), article.story.article.date or datetime.date.min


def choose_places(
    article: TopicArticle,
    budget: int,
) -> list[int]:
    """Return which telling sentences carry an article, the most important first."""
    sentences = _weigh_sentences(article)
    lead = int(rate_leads(article).argmax())
    chosen = [lead]
    words = count_words(sentences.sentences[lead])
    while len(chosen) < min(MAX_SENTENCES, len(sentences.sentences)):
        best = _choose_next(sentences, chosen)
        words += count_words(sentences.sentences[best])
        if words > budget * BUDGET_STRETCH and len(chosen) >= MIN_SENTENCES:
            break
        chosen.append(best)
    return chosen


def count_words(sentence: Candidate) -> int:
    """Return how many words a sentence has, counted as runs without white space."""
    return len(sentence.text.split())


def _weigh_sentences(article: TopicArticle) -> _Sentences:
    """Return how central each sentence is, how early, and how much of the topic it covers."""
    sentences = article.telling
    vectors = np.array([sentence.vector for sentence in sentences], dtype=np.float64)
    likeness = vectors @ vectors.T
    centrality = likeness.mean(axis=1)
    position = np.linspace(
        1.0,
        0.0,
        len(sentences),
    )
    covered = article.weights @ article.coverage
    weights = centrality + POSITION_WEIGHT * position + TOPIC_WEIGHT * covered
    weights += PARAGRAPH_GAIN * _find_openings(sentences)
    language = article.story.article.language
    leans = [is_anaphoric(sentence.text, language) for sentence in sentences]
    return _Sentences(sentences, likeness, weights, leans)


def _find_openings(sentences: Sequence[Candidate]) -> Array:
    """Return (sentences,): 1 for each that a blank line stands before, else 0."""
    openings = np.ones(len(sentences))
    for place, (before, sentence) in enumerate(pairwise(sentences), 1):
        document = sentence.hit.passage.article.document
        between = document.show(before.span.end, sentence.span.start)
        openings[place] = BLANK_LINE.search(between) is not None
    return openings


def _choose_next(
    sentences: _Sentences,
    chosen: Sequence[int],
) -> int:
    """Return which sentence adds most to those that are chosen."""
    repeated = sentences.likeness[:, list(chosen)].max(axis=1)
    gains = sentences.weights - REPEAT_WEIGHT * repeated
    for place, leans in enumerate(sentences.leans):
        if place in chosen:
            gains[place] = -np.inf
        elif leans and place - 1 not in chosen:
            gains[place] -= LEANING
    return int(gains.argmax())
