"""Greetings and thanks, which ask nothing of articles: "bonjour", "who are you?", "merci".

The words stand in the section ``[loop]`` of the language files, where the question loop has its
replies from. Only a line that has nothing else counts: "Qui dit merci ?" is a question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.question.phrase_patterns import load_words
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

KEYS = ("greet", "thanks")
# Characters of the longest line that may be a phrase that people type out of habit.
MAX_LENGTH = 40
_MARKS = " .!?¡¿。！？…\u00a0\u202f"


def strip_marks(line: str) -> str:
    """Return a line folded and without the marks around it, as phrases are looked up."""
    return fold(line).strip(_MARKS)


def asks_nothing(question: str, languages: Sequence[str]) -> bool:
    """Return whether a question is a greeting or thanks in one of the languages it may be in."""
    if len(question) > MAX_LENGTH:
        return False
    bare = strip_marks(question)
    for language in languages:
        if any(bare in load_words(language, "loop", key) for key in KEYS):
            return True
    return False
