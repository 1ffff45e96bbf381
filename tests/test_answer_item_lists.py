"""Items that articles list: split, joined without doubles, never the question's own words."""

from __future__ import annotations

from sentences import candidates

from rag.answer.item_lists import list_items

FIRST = "The towns of Marsel, Vaubrun and Orbin have joined the network."
SECOND = "Members are now Orbin, Vaubrun and Trèfles."


def test_items_of_several_sentences_are_listed_once() -> None:
    """Catches an item that stands twice, and one whose second source is lost."""
    found = candidates(FIRST, SECOND, language="en")
    items = list_items([0, 1], found, "Which towns have joined?")
    assert [item.label for item in items] == ["Marsel", "Vaubrun", "Orbin", "Trèfles"]
    assert [len(item.quotations) for item in items] == [1, 2, 2, 1]


def test_what_the_question_says_is_no_item() -> None:
    """Catches the things of the question given back as its answer."""
    found = candidates(FIRST, language="en")
    assert list_items([0], found, "Why have Marsel, Vaubrun and Orbin joined?") == []


def test_bullets_below_a_line_are_its_items() -> None:
    """Catches a list in Markdown that is no enumeration in a sentence."""
    found = candidates(
        "The following towns have joined:", "- Marsel", "- Vaubrun", "The others wait.",
        language="en",
    )  # fmt: skip
    items = list_items([0], found, "Which towns have joined?")
    assert [item.label for item in items] == ["Marsel", "Vaubrun"]
    assert [item.quotations[0].text for item in items] == ["- Marsel", "- Vaubrun"]
