"""What a line looks like."""

from __future__ import annotations

import pytest

from rag.reading import lines


def line(text):
    return lines.split_lines(text)[0]


def test_lines_know_what_stands_before_them():
    """Wrong: \\r\\n counted as two line ends; white space on a blank line as a line; code read as
    headings."""
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
    long = (
        "Amazon s’apprête à supprimer jusqu’à trente mille postes dans ses divisions logistique "
        "et cloud"
    )
    assert lines.shorten(long) == (
        "Amazon s’apprête à supprimer jusqu’à trente mille postes dans ses divisions logistique et…"
    )
    assert len(lines.shorten("x" * 500)) <= 90
    assert lines.make_title("Un titre. Et la suite.", 0, 22) == "Un titre"
    assert lines.find_link("voir https://a.fr/b.") == "https://a.fr/b"


@pytest.mark.parametrize(
    ("text", "is_headline"),
    [
        ("a" * 7, False),
        ("a" * 8, True),
        ("a" * 150, True),
        ("a" * 151, False),
        ("abcde 12", False),
        ("abcdef 12", True),
        ("# a", True),
        ("# " + "a" * 151, True),
        (f"[{'a' * 20}](http://{'b' * 400}) and words", True),
        (
            "a" * 8 + " " * 5 + "![b](http://" + "c" * 500 + ")" * 2 + "![b](" + "d" * 480 + ")",
            False,
        ),
        ("Une usine ouvre »", True),
        ("Une usine ouvre. »", False),
        ("Une usine ouvre !", True),
        ("Une usine ouvre…", False),
        ("| a row of it |", False),
    ],
)
def test_how_long_a_headline_is(text, is_headline):
    """Wrong: lengths off by one, letters counted with digits, a closing quotation mark as the
    end."""
    assert lines.is_headline(line(text)) is is_headline


@pytest.mark.parametrize(
    ("text", "is_section"),
    [
        ("ABC", False),
        ("ABCD", True),
        ("AB 1 C D", True),
        ("ABC 12 34", False),
        ("ABCD 12", True),
        ("ABCD 123", False),
        ("A" * 60, True),
        ("A" * 61, False),
        ("ABCd", False),
        ("ABCD”", False),
    ],
)
def test_how_long_a_section_title_is(text, is_section):
    """Wrong: lengths and numbers of capitals off by one, years in a section's name."""
    assert lines.is_section(line(text)) is is_section


@pytest.mark.parametrize(
    ("text", "is_prose"),
    [
        ("a" * 160, False),
        ("a" * 161, True),
        ("Bien.", True),
        ("Bien. »", True),
        ("Bien." + ")" * 11, True),
        ("Bien." + ")" * 12, False),
        ("Bien;", True),
        ("Bien,", False),
        ("終わり。", True),
        ("# Bien.", False),
        ("»", False),
    ],
)
def test_what_is_prose(text, is_prose):
    """Wrong: a limit off by one, headings as prose, a language whose full stop is not known."""
    assert lines.is_prose(line(text)) is is_prose


@pytest.mark.parametrize(
    ("text", "level"), [("# a", 1), ("###### a", 6), ("####### a", 0), ("#a", 0), ("a # b", 0)]
)
def test_levels_of_headings(text, level):
    """Wrong: a hashtag as a heading, seven levels."""
    assert lines.heading_level(line(text)) == level


@pytest.mark.parametrize(
    ("text", "length"),
    [("- a", 2), ("12. a", 4), ("(3) a", 4), ("123. a", 0), ("-a", 0), ("•  a", 3), ("* * *", 0)],
)
def test_lengths_of_bullets(text, length):
    """Wrong: a number of three digits or a hyphenated word as a marker, a rule as an item."""
    assert lines.bullet_length(line(text)) == length


def test_ninety_characters_of_a_title():
    """Wrong: a title of exactly ninety characters cut, one more let through."""
    words = "mot " * 22
    assert lines.shorten(words + "ab") == words + "ab"
    assert lines.shorten(words + "abc") == words.strip() + "…"
    assert lines.shorten("x" * 91) == "x" * 89 + "…"
    assert lines.shorten("x" * 45 + " " + "y" * 60) == "x" * 45 + "…"
    assert lines.shorten("x" * 44 + " " + "y" * 60) == "x" * 44 + " " + "y" * 44 + "…"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Un titre; et", "Un titre; et"),
        ("Un titre...", "Un titre..."),
        ("- Un titre.", "Un titre"),
        ("2. Un titre ! Et la suite.", "Un titre !"),
    ],
)
def test_titles_made_of_the_first_sentence(text, title):
    """Wrong: a marker or a full stop in a title, an ellipsis cut."""
    assert lines.make_title(text, 0, len(text)) == title


def test_code_ends_with_its_own_fence():
    """Wrong: a fence of tildes that closes one of backticks: the rest of the file is code."""
    rows = lines.split_lines("```py\n~~~\n# a\n```\n# b\n")
    assert [row.is_code for row in rows] == [True, True, True, True, False]


def test_links_and_addresses():
    """Wrong: an image's path or a word after the address taken for it."""
    assert lines.find_link("[a](b.html) https://c.fr/d?e=1, f") == "https://c.fr/d?e=1"
    assert lines.find_link("![a](http://b.fr/c.png)") == "http://b.fr/c.png"
    assert lines.find_link("no address") is None
