"""Values as a reader reads them: what can be compared, and what cannot both be right."""

from __future__ import annotations

import pytest

from rag.answer.read_values import is_comparable, read_value, values_differ, write_numbers


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        ("four people", "en", "4 people"),
        ("twenty-two", "en", "22"),
        ("vierzehn Menschen", "de", "14 Menschen"),
        ("une trentaine de loups", "fr", "une 30 de loups"),
        ("dreißig", "de", "30"),
        ("two hundred", "en", "2 hundred"),
        ("nobody", "en", "nobody"),
        ("quatre-vingt-dix élus", "fr", "90 élus"),
        ("quatre-vingts, soixante-douze", "fr", "80, 72"),
        ("vingt et un bus, vingt et trente", "fr", "21 bus, 20 et 30"),
        ("soixante et onze, dix-sept", "fr", "71, 17"),
        ("une ville et quatre vingtaines", "fr", "une ville et 4 vingtaines"),
        ("treinta y cinco o cuatro y veinte", "es", "35 o 4 y 20"),
    ],
)
def test_number_words_are_written_in_digits(value: str, language: str, expected: str) -> None:
    """Catches a compound that becomes two numbers, and words that are lost between them."""
    assert write_numbers(value, language) == expected


@pytest.mark.parametrize(
    ("sentence", "value", "language", "other_sentence", "other_value", "other_language", "differs"),
    [
        ("Four people died.", "Four", "en", "Es starben 6 Menschen.", "6", "de", True),
        ("It has 48 beds.", "48", "en", "Es hat 48 Betten.", "48", "de", False),
        ("Some 20,000 live there.", "20,000", "en", "It has 20,480 people.", "20,480", "en", False),
        ("It is 3.2 kilometres long.", "3.2 kilometres", "en", "Es misst 3.200 Meter.", "3.200 Meter", "de", False),
        ("It opens on 6 September.", "6 September", "en", "Il ouvre le 4 octobre.", "4 octobre", "fr", True),
        ("It opens on 6 September.", "6 September", "en", "It opens in September.", "September", "en", False),
        ("From 3 to 8 October.", "3 to 8 October", "en", "On 5 October.", "5 October", "en", False),
        ("Built in 1694.", "1694", "en", "Gebaut 1738.", "1738", "de", True),
        ("On Monday.", "Monday", "en", "Am Dienstag.", "Dienstag", "de", True),
        ("Nuria Calvet leads it.", "Nuria Calvet", "en", "Lo dirige Iván Robledo.", "Iván Robledo", "es", True),
        ("Nuria Calvet leads it.", "Nuria Calvet", "en", "Calvet lo dirige.", "Calvet", "es", False),
        ("Par la foudre.", "la foudre", "fr", "Une erreur humaine.", "une erreur humaine", "fr", True),
    ],
)  # fmt: skip
def test_values_that_can_be_compared(
    sentence: str,
    value: str,
    language: str,
    other_sentence: str,
    other_value: str,
    other_language: str,
    differs: bool,
) -> None:
    """Catches a rounding, a unit, a month around its day or half a name taken for a contradiction."""
    one = read_value(sentence, value, language)
    other = read_value(other_sentence, other_value, other_language)
    assert is_comparable(one, other)
    assert values_differ(one, other) == differs
    assert values_differ(other, one) == differs


@pytest.mark.parametrize(
    ("sentence", "value", "other_sentence", "other_value"),
    [
        ("Founded in 1925.", "1925", "It is 100 years old.", "100 years"),
        ("It has 1,450 workers.", "1,450", "12 % are women.", "12 %"),
        ("It cost £2 million.", "£2 million", "It cost $3 million.", "$3 million"),
        ("Twelve people died.", "Twelve", "Anna Foss wrote it.", "Anna Foss"),
    ],
)
def test_values_of_two_kinds_are_not_compared(
    sentence: str, value: str, other_sentence: str, other_value: str
) -> None:
    """Catches an age set against a year, a share against a total, one currency against another."""
    one = read_value(sentence, value, "en")
    other = read_value(other_sentence, other_value, "en")
    assert not is_comparable(one, other)
