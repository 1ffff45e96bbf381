"""Word endings taken off by the Snowball stemmers: the only module that imports PyStemmer.

A newcomer who wants another language stemmed adds a row to ``_ALGORITHMS``. The shipped lexicon and
every index that exists were made with these stems: changing a row means training the lexicon again
and building the indexes again.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# ISO 639-1 code of a language, and what Snowball calls its algorithm.
_ALGORITHMS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}


def stem_word(word: str, language: str) -> str:
    """Return a word in lower case without its ending (Snowball, Porter 2001).

    In a language without an algorithm the word is its own stem.
    """
    stem = _load_stemmer(language)
    return word if stem is None else stem(word)


@functools.cache
def _load_stemmer(language: str) -> Callable[[str], str] | None:
    """Return the stemming function of a language, or None where Snowball has none."""
    algorithm = _ALGORITHMS.get(language)
    if algorithm is None:
        return None
    import Stemmer

    stem: Callable[[str], str] = Stemmer.Stemmer(algorithm).stemWord
    return stem
