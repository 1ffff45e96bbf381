"""Words that ask for figures of one measure, and the figures that are of it."""

from __future__ import annotations

import pytest

from rag.answer.amounts import find_amounts
from rag.answer.measures import UNITS, find_measure, is_of_measure, load_measures
from rag.text import list_languages_with, load_section


@pytest.mark.parametrize(
    ("asked", "language", "measure"),
    [
        ("chère", "fr", "money"),
        ("coûté", "fr", "money"),
        ("longue", "fr", "extent"),
        ("cheapest", "en", "money"),
        ("heavier", "en", "weight"),
        ("teurer", "de", "money"),
        ("länger", "de", "extent"),
        ("poblada", "es", "people"),
        ("bread", "en", ""),
    ],
)
def test_a_word_asks_for_a_measure(asked: str, language: str, measure: str) -> None:
    """Catches words that are held against folded text with their accents."""
    assert find_measure([asked], language) == measure


def test_a_figure_is_of_the_measure_of_its_unit() -> None:
    """Catches any figure for one of money, and one of no measure for what is not asked."""
    length, money = find_amounts("It is 11 kilometres long and cost 73 million euros.", "en")
    assert is_of_measure(length, "extent") and not is_of_measure(length, "money")
    assert is_of_measure(money, "money") and not is_of_measure(money, "extent")
    assert not is_of_measure(money, "")


def test_every_measure_has_units_that_the_languages_know() -> None:
    """Catches a measure or a unit that is spelt otherwise in a language file."""
    languages = list_languages_with("forms", "measures")
    assert len(languages) == 7
    for language in languages:
        assert set(load_measures(language)) == {"money", *UNITS}
    known = set(load_section("en", "answers")["units"])
    assert set().union(*UNITS.values()) <= known
