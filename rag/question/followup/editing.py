"""Folding and changing a text without losing its offsets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

EDGES = " ¿?？!.…,:;\t\n"  # marks around a question that are none of its words
# The one accent that tells two question words apart: French "où" (where) is no "ou" (or).
KEPT_ACCENT = "ù"


def fold_in_place(text: str) -> str:
    """Return the text in lower case and without accents, character by character, so that offsets stay.

    A character that folds to several (ß, œ) is left as it is.
    """
    return "".join(_fold_character(character) for character in text)


def _fold_character(character: str) -> str:
    if character == KEPT_ACCENT:
        return character
    folded = fold(character)
    return folded if len(folded) == 1 else character


def replace_spans(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    """Return the text with spans of it replaced: (start, end, new text).

    Of two spans that overlap, the one that begins later is replaced and the other stays.
    """
    changed = text
    limit = len(text) + 1
    for start, end, replacement in sorted(changes, reverse=True):
        if end <= limit:
            changed = changed[:start] + replacement + changed[end:]
            limit = start
    return changed


def append_words(question: str, words: str) -> str:
    """Return the question with more words at its end, before the question mark."""
    if not words:
        return question
    body = question.rstrip(EDGES)
    ending = question[len(body) :]
    if not ending.strip():
        ending = ""
    return f"{body} {words}{ending}"
