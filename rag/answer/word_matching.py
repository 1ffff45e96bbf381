"""Whether a word is among others, in one language or two: as it is, translated, or near in meaning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.answer.amounts import is_counting_word
from rag.dates import load_date_vocabulary
from rag.models.lexicon import get_lexicon
from rag.models.tokenizer import get_tokenizer
from rag.search import normalise_rows
from rag.text.words import find_words, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    TokenVectors = NDArray[np.float16]

NAME_STEM = 4  # letters that a name shares with its translation ("Kremlin", "Kreml"); by hand
GERMAN = "de"  # writes every noun with a capital, so that a capital says nothing


class WordVectors(NamedTuple):
    """What words mean: (words, dimensions) directions of unit length, and (words,) how much each says."""

    directions: NDArray[np.float32]
    weights: NDArray[np.float64]


def list_forms(text: str) -> list[str]:
    """Return the words that are no figures, each once, as they are written."""
    forms = [word.form for word in find_words(text)]
    return list(dict.fromkeys(form for form in forms if not form[0].isdigit()))


def is_among(form: str, language: str, others: Iterable[str], other_language: str) -> bool:
    """Return whether a word, or what it is in the other language, is among the others, all compared by their stems."""
    lexicon = get_lexicon()
    other_units: set[str] = set()
    for other in others:
        other_units.update(lexicon.units(other, other_language))
    # The word may stand there as it is: a name.
    units = {*lexicon.units(form, language), *lexicon.units(form, other_language)}
    for translation in lexicon.translations(form, language, other_language):
        units.add(translation.unit)
    return not other_units.isdisjoint(units)


def embed_forms(forms: Sequence[str], table: TokenVectors) -> WordVectors:
    """Return the vectors of words: the sum of their tokens' vectors, whose length says how much a word tells (SIF)."""
    token_ids = get_tokenizer().encode_batch([f" {form}" for form in forms])
    sums = [table[ids].astype(np.float32).sum(axis=0) for ids in token_ids]
    matrix = np.array(sums).reshape(len(forms), table.shape[1])
    directions = normalise_rows(matrix.astype(np.float16))
    weights = np.linalg.norm(matrix, axis=1).astype(np.float64)
    return WordVectors(directions, weights)


def find_names(text: str, language: str) -> list[str]:
    """Return the words with a capital that name somebody or something, each once.

    A word that opens a sentence, and a German noun, is a name only if it is nearly the same in another language.
    """
    date_words = load_date_vocabulary(language).meanings
    names = []
    for word in find_words(text):
        if not text[word.start : word.end][:1].isupper():
            continue
        if word.term in date_words or is_counting_word(word.form, language):
            continue
        says_nothing = language == GERMAN or opens_sentence(text, word.start)
        if not says_nothing or is_alike_elsewhere(word.form, language):
            names.append(word.form)
    return list(dict.fromkeys(names))


def opens_sentence(text: str, start: int) -> bool:
    """Return whether a word at ``start`` has no word, comma or closing mark right before it."""
    before = text[:start].rstrip()[-1:]
    return re.match(r"[\w,)»”’']", before) is None


def is_alike_elsewhere(form: str, language: str) -> bool:
    """Return whether a word is the same, or nearly, in another language, as names are; so is one without translation."""
    other_language = "fr" if language == "en" else "en"
    translations = get_lexicon().translations(form, language, other_language)
    if not translations:
        return True
    stem = fold(form)[:NAME_STEM]
    return any(fold(translation.word)[:NAME_STEM] == stem for translation in translations)
