"""Sentences that go on with what the one before them lists: "It will also …", "So will …".

The words that tell stand under ``continues`` in the ``[forms]`` sections of the language files. One
of them opens the sentence, or stands in it behind a pronoun that points back.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from rag.answer.anaphora import LEADING_MARKS, is_anaphoric
from rag.answer.polarity_words import compile_words
from rag.text import load_section

if TYPE_CHECKING:
    from collections.abc import Sequence
    from re import Pattern

    from rag.answer.quotation_spans import Candidate

MAX_FURTHER = 3  # sentences that go on with one; chosen by hand
OPENING_WORDS = 2  # among which a word that goes on opens a sentence


def follow_list(
    place: int,
    candidates: Sequence[Candidate],
) -> list[int]:
    """Return the places of a sentence and of those around it that tell one list, in their order.

    Alone where nothing goes on.
    """
    first = place
    while first and _continues(candidates, first) and place - first < MAX_FURTHER:
        first -= 1
    last = place
    while _continues(candidates, last + 1) and last - place < MAX_FURTHER:
        last += 1
    return list(range(first, last + 1))


def _continues(
    candidates: Sequence[Candidate],
    place: int,
) -> bool:
    """Return whether a sentence goes on with the one before it in its article."""
    if place >= len(candidates):
        return False
    sentence = candidates[place]
    before = candidates[place - 1]
    article = sentence.hit.passage.article
    is_next = before.hit.passage.article.id == article.id and before.span.end <= sentence.span.start
    if not is_next:
        return False
    text = sentence.text.lstrip(LEADING_MARKS)
    mark = load_continuing_words(article.language).search(text)
    if mark is None:
        return False
    words_before = text[: mark.start()].split()
    return len(words_before) < OPENING_WORDS or is_anaphoric(text, article.language)


@functools.cache
def load_continuing_words(language: str) -> Pattern[str]:
    """Return the pattern of the words of a language that go on with a list."""
    section = load_section(
        language,
        "forms",
    )
    words = section.get(
        "continues",
        (),
    )
    return compile_words(words)
