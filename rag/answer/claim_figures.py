"""Figures that a source does not write, but gives: the sum of two, their difference, the rest."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from rag.answer.amounts import PERCENT

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
            return any(follows_from(amount, read.whole) for read in passages)
    return False


def follows_from(amount: Amount, source: Source) -> bool:
    """Return whether a figure is a sum, a difference or a rest of those of a source."""
    margin = ROUNDING * abs(amount.value)
    distances = (abs(value - amount.value) for value in list_computed(amount, source))
    return any(distance <= margin for distance in distances)


def list_computed(amount: Amount, source: Source) -> Iterator[float]:
    """Yield what can be computed of the figures of a source that count what a figure counts."""
    alike = []
    for other in source.amounts[:MAX_FIGURES]:
        if other.unit == amount.unit:
            alike.append(other.value)
    for one, another in combinations(alike, 2):
        yield one + another
        yield abs(one - another)
    if amount.unit == PERCENT:
        for value in alike:
            yield WHOLE - value
