"""Figures that a source does not write, but gives: the sum of two, their difference, the rest."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from rag.answer.amounts import PERCENT, find_amounts
from rag.answer.claim_words import load_claim_words
from rag.answer.read_values import write_numbers
from rag.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag.answer.amounts import Amount
    from rag.answer.claims import Claim, ReadPassage, Source

ROUNDING = 0.005  # of a figure that was computed; by hand
MAX_FIGURES = 30  # of a passage, that are computed with: a table has many, and any sum
WHOLE = 100.0  # per cent


def is_computed(text: str, claim: Claim, passages: Sequence[ReadPassage]) -> bool:
    """Return whether a figure of a claim, as it is written there, follows from two of a passage."""
    for amount in claim.amounts:
        if amount.text == text:
            return any(follows_from(amount, read) for read in passages)
    return False


def follows_from(amount: Amount, read: ReadPassage) -> bool:
    """Return whether a figure is a sum, a difference or a rest of those of a passage."""
    computed = list(list_computed(amount, read.whole))
    for sentence in read.sentences:
        computed += list_computed_in_words(amount, sentence.source)
    margin = ROUNDING * abs(amount.value)
    for value in computed:
        distance = abs(value - amount.value)
        if distance <= margin:
            return True
    return False


def list_computed(amount: Amount, source: Source) -> Iterator[float]:
    """Yield what can be computed of the figures of a source that count what a figure counts."""
    alike = []
    for other in source.amounts[:MAX_FIGURES]:
        if other.unit == amount.unit:
            alike.append(other.value)
    yield from list_sums(alike)
    if amount.unit == PERCENT:
        for value in alike:
            yield WHOLE - value


def list_computed_in_words(amount: Amount, sentence: Source) -> Iterator[float]:
    """Yield the same of one sentence, with its numbers in words: "five points more than in June".

    Numbers in words are small, and stand anywhere: what they count has to be said by the same word.
    """
    written = write_numbers(sentence.text, sentence.language)
    words = load_claim_words(sentence.language)
    by_thing: dict[str, list[float]] = {}
    amounts = find_amounts(written, sentence.language)
    for other in amounts[:MAX_FIGURES]:
        thing = other.unit or fold(other.word)
        if words is not None and words.points.search(other.word):
            thing = PERCENT
        values = by_thing.setdefault(thing, [])
        values.append(other.value)
    if amount.unit == PERCENT:
        values = by_thing.setdefault(PERCENT, [])
        for share in sentence.shares:
            values.append(share / WHOLE)  # "by a quarter point"
    for thing, values in by_thing.items():
        if thing and amount.unit in ("", thing):
            yield from list_sums(values)


def list_sums(values: Sequence[float]) -> Iterator[float]:
    """Yield the sums and the differences of any two values."""
    for one, another in combinations(values, 2):
        yield one + another
        yield abs(one - another)
