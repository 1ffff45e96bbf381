"""The things of a comparison, and what is searched for each."""

from __future__ import annotations

import pytest

from rag.question.compared_things import Comparison, list_compared_things


@pytest.mark.parametrize(
    ("language", "comparison", "expected"),
    [
        (
            "fr",
            Comparison("le prix du pain à Vaubrun et à Marsel"),
            [("Vaubrun", "le prix du pain à Vaubrun"), ("Marsel", "le prix du pain à Marsel")],
        ),
        (
            "fr",
            Comparison("le budget de Vaubrun et celui de Marsel"),
            [("Vaubrun", "le budget de Vaubrun"), ("Marsel", "le budget de Marsel")],
        ),
        (
            "fr",
            Comparison("le coût du tram de Vaubrun et de celui de Marsel"),
            [("Vaubrun", "le coût du tram de Vaubrun"), ("Marsel", "le coût du tram de Marsel")],
        ),
        (
            "fr",
            Comparison("les emplois chez Kastor, Verlune et Orbin"),
            [
                ("Kastor", "les emplois chez Kastor"),
                ("Verlune", "les emplois chez Verlune"),
                ("Orbin", "les emplois chez Orbin"),
            ],
        ),
        (
            "en",
            Comparison(tail="the tram and the bus is cheaper"),
            [("tram", "the tram is cheaper"), ("bus", "the bus is cheaper")],
        ),
        (
            "en",
            Comparison("the bridge of Vaubrun and the tunnel of Marsel"),
            [
                ("bridge of Vaubrun", "the bridge of Vaubrun"),
                ("tunnel of Marsel", "the tunnel of Marsel"),
            ],
        ),
        (
            "en",
            Comparison("council tax marsel", other="vaubrun"),
            [("marsel", "council tax marsel"), ("vaubrun", "council tax vaubrun")],
        ),
        (
            "de",
            Comparison("die Weinlese in Marsel und Vaubrun"),
            [("Marsel", "die Weinlese in Marsel"), ("Vaubrun", "die Weinlese in Vaubrun")],
        ),
        (
            "fr",
            Comparison("Google et Microsoft en Inde"),
            [("Google", "Google en Inde"), ("Microsoft", "Microsoft en Inde")],
        ),
        (
            "fr",
            Comparison("Réparer ou reconstruire le pont", rest="coûte le plus cher"),
            [
                ("Réparer", "Réparer le pont coûte le plus cher"),
                ("reconstruire", "reconstruire le pont coûte le plus cher"),
            ],
        ),
        (
            "de",
            Comparison("die Straßenbahn und der Bus in Marsel"),
            [
                ("Straßenbahn", "die Straßenbahn in Marsel"),
                ("Bus", "der Bus in Marsel"),
            ],
        ),
        (
            "en",
            Comparison("Vaubrun and the University of Marsel"),
            [("Vaubrun", "Vaubrun"), ("University of Marsel", "the University of Marsel")],
        ),
        (
            "es",
            Comparison("el de Orbina o el de Valdeluz", rest="mercado tiene más puestos"),
            [
                ("Orbina", "mercado de Orbina tiene más puestos"),
                ("Valdeluz", "mercado de Valdeluz tiene más puestos"),
            ],
        ),
    ],
)
def test_each_thing_is_searched_with_what_is_asked_of_all(
    language: str, comparison: Comparison, expected: list[tuple[str, str]]
) -> None:
    """Catches a thing that keeps the shared words to itself, and one that loses them."""
    things = list_compared_things(comparison, language)
    assert [(thing.label, thing.question) for thing in things] == expected


def test_one_thing_and_a_clause_are_no_comparison() -> None:
    """Catches every question with an "and" taken for a comparison."""
    assert list_compared_things(Comparison("la piscine"), "fr") == []
    clause = "the mayor who has been in office since the flood of the year before last and x"
    assert list_compared_things(Comparison(clause), "en") == []


def test_bare_things_ask_for_nothing_particular() -> None:
    """Catches articles and auxiliaries taken for what is asked."""
    things = list_compared_things(Comparison("the tram and the bus"), "en")
    assert [thing.asked for thing in things] == [(), ()]
