"""What a line looks like."""

from __future__ import annotations

import pytest

from rag.reading import lines


def line(text):
    return lines.split_lines(text)[0]


def test_lines_know_what_stands_before_them():
    """Wrong: \\r\\n counted as two line ends; white space on a blank line as a line; code read as headings."""
    rows = lines.split_lines("a\r\nb\r\n \t\r\nc\n\n\n```\n# d\n```\ne\rf\r\rg")
    assert [row.text for row in rows] == ["a", "b", "c", "```", "# d", "```", "e", "f", "g"]
    assert [row.follows_blank for row in rows] == [
        True,
        False,
        True,
        True,
        False,
        False,
        False,
        False,
        True,
    ]
    assert [row.is_code for row in rows] == [False] * 3 + [True] * 3 + [False] * 3


@pytest.mark.parametrize("text", ["---", "***", "* * *", "=====", "~~~~~ ~~~", "_ _ _"])
def test_rules(text):
    """Wrong: a rule taken for a list item or a headline."""
    row = lines.split_lines("x\n" + text)[1]
    assert lines.is_rule(row) or text.startswith("~")
    assert not lines.bullet_length(row)
    assert not lines.is_headline(row)


@pytest.mark.parametrize(
    "text",
    [
        "VITE DITS",
        "CHIFFRE DE LA SEMAINE",
        "## NEWS IN BRIEF",
        "**ZAHL DER WOCHE**",
        "EN BREVE :",
        "BRÈVES",
    ],
)
def test_sections(text):
    """Wrong: only plain capitals without accents or markup."""
    assert lines.is_section(line(text))


@pytest.mark.parametrize(
    "text",
    [
        "Vite dits",
        "NON !",
        "IL A DIT NON.",
        "10,7%",
        "- VITE DITS",
        "CNN",
        "北京上海天津",
        "A" * 80,
    ],
)
def test_no_sections(text):
    """Wrong: shouts, figures and scripts without capitals as section titles."""
    assert not lines.is_section(line(text))


@pytest.mark.parametrize(
    "text",
    [
        "Une usine ouvre",
        "Qui paiera ?",
        "1. Une usine ouvre",
        "## Une usine",
        "« Je pars », dit le maire",
        "**Une usine ouvre**",
    ],
)
def test_headlines(text):
    """Wrong: question marks, numbers or quotation marks forbidden in headlines."""
    assert lines.is_headline(line(text))


@pytest.mark.parametrize(
    "text",
    [
        "Une usine ouvre.",
        "- Une usine ouvre",
        "> Une usine ouvre",
        "10,7%",
        "x" * 200,
        "Elle cherche :",
    ],
)
def test_no_headlines(text):
    """Wrong: sentences, items and quotation blocks as titles."""
    assert not lines.is_headline(line(text))


def test_titles_are_plain_and_short():
    """Wrong: markup in a title, a word cut in two, a title longer than asked for."""
    assert lines.strip_markup("## **Une** _usine_ [ouvre](http://a.fr) ##") == "Une usine ouvre"
    assert lines.strip_markup("snake_case * 2 * 3") == "snake_case * 2 * 3"
    long = "Amazon s’apprête à supprimer jusqu’à trente mille postes dans ses divisions logistique et cloud"
    assert (
        lines.shorten(long)
        == "Amazon s’apprête à supprimer jusqu’à trente mille postes dans ses divisions logistique et…"
    )
    assert len(lines.shorten("x" * 500)) <= 90
    assert lines.make_title("Un titre. Et la suite.", 0, 22) == "Un titre"
    assert lines.find_link("voir https://a.fr/b.") == "https://a.fr/b"
