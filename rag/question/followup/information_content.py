"""Information content: how many bits a word carries, the rarer the more (Shannon 1948).

The information content of a word is -log2 of its probability. Frequencies come from the shipped
lexicon (``rag.models.lexicon``), and bits are counted from the most frequent word of the language,
which carries none.
"""

from __future__ import annotations

from rag.models import lexicon

# Bits. Chosen by hand on tests/data/followups.jsonl (scripts/measure_followups.py, 2026-11).
MIN_TOPIC_INFORMATION = 7.0  # a word that carries more says what a question is about


def compute_information(word: str, language: str) -> float:
    """Return the information content of a word in lower case, in bits."""
    return lexicon.get_lexicon().rarity(word, language)
