"""Two things that "and" alone joins, as the items of a list where the reader takes both for it.

"The house has retained Verzac stone and larch": whether a pair is the answer or a part of something
else is told by what the reader takes for the value, or by a "two" that announces it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.dates import load_numbers
from rag.question.enumerations import PAIR, find_pairs
from rag.question.noun_phrases import load_determiners
from rag.text import find_words, to_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BEFORE = 4  # words of the value before what was told of the first item; chosen by hand


def find_pair_labels(
    text: str,
    language: str,
    value: str,
) -> list[str]:
    """Return the first two joined things of a sentence that are its answer; none without such.

    ``value``: what the reader takes for the answer in it.
    """
    for spans in find_pairs(text, language):
        labels = [to_one_line(text[start:end]) for start, end in spans]
        start = spans[0].start
        if _has_both(value, labels, language) or _is_announced(text[:start], language):
            first, second = labels
            return [_lengthen(first, value, language), second]
    return []


def _has_both(
    value: str,
    labels: Sequence[str],
    language: str,
) -> bool:
    """Return whether a value has words of each of two items."""
    determiners = load_determiners(language)
    terms = {word.term for word in find_words(value)} - determiners
    return all(any(word.term in terms for word in find_words(label)) for label in labels)


def _is_announced(before: str, language: str) -> bool:
    """Return whether a number before a pair says that two things follow."""
    numbers = load_numbers(language)
    return any(numbers.get(word.term) == PAIR for word in find_words(before))


def _lengthen(
    label: str,
    value: str,
    language: str,
) -> str:
    """Return the first item from where the value begins, if that is an article before it.

    "A museum of nets and a bus stop": the last article is not the item's own.
    """
    before, is_there, _ = value.strip().partition(label)
    words = find_words(before)
    if not is_there or not 0 < len(words) <= MAX_BEFORE:
        return label
    return before + label if words[0].term in load_determiners(language) else label
