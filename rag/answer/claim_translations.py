"""Words of a list that a text in another language tells by a word which its own list lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answer.word_matching import is_among, list_forms
from rag.models.lexicon import get_lexicon

if TYPE_CHECKING:
    from re import Match, Pattern


def find_untold(
    pattern: Pattern[str], text: str, language: str, other: tuple[str, str]
) -> Match[str] | None:
    """Return the first match of a pattern that another text does not tell by a translation.

    ``other`` is that text and its language; where that is the same, any match counts.
    """
    for match in pattern.finditer(text):
        if not is_translated(match[0], language, other):
            return match
    return None


def is_translated(words: str, language: str, other: tuple[str, str]) -> bool:
    """Return whether a text in another language has the rarest of some words, translated."""
    other_text, other_language = other
    forms = list_forms(words)
    if language == other_language or not forms:
        return False
    lexicon = get_lexicon()
    rarities = []
    for form in forms:
        rarity = lexicon.rarity(form, language)
        rarities.append(rarity)
    place = rarities.index(max(rarities))
    others = list_forms(other_text)
    return is_among(forms[place], language, others, other_language)
