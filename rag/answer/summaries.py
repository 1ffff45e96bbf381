"""A summary of an article: the sentences that carry it, in its order.

The first sentence that tells something, then those most like all others (degree centrality, Erkan
and Radev 2004), earlier ones first, none that repeats one before it (MMR, Carbonell and Goldstein
1998).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rag.answer.anaphora import is_anaphoric
from rag.answer.layouts import Layout, Row, is_telling
from rag.answer.quotation_spans import Quotation
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rag.answer.quotation_spans import Candidate
    from rag.answer.topic_articles import TopicArticle

    Array = NDArray[np.float64]

# All chosen by hand.
MAX_SENTENCES = 5
MIN_SENTENCES = 2  # also where they are longer than the budget
POSITION_WEIGHT = 0.2  # of where a sentence stands, beside its centrality
TOPIC_WEIGHT = 0.2  # of how much of the topic it covers
REPEAT_WEIGHT = 0.5  # of its likeness with what is chosen already
LEANING = 0.3  # what a sentence loses that points back to one that is not chosen
TITLE_WEIGHT = 2.0  # of a title that covers the topic, beside the text


def lay_out_summary(articles: Iterable[TopicArticle], budget: int) -> Layout:
    """Return the sentences that carry the article that is most on the topic.

    About ``budget`` words are quoted.
    """
    best = max(articles, key=_rate_article, default=None)
    if best is None:
        return Layout([])
    places = choose_places(best, budget)
    rows = []
    for place in sorted(places):
        sentence = best.sentences[place]
        quotation = Quotation(sentence.hit.passage, sentence.span)
        rows.append(Row(quotation, best.article.date))
    return Layout(rows, to_one_line(best.article.title))


def _rate_article(article: TopicArticle) -> float:
    return TITLE_WEIGHT * article.title_coverage + article.relevance


def choose_places(article: TopicArticle, budget: int) -> list[int]:
    """Return the places of the sentences that carry an article, the most important first."""
    title = article.article.title
    telling = []
    for place, sentence in enumerate(article.sentences):
        if is_telling(sentence.text, title):
            telling.append(place)
    if not telling:
        return []
    vectors = np.array([article.sentences[place].vector for place in telling], dtype=np.float64)
    likeness = vectors @ vectors.T
    weights = _weigh_sentences(article, telling, likeness)
    chosen = [0]
    words = count_words(article.sentences[telling[0]])
    while len(chosen) < min(MAX_SENTENCES, len(telling)):
        best = _choose_next(article, telling, likeness, weights, chosen)
        words += count_words(article.sentences[telling[best]])
        if words > budget and len(chosen) >= MIN_SENTENCES:
            break
        chosen.append(best)
    return [telling[each] for each in chosen]


def count_words(sentence: Candidate) -> int:
    """Return how many words a sentence has, counted as runs without white space."""
    return len(sentence.text.split())


def _weigh_sentences(article: TopicArticle, telling: Sequence[int], likeness: Array) -> Array:
    """Return (telling,): how central each sentence is, how early, and how much of the topic."""
    centrality = likeness.mean(axis=1)
    position = np.linspace(1.0, 0.0, len(telling))
    coverage = article.coverage[list(telling)]
    weights: Array = centrality + POSITION_WEIGHT * position + TOPIC_WEIGHT * coverage
    return weights


def _choose_next(
    article: TopicArticle,
    telling: Sequence[int],
    likeness: Array,
    weights: Array,
    chosen: Sequence[int],
) -> int:
    """Return which sentence adds most to those that are chosen."""
    gains = weights - REPEAT_WEIGHT * likeness[:, list(chosen)].max(axis=1)
    language = article.article.language
    for number, place in enumerate(telling):
        if number in chosen:
            gains[number] = -np.inf
        elif number - 1 not in chosen and is_anaphoric(article.sentences[place].text, language):
            gains[number] -= LEANING
    return int(gains.argmax())
