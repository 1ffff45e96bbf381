"""Whether a word is among others in another language: as it is, translated, near in meaning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.answer.amounts import is_counting_word
from rag.dates import load_date_vocabulary
from rag.models.lexicon import get_lexicon
from rag.models.tokenizer import get_tokenizer
from rag.search import normalise_rows
from rag.text import find_words, fold, has_capitalised_nouns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    TokenVectors = NDArray[np.float16]

NAME_STEM = 4  # letters that a name shares with its translation ("Kremlin", "Kreml"); by hand
NEAR_COSINE = 0.4  # of two words' vectors, from which one stands for the other; by hand
GOES_ON = re.compile(r"[\w,)»”’']")  # what stands at the end of words that a sentence goes on after


class WordVectors(NamedTuple):
    """What words mean: (words, dimensions) unit directions, and (words,) how much each says."""

    directions: NDArray[np.float32]
    weights: NDArray[np.float64]


def list_forms(text: str) -> list[str]:
    """Return the words that are no figures, each once, as they are written."""
    forms = []
    for word in find_words(text):
        is_figure = word.form[0].isdigit()
        if not is_figure and word.form not in forms:
            forms.append(word.form)
    return forms


def is_among(form: str, language: str, others: Iterable[str], other_language: str) -> bool:
    """Return whether a word, or what it is in the other language, is among the others.

    All are compared by their stems.
    """
    lexicon = get_lexicon()
    units = set(lexicon.units(form, language))
    # The word may stand there as it is: a name.
    units.update(lexicon.units(form, other_language))
    for translation in lexicon.translations(form, language, other_language):
        units.add(translation.unit)
    for other in others:
        other_units = lexicon.units(other, other_language)
        if not units.isdisjoint(other_units):
            return True
    return False


def embed_forms(forms: Sequence[str], table: TokenVectors) -> WordVectors:
    """Return the vectors of words: the sums of their tokens' vectors.

    Their lengths say how much the words tell (SIF). ``table`` is (vocabulary, dimensions).
    """
    tokenizer = get_tokenizer()
    # A token that begins a word begins with the space before it.
    surfaces = [f" {form}" for form in forms]
    token_ids = tokenizer.encode_batch(surfaces)
    _, dimensions = table.shape
    sums = np.zeros((len(forms), dimensions), dtype=np.float32)
    for row, ids in enumerate(token_ids):
        vectors = table[ids].astype(np.float32)
        sums[row] = vectors.sum(axis=0)
    # ``normalise_rows`` takes vectors as the table holds them: in half precision.
    half_precision = sums.astype(np.float16)
    lengths = np.linalg.norm(sums, axis=1)
    return WordVectors(
        normalise_rows(half_precision),
        lengths.astype(np.float64),
    )


def compute_near_coverage(
    one: NDArray[np.float32], other: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return (words of the one,): the cosine with the nearest of the other words, 0 if not near.

    Both are directions of unit length, (words, dimensions).
    """
    cosines = one @ other.T
    nearest = cosines.max(axis=1, initial=0.0)
    is_near = nearest > NEAR_COSINE
    return np.where(is_near, nearest, 0.0)


def find_names(text: str, language: str) -> list[str]:
    """Return the words with a capital that name somebody or something, each once.

    A word that opens a sentence, and a German noun, is a name only if it is nearly the same in
    another language.
    """
    date_words = load_date_vocabulary(language).meanings
    names = []
    for word in find_words(text):
        written = text[word.start : word.end]
        has_capital = written[:1].isupper()
        if not has_capital or word.term in date_words:
            continue
        if is_counting_word(word.form, language):
            continue
        capital_says_nothing = has_capitalised_nouns(language) or opens_sentence(text, word.start)
        if capital_says_nothing and not is_alike_elsewhere(word.form, language):
            continue
        if word.form not in names:
            names.append(word.form)
    return names


def opens_sentence(text: str, start: int) -> bool:
    """Return whether a word at ``start`` has no word, comma or closing mark right before it."""
    before = text[:start].rstrip()
    last = before[-1:]
    return GOES_ON.match(last) is None


def is_alike_elsewhere(form: str, language: str) -> bool:
    """Return whether a word is the same, or nearly, in another language, as names are.

    So is a word without translation.
    """
    lexicon = get_lexicon()
    other_language = "fr" if language == "en" else "en"
    translations = lexicon.translations(form, language, other_language)
    if not translations:
        return True
    stem = fold(form)[:NAME_STEM]
    for translation in translations:
        other_stem = fold(translation.word)[:NAME_STEM]
        if other_stem == stem:
            return True
    return False
