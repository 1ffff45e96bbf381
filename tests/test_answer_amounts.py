"""Figures: one value whatever the writing, what they count, and when two of them cannot both be
right.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.amounts import differ, find_amounts

WRITINGS = {
    "fr": (" ", ","),
    "en": (",", "."),
    "de": (".", ","),
    "es": (".", ","),
    "it": ("\u202f", ","),
    "nl": ("\u00a0", ","),
}


def of(sentence: str, language: str = "en") -> list[tuple[float, str]]:
    return [
        (amount.value, amount.unit or amount.word) for amount in find_amounts(sentence, language)
    ]


@given(
    value=st.integers(1, 10**9 - 1),
    decimals=st.integers(0, 99),
    language=st.sampled_from(sorted(WRITINGS)),
)
def test_a_number_is_one_value_however_it_is_written(
    value: int, decimals: int, language: str
) -> None:
    """Wrong: 14.000 read as 14, 1 234 as two numbers, 8,5 as 85."""
    gap, comma = WRITINGS[language]
    whole = f"{value:,}".replace(",", gap)
    [amount] = find_amounts(f"ab {whole} km", language)
    assert (amount.value, amount.text) == (value, whole)
    [amount] = find_amounts(f"ab {whole}{comma}{decimals:02} km", language)
    assert amount.value == pytest.approx(value + decimals / 100)


@pytest.mark.parametrize(
    ("sentence", "language", "wanted"),
    [
        (
            "Amazon supprime 14 000 postes, soit 8,5 % du total.",
            "fr",
            [(14000, "people"), (8.5, "%")],
        ),
        ("Google pays $17.5 billion to 1,200 workers.", "en", [(17.5e9, "USD"), (1200, "people")]),
        ("Die Bahn zahlt 17,5 Milliarden Euro.", "de", [(17.5e9, "EUR")]),
        ("una inversión de 17.500 millones de dólares", "es", [(17.5e9, "USD")]),
        ("35 milliards d’euros", "fr", [(35e9, "EUR")]),
        ("One billion dollars: 2 billion euros", "en", [(2e9, "EUR")]),
        ("2 billions d'euros", "fr", [(2e12, "EUR")]),
        ("El paro sube al 8,5 por ciento.", "es", [(8.5, "%")]),
        (
            "La ligne aura 18 stations et 370 nouveaux postes.",
            "fr",
            [(18, "stations"), (370, "people")],
        ),
        ("Am 9. Dezember 2025, im Jahr 2024, wie 1998", "de", []),
        ("le 9 décembre, de 10-15 % en 2019, Covid-19, G20, Boeing 737.", "fr", []),
        ("", "en", []),
    ],
)
def test_what_a_sentence_counts(
    sentence: str, language: str, wanted: list[tuple[float, str]]
) -> None:
    """Wrong: a year or a day as a figure, a billion that is a milliard, a unit behind an adjective
    lost.
    """
    assert of(sentence, language) == wanted


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        ("370 jobs", "350 jobs", True),
        ("8.5 % of them", "10 % of them", True),
        ("14 000 postes", "14,000 jobs", False),
        ("13 milliards d'euros", "13,2 milliards d'euros", False),
        ("plus de 13 milliards d'euros", "14,1 milliards d'euros", False),
        ("about 30 million pounds", "29.6 million pounds", False),
        ("9 % of them", "8.5 % of them", False),
        ("up to 30,000 jobs", "14,000 jobs", False),
        ("bis zu 900 Stellen", "1.200 Stellen", False),
        ("1,200 jobs", "900 jobs", True),
    ],
)
def test_when_figures_differ(one: str, other: str, differs: bool) -> None:
    """Wrong: a rounded figure or a limit called a contradiction, a contradiction called rounding."""
    [first], [second] = (
        find_amounts(
            text, "de" if "Stellen" in text else "fr" if "d'" in text or "postes" in text else "en"
        )
        for text in (one, other)
    )
    assert differ(first, second) == differ(second, first) == differs


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    """Wrong: a crash on digits of other scripts, on a lone sign, on a number without end."""
    for amount in find_amounts(text, "fr"):
        assert amount.value >= 0
        assert not differ(amount, amount)
