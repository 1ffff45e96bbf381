"""The articles in which all words of a topic stand: in their text or title, or by their stems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.index.terms import QueryTerm
from rag.models.lexicon import get_lexicon
from rag.text import find_words, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rag.index.catalog_rows import ArticleRow
    from rag.index.opened import OpenedIndex
    from rag.records import Filters


def find_topic_articles(
    generation: OpenedIndex, forms: Sequence[str], filters: Filters
) -> list[ArticleRow]:
    """Return the articles that the filters let through and that have every word, in their order.

    ``forms`` are words in lower case, with accents; of these the articles have the word itself,
    folded, or one of the same stem in their language.
    """
    articles = {article.row: article for article in generation.articles(filters)}
    admitted = set(articles)
    for form in forms:
        admitted &= _find_articles_with(generation, form, articles)
    return [article for row, article in articles.items() if row in admitted]


def _find_articles_with(
    generation: OpenedIndex, form: str, articles: Mapping[int, ArticleRow]
) -> set[int]:
    """Return the rows of the articles, those given among them, that have a word."""
    stems = _list_stems(generation, form)
    query = [QueryTerm("words", fold(form))]
    query += [QueryTerm("stems", stem) for stem in stems]
    rows = _find_owners(generation, query)
    # The field of titles also holds publisher and day, which are no words of the article.
    in_header = [QueryTerm("title", stem) for stem in stems]
    for row in _find_owners(generation, in_header) - rows:
        if row in articles and _has_in_title(articles[row], form):
            rows.add(row)
    return rows


def _find_owners(generation: OpenedIndex, query: Sequence[QueryTerm]) -> set[int]:
    """Return the rows of the articles of which a passage has one of the terms."""
    rows, _ = generation.terms.search(query, generation.size)
    return {owner.article for owner in generation.owners_of(rows.tolist())}


def _list_stems(generation: OpenedIndex, form: str) -> list[str]:
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
