"""Coverage: how well a text has the words of a question, from 0 to 1.

Rows are terms of the question, columns are texts.
"""

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
    from rag.text import Word

    Array = NDArray[np.float64]
    TokenVectors = NDArray[np.float16]

REPRINTED_WORDS = 8  # no two articles have a sentence of as many words by chance; by hand
SMALLEST = 1e-9  # keeps a quotient finite; too small to show in a feature


def compute_word_coverage(
    query: Query, texts: Sequence[tuple[Sequence[Word], str]]
) -> tuple[Array, Array]:
    """Return twice (terms, texts): how well each text, its words and language, covers each term.

    First 1 where the text has the term, as it is or by its stem. Then also what stands for the term
    in the language of the text (translations, synonyms): the square root of its weight.
    """
    lexicon = get_lexicon()
    shape = (len(query.terms), len(texts))
    exact = np.zeros(shape)
    expanded = np.zeros(shape)
    for column, (words, language) in enumerate(texts):
        terms = {word.term for word in words}
        units = collect_units(words, language)
        # The first unit of a word is its stem, the others are parts of a compound.
        for row, word in enumerate(query.words):
            [stem, *_] = lexicon.units(word.form, language)
            if word.term in terms or stem in units:
                exact[row, column] = 1.0

        present = [
            expansion for expansion in query.expansions.get(language, ()) if expansion.unit in units
        ]
        for expansion in present:
            # What stands for a word seldom does so surely: the root keeps a likely one near 1.
            weight = expansion.weight**0.5
            place = (expansion.term, column)
            expanded[place] = max(expanded[place], weight)
    return exact, np.maximum(exact, expanded)


def collect_units(words: Sequence[Word], language: str) -> set[str]:
    """Return the stems of words, and of the parts of compounds."""
    lexicon = get_lexicon()
    units: set[str] = set()
    for word in words:
        units.update(lexicon.units(word.form, language))
    return units


def compute_token_coverage(
    query: Query, texts: Sequence[NDArray[np.uint16]], table: TokenVectors
) -> Array:
    """Return (terms, texts): the mean cosine of a term's tokens with the nearest of each text.

    The mean is weighted by the length of the token vectors, which grows with a token's information
    (SIF). ``texts`` are token ids; ``table`` is (vocabulary, dimensions).
    """
    shape = (len(query.terms), len(texts))
    coverage = np.zeros(shape)
    query_tokens: list[int] = []
    for ids in query.term_tokens:
        query_tokens.extend(ids)
    nearest = find_nearest_cosines(query_tokens, texts, table)
    if nearest is None:
        return coverage
    query_vectors = table[query_tokens].astype(np.float32)
    lengths = np.linalg.norm(query_vectors, axis=1, keepdims=True)
    lengths += SMALLEST
    # The tokens of one term lie in a row. A term without tokens stays 0.
    start = 0
    for row, ids in enumerate(query.term_tokens):
        end = start + len(ids)
        if ids:
            weights = lengths[start:end]
            weighted = weights * nearest[start:end]
            total = weights.sum()
            coverage[row] = weighted.sum(axis=0) / total
        start = end
    return np.clip(coverage, 0.0, 1.0)


def find_nearest_cosines(
    query_tokens: Sequence[int], texts: Sequence[NDArray[np.uint16]], table: TokenVectors
) -> NDArray[np.float32] | None:
    """Return (query tokens, texts): the cosine of each token with the nearest token of each text.

    None when there is nothing to compare. A token that several texts hold is compared once.
    """
    lengths = [len(text) for text in texts]
    if not query_tokens or not sum(lengths):
        return None
    all_tokens = np.concatenate(texts)
    distinct_tokens, columns = find_distinct(all_tokens)
    # With unit length, products are cosines.
    query_vectors = normalise_rows(table[query_tokens])
    text_vectors = normalise_rows(table[distinct_tokens])
    cosines = query_vectors @ text_vectors.T
    # The columns of all texts lie in a row: cut where each text ends.
    ends = np.cumsum(lengths)
    columns_by_text = np.split(columns, ends[:-1])
    nearest = []
    for text_columns in columns_by_text:
        text_cosines = cosines[:, text_columns]
        best = text_cosines.max(axis=1, initial=0.0)
        nearest.append(best)
    return np.stack(nearest, axis=1)


def compute_window_coverage(coverage: Array, starts: Sequence[int]) -> Array:
    """Return the coverage by each sentence (column) and those before it, from its start on."""
    windows = []
    # A word that any sentence of the window says is covered as well as by that sentence.
    for place, start in enumerate(starts):
        window = coverage[:, start : place + 1]
        windows.append(window.max(axis=1))
    return np.stack(windows, axis=1)


def number_articles(articles: Sequence[str], texts: Iterable[Sequence[str]]) -> list[int]:
    """Return a number for the article of each sentence; those with a sentence in common share one.

    ``articles`` are the sentences' article ids, ``texts`` their folded words. A short sentence
    ("Lire aussi") joins nothing.
    """
    first_article_of: dict[tuple[str, ...], str] = {}
    story_of: dict[str, str] = {}
    for article, text in zip(articles, texts, strict=True):
        if len(text) < REPRINTED_WORDS:
            continue
        words = tuple(text)
        first = first_article_of.setdefault(words, article)
        if first != article:
            story = story_of.get(first, first)
            story_of.setdefault(article, story)
    # An article that shares nothing is its own story; its number is where it comes first.
    stories = []
    for article in articles:
        story = story_of.get(article, article)
        stories.append(story)
    return list(map(stories.index, stories))


def compute_token_length(ids: Sequence[int], table: TokenVectors) -> float:
    """Return how much a word says: the length of the sum of its tokens' vectors.

    Frequent tokens were weighted down when the vectors were made (SIF, Arora et al. 2017).
    """
    if not ids:
        return 0.0
    vectors = table[list(ids)].astype(np.float32)
    total = vectors.sum(axis=0)
    return float(np.linalg.norm(total))


def cross_columns(one: Array, other: Array) -> Array:
    """Return (rows, columns of the one × columns of the other): products of every two columns."""
    row_count = len(one)
    # One axis for the columns of each, then both axes in one.
    left = one[:, :, None]
    right = other[:, None, :]
    products = left * right
    return np.asarray(products.reshape(row_count, -1))
