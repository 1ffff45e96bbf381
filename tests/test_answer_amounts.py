"""Figures: one value whatever the writing, what they count, and when two of them cannot both be
right.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.amounts import Amount, differ, find_amounts, is_counting_word

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
        (
            "Il valait 53 milliards douze mois plus tôt, 3 millions un an après.",
            "fr",
            [(53e9, "douze"), (3e6, "un")],
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
    lost, that of the next number taken.
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


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("fr", "un an plus tôt (111,9 %)", "exact"),
        ("nl", "tot 900 banen", "limit"),
        ("fr", "Uber : 290 millions d'euros", "exact"),
        ("de", "über 290 Millionen Euro", "about"),
        ("fr", "jusqu’à 900 postes", "limit"),
        ("fr", "900 postes", "exact"),
        ("en", "up to 900 jobs", "limit"),
        ("en", "about 900 jobs", "about"),
        ("en", "more than another 900 jobs", "about"),
        ("en", "more than 20 towns and some 900 jobs", "about"),
        ("en", "at most $900", "limit"),
        ("zz", "up to 900 jobs", "exact"),
    ],
)
def test_hedges_are_read_in_the_language_of_the_sentence(
    language: str, sentence: str, expected: str
) -> None:
    """Catches "tôt" read as Dutch "tot" and "Uber" as German "über", a hedge with a word between
    left out, a limit that counts as about.
    """
    assert find_amounts(sentence, language)[-1].bound == expected


@pytest.mark.parametrize(("gap", "expected"), [(15, "about"), (16, "exact")])
def test_a_hedge_stands_in_the_last_24_characters(gap: int, expected: str) -> None:
    """Catches a hedge looked for in the whole sentence: 7 letters, a space, one word, a space."""
    [amount] = find_amounts(f"Environ {'x' * gap} 900 postes", "fr")
    assert amount.bound == expected


@pytest.mark.parametrize(
    ("year", "counts"), [(1899, True), (1900, False), (2100, False), (2101, True)]
)
def test_a_bare_number_of_a_year_counts_nothing(year: int, counts: bool) -> None:
    """Catches 2024 read as a figure, and 2101 ships or 1899 ships as a year."""
    assert bool(find_amounts(f"{year} navires", "fr")) == counts
    assert find_amounts(f"{year} postes", "fr")[0].unit == "people"
    assert find_amounts(f"{year} millions d'euros", "fr")[0].value == year * 1e6


@pytest.mark.parametrize(
    ("written", "value", "step"),
    [
        ("99", 99, 1),
        ("90", 90, 1),
        ("100", 100, 100),
        ("110", 110, 10),
        ("14 000", 14000, 1000),
        ("14.500", 14500, 100),
        ("8,5", 8.5, 0.1),
        ("8,50", 8.5, 0.01),
        ("1'250", 1250, 10),
        ("1.250,5", 1250.5, 0.1),
    ],
)
def test_the_step_is_that_of_the_last_digit(written: str, value: float, step: float) -> None:
    """Catches 90 taken for a rounded figure, decimals counted one off, a grouping point as a
    decimal one.
    """
    [amount] = find_amounts(f"ab {written} km", "fr")
    assert (amount.value, amount.step) == (pytest.approx(value), pytest.approx(step))
    assert amount.unit == "kilometre"


def amount(value: float, *, step: float = 1.0, bound: str = "exact") -> Amount:
    return Amount(value, step, "people", "jobs", bound, "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (amount(100), amount(100), False),
        (amount(100), amount(101), True),
        (amount(900, bound="about"), amount(1000), False),
        (amount(899, bound="about"), amount(1000), True),
        (amount(950), amount(1000, step=100), False),
        (amount(949), amount(1000, step=100), True),
        (amount(1000, step=1000), amount(1112), True),
        (amount(1000, step=1000), amount(1111), False),
        (amount(1, bound="limit"), amount(1000), False),
    ],
)
def test_rounding_has_two_limits(one: Amount, other: Amount, expected: bool) -> None:
    """Catches a tenth measured from the smaller figure, a whole step taken for half of one, and
    "about" that excuses anything.
    """
    assert differ(one, other) == differ(other, one) == expected


@pytest.mark.parametrize(
    ("language", "sentence", "wanted"),
    [
        ("en", "5 billion pounds", (5e9, "GBP")),
        ("fr", "5 billions d'euros", (5e12, "EUR")),
        ("de", "5 Billionen Euro", (5e12, "EUR")),
        ("es", "5 mil millones de euros", (5e9, "EUR")),
        ("it", "5 miliardi di euro", (5e9, "EUR")),
        ("pt", "5 milhões de pessoas", (5e6, "people")),
        ("nl", "5 miljard euro", (5e9, "EUR")),
        ("fr", "5 M€", (5e6, "EUR")),
        ("en", "£5 million", (5e6, "GBP")),
        ("en", "$5 bonus", (5.0, "USD")),
        ("en", "5 per cent", (5.0, "%")),
        ("fr", "5 pour cent", (5.0, "%")),
        ("en", "5 pour cent", (5.0, "pour")),
        ("fr", "5 nouveaux postes", (5.0, "people")),
        ("en", "5 yuan", (5.0, "CNY")),
    ],
)
def test_scales_and_units_are_those_of_the_language(
    language: str, sentence: str, wanted: tuple[float, str]
) -> None:
    """Catches a billion of another language, a scale of two words read as one, a sign before the
    number that is overruled by the word after it.
    """
    assert of(sentence, language) == [wanted]


@pytest.mark.parametrize(
    ("form", "language", "expected"),
    [
        ("milliards", "fr", True),
        ("postes", "fr", True),
        ("Stellen", "de", True),
        ("stellen", "fr", False),
        ("euros", "fr", True),
        ("km", "zz", True),
        ("port", "fr", False),
    ],
)
def test_counting_words(form: str, language: str, expected: bool) -> None:
    """Catches "jobs" compared as if it were part of what is said, and a word of another language."""
    assert is_counting_word(form, language) == expected
