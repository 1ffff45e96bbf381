"""How much words tell: the rarer a word is in its language, the more."""

from __future__ import annotations

from rag.models import lexicon
from rag.text.words import words

COMMON = 5.0  # bits: words that are rarer tell something
TELLING = 7.0  # bits: words that are as rare say what a question is about


def bits(word: str, language: str) -> float:
    """How much a word in lower case tells."""
    return lexicon.shipped().rarity(word, language)


def told(text: str, language: str) -> float:
    """How much all the words of a text tell together."""
    return sum(weight for word in words(text) if (weight := bits(word.form, language)) > COMMON)
