"""The articles on a topic, and which of their sentences speak of it.

A topic is what a question asks a form of: "timeline of …". An article is on it when its title and
text cover the topic's words by most of what these tell, and each of its names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.answer.choosing import list_candidates
from rag.answer.coverage import compute_word_coverage
from rag.answer.echoes import read_asked_words
from rag.search import deduplicate, make_hits
from rag.text import find_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from rag.answer.quotation_spans import Candidate
    from rag.index.generations import Generation
    from rag.question.expand import Query
    from rag.records import Article
    from rag.search import RankedPassages

    Array = NDArray[np.float64]

# All chosen by hand.
MAX_ARTICLES = 60  # of those that the search finds
MAX_PASSAGES = 12  # of an article, from its beginning: a book is not read whole
ON_TOPIC = 0.7  # of what the topic's words tell, in an article that is on it
HAS_NAME = 0.5  # how surely a name of the topic must be in it


class TopicArticle(NamedTuple):
    """An article on a topic: its sentences in order, and how much of the topic each covers."""

    article: Article
    sentences: Sequence[Candidate]
    coverage: Array  # (sentences,), from 0 to 1
    title_coverage: float
    relevance: float  # what title and text cover together


def find_topic_articles(
    query: Query,
    ranked: RankedPassages,
    *,
    generation: Generation,
    table: NDArray[np.float16],
) -> list[TopicArticle]:
    """Return the articles of ranked passages that are on the topic, one of each story, best first.

    ``query`` is the topic; ``table``: the shipped model's token vectors.
    """
    shares = read_asked_words(query, table).shares
    weights = np.array([shares.get(term, 0.0) for term in query.terms])
    articles = []
    for rows in _list_article_rows(ranked, generation):
        article = _read_article(rows, query, weights, generation)
        if article is not None:
            articles.append(article)
    return articles


def _list_article_rows(ranked: RankedPassages, generation: Generation) -> Iterator[Sequence[int]]:
    """Yield the first passages of each article, in the order of the best passage of each."""
    ranked = deduplicate(ranked, generation=generation)
    rows = ranked.rows.tolist()
    owners = generation.owners_of(rows)
    best_rows: dict[int, int] = {}
    for row, owner in zip(rows, owners, strict=True):
        best_rows.setdefault(owner.article, row)
    first_rows = list(best_rows.values())[:MAX_ARTICLES]
    for passage in generation.passages(first_rows):
        article_rows = generation.article_rows(passage.article.id)
        yield article_rows[:MAX_PASSAGES]


def _read_article(
    rows: Sequence[int], query: Query, weights: Array, generation: Generation
) -> TopicArticle | None:
    """Return an article with its sentences beside a topic; None where it is not on it."""
    places = np.array(rows, dtype=np.int64)
    hits = make_hits(_rank_alike(places), len(places), generation=generation)
    sentences = list_candidates(hits, rows, generation=generation)
    article = hits[0].passage.article
    texts = [article.title, *(sentence.text for sentence in sentences)]
    read = [(find_words(text), article.language) for text in texts]
    _, coverage = compute_word_coverage(query, read)
    covered = coverage.max(axis=1)
    names = np.array(query.names, dtype=bool)
    relevance = float(weights @ covered)
    if relevance < ON_TOPIC or (covered[names] < HAS_NAME).any():
        return None
    by_text = weights @ coverage
    return TopicArticle(article, sentences, by_text[1:], float(by_text[0]), relevance)


def _rank_alike(rows: NDArray[np.int64]) -> RankedPassages:
    """Return passages as search results that no channel has scored."""
    from rag.search import RankedPassages

    count = len(rows)
    return RankedPassages(rows, np.zeros(count), {}, np.zeros(count, dtype=bool))
