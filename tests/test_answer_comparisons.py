"""Rows of a comparison: each of its own thing, ordered where figures are of one kind."""

from __future__ import annotations

from sentences import candidates

from rag.answer.comparisons import compare_things
from rag.answer.thing_statements import ThingEvidence
from rag.question.compared_things import ComparedThing


def compare(
    *things: tuple[str, list[str]],
    asked: tuple[str, ...] = ("budget",),
    is_ascending: bool = False,
    title: str = "News",
) -> list[tuple[str, str, str]]:
    """Label, quotation and figure of each row."""
    evidence = []
    for name, sentences in things:
        thing = ComparedThing(name, f"the budget of {name}", asked)
        found = candidates(*sentences, language="en", title=title, path=f"{name}.txt")
        each = ThingEvidence(thing, found, range(len(found)), {}, is_answered=True)
        evidence.append(each)
    rows = compare_things(evidence, "en", asks_for_all=not asked, is_ascending=is_ascending)
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


def test_figures_and_names_of_one_sentence_are_in_one_order() -> None:
    """Catches the figure behind a name that stands behind its own."""
    both = "A ticket costs 34 euros from Orbina and 31 euros from Vaubrun."
    rows = compare(("Vaubrun", [both]), ("Orbina", [both]), asked=("ticket",))
    assert rows == [("Orbina", both, "34"), ("Vaubrun", both, "31")]


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


def test_a_word_of_degree_asks_for_figures_of_its_measure() -> None:
    """Catches a length where the price is asked for, and a price that does not say "dear"."""
    ring = "The Ring line is longer: 11 miles, 26 minutes, 73 million euros."
    talk = "The Shore line has divided the council for years."
    shore = "The Shore line takes 17 minutes and will need 48 million euros."
    things = ("Ring line", [ring]), ("Shore line", [talk, shore])
    rows = compare(*things, asked=("expensive",))
    assert rows == [("Ring line", ring, "73 million"), ("Shore line", shore, "48 million")]
    rows = compare(*things, asked=("longer",))
    assert rows == [("Ring line", ring, "11"), ("Shore line", shore, "17")]


def test_a_sentence_without_a_figure_gives_way_to_one_with_what_is_asked() -> None:
    """Catches what is said of both things where their pupils are asked for."""
    both = "Either Achnary Primary or Torbeg Primary will close next summer."
    achnary = "Achnary has 23 pupils and a leaking roof."
    torbeg = "Torbeg Primary has 17 pupils."
    sentences = [both, achnary, torbeg]
    things = ("Achnary Primary", sentences), ("Torbeg Primary", sentences)
    rows = compare(*things, asked=("pupils",))
    assert rows == [("Achnary Primary", achnary, "23"), ("Torbeg Primary", torbeg, "17")]


def test_a_part_of_a_name_counts_where_the_passage_has_all_of_it() -> None:
    """Catches a town for its school, where nobody speaks of the school."""
    town = "Achnary has 23 pupils in four classes."
    torbeg = "Torbeg Primary has 17 pupils."
    rows = compare(("Achnary Primary", [town]), ("Torbeg Primary", [torbeg]), asked=("pupils",))
    assert rows == [("Torbeg Primary", torbeg, "17"), ("Achnary Primary", "", "")]


def test_a_sentence_is_not_compared_with_itself() -> None:
    """Catches one sentence on both things twice, where each has its own."""
    both = "A ticket costs 34 euros from Orbina and 31 euros from Vaubrun."
    orbina = "Orbina spent 4 million euros on its station."
    vaubrun = "Vaubrun spent 6 million euros on its station."
    sentences = [both, orbina, vaubrun]
    rows = compare(("Orbina", sentences), ("Vaubrun", sentences), asked=())
    assert rows == [("Vaubrun", vaubrun, "6 million"), ("Orbina", orbina, "4 million")]
