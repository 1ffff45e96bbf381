"""The words of attribution lines in the language files as patterns, compiled once."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from rag.reading.language_words import load_folded_words, load_words

if TYPE_CHECKING:
    from collections.abc import Collection


@functools.cache
def compile_verb() -> re.Pattern[str]:
    """Return the pattern of a verb of publishing in folded text."""
    words = _join(load_folded_words("published"))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")  # Thai words may end in a mark


@functools.cache
def compile_label() -> re.Pattern[str]:
    """Return the pattern of a label before a publisher or a day: "Source :", "Lu dans :"."""
    words = _join((*load_words("source_labels"), *load_words("date_labels")))
    return re.compile(rf"(?:{words})\s*[:：]\s*", re.IGNORECASE)


@functools.cache
def compile_author_label() -> re.Pattern[str]:
    """Return the pattern of the word before an author, and the name's first letter."""
    words = _join(load_words("authors"))
    return re.compile(rf"(?:{words})\s+\S", re.IGNORECASE)


@functools.cache
def compile_publication_place() -> re.Pattern[str]:
    """Return the pattern of the publisher after the date: "dans La Croix"."""
    words = _join(load_words("published_in"))
    return re.compile(rf"\s*(?:{words})\s+(?P<name>[^\W_].{{1,58}})\Z")


@functools.cache
def compile_day_particle() -> re.Pattern[str]:
    """Return the pattern of the word before the day in a dateline: "le", "den"."""
    words = _join(load_words("before_days"))
    return re.compile(rf"(?:{words})\s", re.IGNORECASE)


@functools.cache
def compile_spaced_name() -> re.Pattern[str]:
    """Return the pattern of a publisher that is told by how its name ends: "朝日新聞"."""
    words = _join(load_words("publisher_endings"))
    return re.compile(rf"\S{{1,20}}(?:{words})")


@functools.cache
def load_cities() -> frozenset[str]:
    """Return the cities of datelines, folded, their words joined by hyphens."""
    cities = load_folded_words("cities")
    return frozenset(city.replace(" ", "-") for city in cities)


def _join(words: Collection[str]) -> str:
    """Return alternatives for a regular expression, the longest first; no word matches nothing."""
    if not words:
        return r"(?!)"
    longest_first = sorted(
        words,
        key=lambda word: (-len(word), word),
    )
    return "|".join(map(re.escape, longest_first))
