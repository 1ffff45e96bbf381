"""What a comparison asks to be measured: "dearer" asks for money, "longer" for lengths and times.

The words stand in the ``[forms.measures]`` tables of the language files.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from rag.answer.polarity_words import compile_words
from rag.text import fold, load_section

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from re import Pattern

    from rag.answer.amounts import Amount

MONEY = "money"
LENGTHS = ("millimetre", "centimetre", "metre", "kilometre", "inch", "foot", "mile")
TIMES = ("second", "minute", "hour", "day", "week", "month", "year")
# The units of each other measure, as ``[answers.units]`` of the language files names them.
UNITS: Mapping[str, frozenset[str]] = {
    "extent": frozenset((*LENGTHS, *TIMES)),
    "weight": frozenset(("gram", "kilogram", "tonne")),
    "people": frozenset(("people",)),
}


@functools.cache
def load_measures(language: str) -> Mapping[str, Pattern[str]]:
    """Return the words of a language that ask for each measure, for folded text."""
    words = load_section(language, "forms").get("measures", {})
    measures = {}
    for name, entries in words.items():
        folded = map(fold, entries)
        measures[name] = compile_words(folded)
    return measures


def find_measure(asked: Iterable[str], language: str) -> str:
    """Return the measure that the words of a question ask for; mostly "", none."""
    text = fold(" ".join(asked))
    for name, words in load_measures(language).items():
        if words.search(text):
            return name
    return ""


def is_of_measure(amount: Amount, measure: str) -> bool:
    """Return whether a figure is of a measure; none is of ""."""
    if measure == MONEY:
        return amount.is_money
    return amount.unit in UNITS.get(measure, frozenset())
