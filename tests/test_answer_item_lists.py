"""Items that articles list: split, joined without doubles, never the question's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sentences import candidates

from rag.answer.item_lists import ListedItem, Reading, list_items

if TYPE_CHECKING:
    from rag.answer.quotation_spans import Candidate

FIRST = "The towns of Marsel, Vaubrun and Orbin have joined the network."
SECOND = "Members are now Orbin, Vaubrun and Trèfles."


def list_of(
    places: list[int], found: list[Candidate], question: str, values: dict[int, str] | None = None
) -> list[ListedItem]:
    return list_items(places, Reading(found, question, values or {}))


def test_items_of_several_sentences_are_listed_once() -> None:
    """Catches an item that stands twice, and one whose second source is lost."""
    found = candidates(FIRST, SECOND, language="en")
    items = list_of([0, 1], found, "Which towns have joined?")
    assert [item.label for item in items] == ["Marsel", "Vaubrun", "Orbin", "Trèfles"]
    assert [len(item.quotations) for item in items] == [1, 2, 2, 1]


def test_what_the_question_says_is_no_item() -> None:
    """Catches the things of the question given back as its answer."""
    found = candidates(FIRST, language="en")
    assert list_of([0], found, "Why have Marsel, Vaubrun and Orbin joined?") == []


def test_bullets_below_a_line_are_its_items() -> None:
    """Catches a list in Markdown that is no enumeration in a sentence."""
    found = candidates(
        "The following towns have joined:", "- Marsel", "- Vaubrun", "The others wait.",
        language="en",
    )  # fmt: skip
    items = list_of([0], found, "Which towns have joined?")
    assert [item.label for item in items] == ["Marsel", "Vaubrun"]
    assert [item.quotations[0].text for item in items] == ["- Marsel", "- Vaubrun"]


@pytest.mark.parametrize(
    ("language", "sentence", "value", "expected"),
    [
        (
            "fr",
            "La mairie a choisi pour le toit la tuile de Marsel et le mélèze.",
            "la tuile de Marsel et le mélèze",
            ["la tuile de Marsel", "le mélèze"],
        ),
        (
            "en",
            "Two patrons, the actor Jude Orbin and the novelist Petra Hollin, have paid for it.",
            "paid",
            ["the actor Jude Orbin", "the novelist Petra Hollin"],
        ),
        (
            "es",
            "Contará con un museo de las redes y una parada de autobús.",
            "un museo de las redes y una parada de autobús",
            ["un museo de las redes", "una parada de autobús"],
        ),
        ("en", "The mayor and the council have met in Orbin.", "Orbin", []),
    ],
)
def test_two_joined_things_are_items_where_both_answer(
    language: str, sentence: str, value: str, expected: list[str]
) -> None:
    """Catches a pair that is lost, and one that is no answer."""
    found = candidates(sentence, language=language)
    items = list_of([0], found, "?", {0: value})
    assert [item.label for item in items] == expected


def test_a_list_goes_on_in_the_next_sentence() -> None:
    """Catches the items of "So will …" lost, and a sentence that goes on with something else."""
    found = candidates(
        "The choir will move to the barn.",
        "So will the film club, the band and the dancers.",
        "The county also plans a road.",
        language="en",
    )
    items = list_of([1], found, "Which groups will move?")
    assert [item.label for item in items] == ["", "the film club", "the band", "the dancers"]
    assert items[0].quotations[0].text == "The choir will move to the barn."
