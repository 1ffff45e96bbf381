"""Folding and changing a text without losing its offsets."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

EDGES = " ¿?？!.…,:;\t\n"  # marks around a question that are none of its words
# The one accent that tells two question words apart: French "où" (where) is no "ou" (or).
KEPT_ACCENT = "ù"


@functools.lru_cache(maxsize=1024)  # the same few questions are matched with many patterns
def fold_in_place(text: str) -> str:
    """Return the text in lower case and without accents, its offsets unchanged.

    It is folded character by character. One that folds to several (ß, œ) is left as it is.
    """
    if text.isascii():
        return text.lower()
    return "".join(map(_fold_character, text))


def _fold_character(character: str) -> str:
    if character == KEPT_ACCENT:
        return character
    folded = fold(character)
    return folded if len(folded) == 1 else character


def begins_with(word: str, letters: str) -> bool:
    """Return whether a word, folded, begins with one of some letters."""
    first_letter = word[:1]
    return first_letter != "" and fold_in_place(first_letter) in letters


def replace_span(text: str, span: tuple[int, int], words: str) -> str:
    """Return the text with other words in a span of it."""
    start, end = span
    before = text[:start]
    after = text[end:]
    return before + words + after


def remove_spans(text: str, spans: Iterable[tuple[int, int]], filler: str = "") -> str:
    """Return the text without spans of it, a filler in the place of each.

    Of two spans that overlap, the one that begins first stays.
    """
    limit = len(text)
    for start, end in sorted(spans, reverse=True):
        if end <= limit:
            text = replace_span(text, (start, end), filler)
            limit = start
    return text


def append_words(question: str, words: str) -> str:
    """Return the question with more words at its end, before the question mark."""
    if not words:
        return question
    body = question.rstrip(EDGES)
    ending = question[len(body) :]
    if not ending.strip():
        ending = ""
    return f"{body} {words}{ending}"
