"""Coverage: how well a text has the words of a question, as numbers from 0 to 1. Rows are terms, columns are texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rag.models.lexicon import get_lexicon
from rag.models.tokenizer import find_distinct
from rag.search import normalise_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rag.question.expand import Query
    from rag.text.words import Word

    Array = NDArray[np.float64]
    TokenVectors = NDArray[np.float16]

REPRINTED_WORDS = 8  # no two articles have a sentence of as many words by chance; by hand


def compute_word_coverage(
    query: Query, texts: Sequence[tuple[Sequence[Word], str]]
) -> tuple[Array, Array]:
    """Return twice (terms, texts): how well each text, given as its words and language, covers each term.

    First 1 where the text has the term, as it is or by its stem. Then also what stands for the term in the language of
    the text (translations, synonyms): the square root of its weight.
    """
    lexicon = get_lexicon()
    shape = (len(query.terms), len(texts))
    exact = np.zeros(shape)
    expanded = np.zeros(shape)
    for column, (words, language) in enumerate(texts):
        terms = {word.term for word in words}
        units = {unit for word in words for unit in lexicon.units(word.form, language)}
        for row, word in enumerate(query.words):
            [stem, *_] = lexicon.units(word.form, language)
            exact[row, column] = word.term in terms or stem in units
        for match in query.expansions.get(language, ()):
            if match.unit in units:
                weight = match.weight**0.5
                expanded[match.term, column] = max(expanded[match.term, column], weight)
    return exact, np.maximum(exact, expanded)


def compute_token_coverage(
    query: Query, texts: Sequence[NDArray[np.uint16]], table: TokenVectors
) -> Array:
    """Return (terms, texts): the mean cosine of a term's tokens with the nearest tokens of each text.

    The mean is weighted by the length of the token vectors, which grows with a token's information (SIF). ``texts`` are
    token ids; ``table`` is (vocabulary, dimensions).
    """
    coverage = np.zeros((len(query.terms), len(texts)))
    all_tokens = np.concatenate([np.zeros(0, np.uint16), *texts])
    distinct_tokens, columns = find_distinct(all_tokens)
    query_tokens = [token for ids in query.term_tokens for token in ids]
    if not query_tokens or not len(distinct_tokens):
        return coverage
    query_vectors = normalise_rows(table[query_tokens])
    cosines = query_vectors @ normalise_rows(table[distinct_tokens]).T
    text_ends = np.cumsum([len(text) for text in texts])[:-1]
    nearest = np.stack(
        [
            cosines[:, text_columns].max(axis=1, initial=0.0)
            for text_columns in np.split(columns, text_ends)
        ],
        axis=1,
    )
    lengths = np.linalg.norm(table[query_tokens].astype(np.float32), axis=1, keepdims=True)
    lengths = lengths + 1e-9
    start = 0
    for row, ids in enumerate(query.term_tokens):
        end = start + len(ids)
        if ids:
            weighted = (lengths[start:end] * nearest[start:end]).sum(axis=0)
            coverage[row] = weighted / lengths[start:end].sum()
        start = end
    return np.clip(coverage, 0.0, 1.0)


def compute_window_coverage(coverage: Array, starts: Sequence[int]) -> Array:
    """Return the coverage by each sentence (column) together with those before it, from its ``starts`` on."""
    windows = [coverage[:, start : place + 1].max(axis=1) for place, start in enumerate(starts)]
    return np.stack(windows, axis=1)


def number_articles(articles: Sequence[str], texts: Iterable[Sequence[str]]) -> list[int]:
    """Return a number for the article of each sentence; articles that have a sentence in common share one.

    ``articles`` are the sentences' article ids, ``texts`` their folded words. A short sentence ("Lire aussi") joins nothing.
    """
    first_article_of: dict[tuple[str, ...], str] = {}
    story_of: dict[str, str] = {}
    for article, text in zip(articles, texts, strict=True):
        if len(text) < REPRINTED_WORDS:
            continue
        first = first_article_of.setdefault(tuple(text), article)
        if first != article:
            story_of.setdefault(article, story_of.get(first, first))
    stories = [story_of.get(article, article) for article in articles]
    return [stories.index(story) for story in stories]


def compute_token_length(ids: Sequence[int], table: TokenVectors) -> float:
    """Return how much a word says: the length of its vector, in which frequent tokens were weighted down (SIF)."""
    if not ids:
        return 0.0
    vectors = table[list(ids)].astype(np.float32)
    return float(np.linalg.norm(vectors.sum(axis=0)))


def cross_columns(one: Array, other: Array) -> Array:
    """Return (rows, columns of the one × columns of the other): the products of every pair of columns."""
    products = one[:, :, None] * other[:, None, :]
    return np.asarray(products.reshape(len(one), -1))
