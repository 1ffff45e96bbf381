"""The articles in which all words of a topic stand: in their text or title, or by their stems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rag.index.terms import QueryTerm
from rag.models.lexicon import get_lexicon
from rag.text import find_words, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.index.catalog import ArticleRow
    from rag.index.generations import Generation
    from rag.records import Filters


def find_topic_articles(
    generation: Generation, forms: Sequence[str], filters: Filters
) -> list[ArticleRow]:
    """Return the articles that the filters let through and that have every word, in their order.

    ``forms`` are words in lower case, with accents; of these the articles have the word itself,
    folded, or one of the same stem in their language.
    """
    every_article = list(generation.articles())
    admitted = {article.row for article in generation.articles(filters)}
    for form in forms:
        admitted &= _find_articles_with(generation, form, every_article)
    return [article for article in every_article if article.row in admitted]


def _find_articles_with(
    generation: Generation, form: str, articles: Sequence[ArticleRow]
) -> set[int]:
    """Return the rows of the articles that have a word."""
    stems = _list_stems(generation, form)
    query = [QueryTerm("words", fold(form))]
    query += [QueryTerm("stems", stem) for stem in stems]
    numbers = _find_owners(generation, query, articles)
    # The field of titles also holds publisher and day, which are no words of the article.
    in_header = [QueryTerm("title", stem) for stem in stems]
    for number in _find_owners(generation, in_header, articles) - numbers:
        if _has_in_title(articles[number], form):
            numbers.add(number)
    return {articles[number].row for number in numbers}


def _find_owners(
    generation: Generation, query: Sequence[QueryTerm], articles: Sequence[ArticleRow]
) -> set[int]:
    """Return the positions of the articles of which a passage has one of the terms."""
    rows, _ = generation.terms.search(query, generation.size)
    # The passages of the articles follow each other: each article ends before its sum.
    ends = np.cumsum([article.passages for article in articles], dtype=np.int64)
    positions = np.searchsorted(ends, rows, side="right")
    return set(positions.tolist())


def _list_stems(generation: Generation, form: str) -> list[str]:
    """Return the stem of a word in each language of the index, as the terms hold it."""
    find_units = get_lexicon().units
    stems = []
    for language in generation.passages_by_language:
        # The first unit of a word is its stem, the others are parts of a compound.
        [stem, *_] = find_units(form, language) or [form]
        stems.append(f"{language}:{stem}")
    return stems


def _has_in_title(article: ArticleRow, form: str) -> bool:
    find_units = get_lexicon().units
    units = set(find_units(form, article.language)[:1])
    for word in find_words(article.title):
        if word.term == fold(form) or units.intersection(find_units(word.form, article.language)):
            return True
    return False
