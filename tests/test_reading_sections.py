"""Sections in capitals are cut into figures and briefs."""

from __future__ import annotations

import pytest

from rag.reading.layout import Layout
from rag.reading.lines import split_lines
from rag.reading.sections import cut_sections


def cut(text):
    """The titles and texts of all parts."""
    layout = Layout(text, split_lines(text))
    stories = cut_sections(layout, 0, len(layout.lines))
    return [(story.title, text[story.start : story.end]) for story in stories]


def test_items_are_stories_and_loose_lines_are_one():
    """Wrong: markers in the text, a continuation line as a story, paragraphs one by one."""
    text = (
        "EN BREF :\n- Un musée ferme\npour deux mois.\n- Une baleine passe.\n\nUn mot. De fin.\n"
        "Encore un mot.\n---\nET PUIS\nUn texte.\n\nUn autre.\n"
    )
    assert cut(text) == [
        (None, "Un musée ferme\npour deux mois."),
        (None, "Une baleine passe."),
        ("En bref", "Un mot. De fin.\nEncore un mot."),
        ("Et puis", "Un texte.\n\nUn autre."),
    ]


@pytest.mark.parametrize(
    ("opening", "title"),
    [
        ("42 %", "Le chiffre – 42 %"),
        ("x" * 37 + " 42", "Le chiffre – " + "x" * 37 + " 42"),
        ("x" * 38 + " 42", "Le chiffre"),
        ("beaucoup", "Le chiffre"),
        ("42 %.", "Le chiffre"),
    ],
)
def test_a_figure_names_its_part(opening, title):
    """Wrong: a sentence or a line over forty characters as the figure, the figure left out."""
    assert cut(f"LE CHIFFRE\n{opening}\nVoilà la part.\n")[0][0] == title


def test_a_figure_alone_is_no_title():
    """Wrong: a part whose title is all of its text."""
    assert cut("LE CHIFFRE\n42 %\n") == [("Le chiffre", "42 %")]


def test_before_the_first_section_a_headline_is_a_title():
    """Wrong: the first words of a wrapped paragraph as its title, a part before sections lost."""
    assert cut("Une usine ouvre\n\nUn texte.\n")[0][0] == "Une usine ouvre"
    assert cut("Une usine ouvre\nses portes lundi.\n")[0][0] is None
    assert cut("VITE DITS\n---\n") == []
