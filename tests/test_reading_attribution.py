"""Which lines are attributions, and what they say."""

from __future__ import annotations

import datetime

import pytest

from rag.reading.attribution import read_credit
from rag.reading.date_style import DateStyle
from rag.reading.lines import split_lines

DAY = datetime.date(2025, 12, 9)


def read(text, day_first=True):
    return read_credit(split_lines(text)[0], DateStyle(day_first))


@pytest.mark.parametrize(
    ("text", "publisher"),
    [
        ("About Amazon / 9 décembre 2025", "About Amazon"),
        ("engadget / 9 décembre 2025", "engadget"),
        ("9 décembre 2025 | Le Monde", "Le Monde"),
        ("Le Monde (9 décembre 2025)", "Le Monde"),
        ("*Handelsblatt · 9. Dezember 2025*", "Handelsblatt"),
        ("(El País, 9 de diciembre de 2025)", "El País"),
        ("Source : Les Échos, 9 décembre 2025", "Les Échos"),
        ("Il Sole 24 Ore – 9 dicembre 2025", "Il Sole 24 Ore"),
        ("The Sun, 9 December 2025", "The Sun"),
        ("De Volkskrant - dinsdag 9 december 2025", "De Volkskrant"),
        ("Reuters – Published on 9 December 2025", "Reuters"),
        ("Publié le 9 décembre 2025 dans La Croix", "La Croix"),
        ("By Jane Doe | Reuters | Dec 9, 2025", "Reuters"),
        ("La Tribune / 9 décembre 2025 / Lire l'article", "La Tribune"),
        ("Publié le 9 décembre 2025 à 10h30, mis à jour le 10 décembre 2025", None),
        ("Published on December 9, 2025 by Jane Doe", None),
        ("Veröffentlicht am 9. Dezember 2025", None),
        ("Publicado em 9 de dezembro de 2025", None),
        ("Gepubliceerd op 9 december 2025", None),
    ],
)
def test_attributions(text, publisher):
    """Wrong: an author as publisher, markup or labels in the name, a separator or language not known."""
    found = read(text)
    assert found is not None
    assert (found.publisher, found.date, found.explicit) == (publisher, DAY, True)


@pytest.mark.parametrize(
    "text",
    [
        "9 décembre 2025",
        "Paris, le 9 décembre 2025",
        "Paris, 9 décembre 2025",
        "Par Jean Roux, le 9 décembre 2025",
    ],
)
def test_bare_dates_and_datelines_name_no_publisher(text):
    """Wrong: the city of a dateline as the newspaper."""
    found = read(text)
    assert found is not None
    assert (found.publisher, found.date, found.explicit) == (None, DAY, False)


@pytest.mark.parametrize(
    "text",
    [
        "Le 9 décembre 2025, Amazon a tout annoncé.",
        "La réunion aura lieu le 9 décembre 2025",
        "Amazon supprime des postes dans le monde entier, 9 décembre 2025",
        "— Jeff Bezos, 9 décembre 2025",
        "« Tout change », 9 décembre 2025",
        "- La Tribune, 9 décembre 2025",
        "Réunion : 9 décembre 2025",
        "La Tribune / décembre 2025",
        "La Tribune",
        "5 / 9 / 12",
    ],
)
def test_other_lines(text):
    """Wrong: prose, quotations and list items taken for attributions: an article would be cut there."""
    assert read(text) is None


def test_a_linked_attribution_gives_the_address():
    """Wrong: the address in the publisher's name, or lost."""
    found = read("[Reuters](https://example.com/a) / 9 décembre 2025")
    assert found is not None
    assert (found.publisher, found.url) == ("Reuters", "https://example.com/a")
