"""Information content: how many bits a word carries, the rarer the more (Shannon 1948).

The information content of a word is -log2 of its probability. Frequencies come from the shipped
lexicon (``rag.models.lexicon``), and bits are counted from the most frequent word of the language,
which carries none.
"""

from __future__ import annotations

from rag.models import lexicon
from rag.text import find_words

# Bits. Both chosen by hand on tests/data/followups.jsonl (scripts/measure_followups.py, 2026-11).
MIN_INFORMATION = 5.0  # a word that carries no more says nothing: articles, auxiliaries
MIN_TOPIC_INFORMATION = 7.0  # a word that carries more says what a question is about


def compute_information(word: str, language: str) -> float:
    """Return the information content of a word in lower case, in bits."""
    return lexicon.get_lexicon().rarity(word, language)


def sum_information(text: str, language: str) -> float:
    """Return the information content of a text in bits: the sum over its words.

    Those that carry no more than MIN_INFORMATION are left out.
    """
    total = 0.0
    for word in find_words(text):
        information = compute_information(word.form, language)
        if information > MIN_INFORMATION:
            total += information
    return total
