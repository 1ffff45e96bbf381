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
    """Wrong: an author as publisher, markup or labels in the name, a separator or language not
    known."""
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
    """Wrong: prose, quotations and list items taken for attributions: an article would be cut
    there."""
    assert read(text) is None


def test_a_linked_attribution_gives_the_address():
    """Wrong: the address in the publisher's name, or lost."""
    found = read("[Reuters](https://example.com/a) / 9 décembre 2025")
    assert found is not None
    assert (found.publisher, found.url) == ("Reuters", "https://example.com/a")


def explicit(text):
    """Whether a line is an attribution that counts."""
    credit = read(text)
    return credit is not None and credit.explicit


@pytest.mark.parametrize(
    ("text", "is_credit"),
    [
        ("A" * 41 + " bcd" * 4 + " / 9 décembre 2025", True),  # a name of 57 characters
        ("A" * 60 + " / 9 décembre 2025", True),
        ("A" * 61 + " / 9 décembre 2025", False),
        ("A / 9 décembre 2025", False),
        ("AB / 9 décembre 2025", True),
        ("A b c d e f g / 9 décembre 2025", True),
        ("A b c d e f g h / 9 décembre 2025", False),
        ("Le journal du matin, 9 décembre 2025", False),
        ("Le Journal du matin, 9 décembre 2025", True),
        ("Le journal du / 9 décembre 2025", True),
        ("Le journal matin, 9 décembre 2025", True),
        ("journal matin, 9 décembre 2025", False),
        ("journal, 9 décembre 2025", True),
        ("La Une / 9 décembre 2025 / " + "x" * 38, True),
        ("La Une / 9 décembre 2025 / " + "x" * 39, False),
        ("La Une, 9 décembre 2025 / lire", False),
        ("La Une / 9 décembre 2025 lire", False),
        ("La Une (9 décembre 2025)", True),
        ("Ils étaient 12 % en 2024 / 9 décembre 2025", False),
        ("La Une 2024 / 9 décembre 2025", False),
        ("La Une ! / 9 décembre 2025", False),
        ("La « Une » / 9 décembre 2025", False),
    ],
)
def test_where_a_name_ends(text, is_credit):
    """Wrong: lengths off by one; a weak separator as good as a strong one; prose as a name."""
    assert explicit(text) is is_credit


def test_an_attribution_has_a_hundred_and_forty_characters():
    """Wrong: a limit off by one."""
    start = "Publié le 9 décembre 2025 à 10h30 dans la rubrique, "
    assert explicit(start + "x" * (140 - len(start)))
    assert not explicit(start + "x" * (141 - len(start)))


@pytest.mark.parametrize(("words", "is_credit"), [(11, True), (12, False)])
def test_a_verb_of_publishing_stands_among_few_words(words, is_credit):
    """Wrong: a sentence that tells when a book came out taken for an attribution."""
    assert explicit("un " * words + "publié 9 décembre 2025, un matin") is is_credit


@pytest.mark.parametrize(
    ("before", "publisher"),
    [
        ("By Jane | Reuters | ", "Reuters"),
        ("By Jane | Reuters, ", "Reuters"),
        ("By Jane Doe, ", None),
        ("By Jane, Reuters, ", None),
        ("Par X / reuters / ", "reuters"),
        ("By A B C D E F | G | ", None),  # nine words with the strokes: no by-line
    ],
)
def test_a_by_line_names_a_publisher_behind_a_stroke_only(before, publisher):
    """Wrong: the author as the publisher, a colleague after a comma as well."""
    credit = read(before + "9 December 2025")
    assert (credit.publisher if credit else None) == publisher


@pytest.mark.parametrize(("length", "publisher"), [(70, "Reuters"), (71, None)])
def test_a_by_line_has_seventy_characters(length, publisher):
    """Wrong: a limit off by one."""
    start, end = "By ", " | Reuters | "
    before = start + "x" * (length - len(start) - len(end)) + end
    credit = read(before + "9 December 2025")
    assert credit is not None
    assert credit.publisher == publisher


@pytest.mark.parametrize(
    ("text", "publisher"),
    [
        ("Zürich, 9. Dezember 2025", None),
        ("NEW YORK, 9 December 2025", None),
        ("Lille-Nord, le 9 décembre 2025", None),
        ("Paris / 9 décembre 2025", "Paris"),
        ("New York Post, 9 December 2025", "New York Post"),
    ],
)
def test_cities_open_datelines(text, publisher):
    """Wrong: a newspaper named like its city lost, a city of two words taken for a newspaper."""
    credit = read(text)
    assert credit is not None
    assert (credit.publisher, credit.explicit) == (publisher, publisher is not None)


@pytest.mark.parametrize(
    "text",
    [
        "parue le 9 décembre 2025 – La Croix",
        "Mis à jour le 9 décembre 2025 sur La Croix",
        "La Croix - Publiée le 9 décembre 2025",
        "Lu dans : La Croix, 9 décembre 2025",
        "[La Croix, 9 décembre 2025]",
    ],
)
def test_words_of_the_language_files(text):
    """Wrong: a word of two parts, a feminine form or brackets not read."""
    credit = read(text)
    assert credit is not None
    assert (credit.publisher, credit.date, credit.explicit) == ("La Croix", DAY, True)


def test_a_verb_is_no_publisher():
    """Wrong: "Mis à jour" as the newspaper because a dash follows it."""
    credit = read("Mis à jour – publié le 9 décembre 2025")
    assert credit is not None
    assert (credit.publisher, credit.explicit) == (None, True)
