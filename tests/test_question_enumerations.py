"""Enumerations: items of a sentence, or none where they cannot be told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.enumerations import find_enumerations


def items(language: str, sentence: str) -> list[list[str]]:
    return [
        [sentence[start:end] for start, end in spans]
        for spans in find_enumerations(sentence, language)
    ]


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        (
            "fr",
            "Les lignes concernées sont le tram, le bus et la navette fluviale.",
            ["le tram", "le bus", "la navette fluviale"],
        ),
        (
            "fr",
            "Vaubrun, Marsel et Trois-Vallées ont signé la charte.",
            ["Vaubrun", "Marsel", "Trois-Vallées"],
        ),
        (
            "fr",
            "Ont été élus Anna Perrin, Jules Vasseur et Mona Lefort, annonce la mairie.",
            ["Anna Perrin", "Jules Vasseur", "Mona Lefort"],
        ),
        (
            "fr",
            "Les communes voisines d'Orbin, de Marsel et de Trèfles participent.",
            ["d'Orbin", "de Marsel", "de Trèfles"],
        ),
        (
            "fr",
            "Trois communes (Vaubrun, Marsel et Saint-Aubin) rejoignent le réseau.",
            ["Vaubrun", "Marsel", "Saint-Aubin"],
        ),
        (
            "en",
            "The towns of Marsel, Vaubrun, St. Aubin and Trois-Vallées have joined.",
            ["Marsel", "Vaubrun", "St. Aubin", "Trois-Vallées"],
        ),
        (
            "en",
            "Four bid: Kastor, Verlune Energy, the Orbin Group and Tessel.",
            ["Kastor", "Verlune Energy", "the Orbin Group", "Tessel"],
        ),
        (
            "en",
            "Members are Anna Perrin (chair), Jules Vasseur and Mona Lefort.",
            ["Anna Perrin (chair)", "Jules Vasseur", "Mona Lefort"],
        ),
        (
            "de",
            "Beteiligt sind die Stadt Marsel, der Kreis Orbin und die Firma Kastor.",
            ["die Stadt Marsel", "der Kreis Orbin", "die Firma Kastor"],
        ),
        (
            "es",
            "Participarán los municipios de Marsel, Vaubrun y Orbín.",
            ["Marsel", "Vaubrun", "Orbín"],
        ),
    ],
)
def test_an_enumeration_is_split_at_its_items(
    language: str, sentence: str, expected: list[str]
) -> None:
    """Catches items that keep the words before the first or behind the last."""
    assert items(language, sentence) == [expected]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The mayor, who is ill, and the council met, but the budget was not approved."),
        ("fr", "L'usine, la laiterie et le moulin de Saint-Aubin fermeront."),
        (
            "fr",
            "Le musée mise sur une exposition de flacons, du 4 avril au 27 mai, et sur une nocturne.",
        ),
        ("zh", "参加的城市有北京、上海和广州。"),
        ("en", "Marsel and Vaubrun have joined."),
    ],
)
def test_what_cannot_be_told_apart_is_no_enumeration(language: str, sentence: str) -> None:
    """Catches clauses split as items, a verb taken into the last one, and mixed prepositions."""
    assert items(language, sentence) == []


@given(st.text(max_size=200), st.sampled_from(["fr", "en", "de", "ja", "xx"]))
def test_items_are_in_order_and_inside_the_sentence(sentence: str, language: str) -> None:
    """Catches spans that overlap or leave the sentence."""
    for spans in find_enumerations(sentence, language):
        end_before = 0
        for start, end in spans:
            assert end_before <= start < end <= len(sentence)
            end_before = end
