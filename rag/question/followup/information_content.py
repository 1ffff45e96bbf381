"""How much words tell: the rarer a word is in its language, the more."""

from __future__ import annotations

from rag.models import lexicon
from rag.text.words import find_words

COMMON = 5.0  # bits: words that are rarer tell something
TELLING = 7.0  # bits: words that are as rare say what a question is about


def compute_information(word: str, language: str) -> float:
    """How much a word in lower case tells."""
    return lexicon.get_lexicon().rarity(word, language)


def sum_information(text: str, language: str) -> float:
    """How much all the words of a text tell together."""
    return sum(
        weight
        for word in find_words(text)
        if (weight := compute_information(word.form, language)) > COMMON
    )
