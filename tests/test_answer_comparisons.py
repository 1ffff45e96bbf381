"""Rows of a comparison: each of its own thing, ordered where figures are of one kind."""

from __future__ import annotations

from sentences import candidates

from rag.answer.comparisons import ThingEvidence, compare_things
from rag.question.compared_things import ComparedThing


def compare(
    *things: tuple[str, list[str]], is_ascending: bool = False, title: str = "News"
) -> list[tuple[str, str, str]]:
    """Label, quotation and figure of each row."""
    evidence = []
    for name, sentences in things:
        thing = ComparedThing(name, f"the budget of {name}", ("budget",))
        found = candidates(*sentences, language="en", title=title, path=f"{name}.txt")
        each = ThingEvidence(thing, found, range(len(found)), {}, is_answered=True)
        evidence.append(each)
    rows = compare_things(evidence, "en", asks_for_all=False, is_ascending=is_ascending)
    return [
        (
            row.label,
            row.quotation.text if row.quotation else "",
            row.amount.text if row.amount else "",
        )
        for row in rows
    ]


SMALL = "The budget of Vaubrun is 4 million euros."
LARGE = "Marsel has a budget of 6.8 million euros."
POUNDS = "The budget of Marsel is 5 million pounds."


def test_figures_of_one_kind_order_the_rows() -> None:
    """Catches rows in the order of the question, and the least shown last where it is asked for."""
    rows = compare(("Vaubrun", [SMALL]), ("Marsel", [LARGE]))
    assert rows == [("Marsel", LARGE, "6.8 million"), ("Vaubrun", SMALL, "4 million")]
    assert compare(("Vaubrun", [SMALL]), ("Marsel", [LARGE]), is_ascending=True) == rows[::-1]


def test_figures_of_two_kinds_order_nothing() -> None:
    """Catches euros compared with pounds."""
    rows = compare(("Vaubrun", [SMALL]), ("Marsel", [POUNDS]))
    assert [label for label, _, _ in rows] == ["Vaubrun", "Marsel"]


def test_a_thing_that_nobody_speaks_of_has_an_empty_row() -> None:
    """Catches a sentence on one thing quoted for the other."""
    rows = compare(("Orbin", [SMALL, LARGE]), ("Marsel", [SMALL, LARGE]))
    assert rows == [("Marsel", LARGE, "6.8 million"), ("Orbin", "", "")]


def test_one_sentence_may_be_of_both_things() -> None:
    """Catches the first figure of a sentence taken for both."""
    both = "Vaubrun spends 4 million euros, while Marsel spends 6 million euros."
    rows = compare(("Vaubrun", [both]), ("Marsel", [both]))
    assert rows == [("Marsel", both, "6 million"), ("Vaubrun", both, "4 million")]


def test_a_title_says_of_which_thing_a_sentence_is() -> None:
    """Catches a sentence without a name that is lost, and one under a title that names both."""
    plain = "The budget of the town is 4 million euros."
    rows = compare(("Vaubrun", [plain]), ("Marsel", [LARGE]), title="Vaubrun votes its budget")
    assert ("Vaubrun", plain, "4 million") in rows
    rows = compare(("Vaubrun", [plain]), ("Marsel", [plain]), title="Vaubrun and Marsel vote")
    assert rows == [("Vaubrun", "", ""), ("Marsel", "", "")]


def test_a_figure_is_preferred_where_the_other_thing_has_one() -> None:
    """Catches talk about one thing beside the figure of the other."""
    talk = "The budget of Vaubrun was hotly debated."
    rows = compare(("Vaubrun", [talk, SMALL]), ("Marsel", [LARGE]))
    assert ("Vaubrun", SMALL, "4 million") in rows
    assert compare(("Vaubrun", [talk]), ("Marsel", [LARGE]))[0] == ("Vaubrun", talk, "")
