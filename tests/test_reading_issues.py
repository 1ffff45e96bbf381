"""Newsletters without attributions: their stories are headings, bold lines or linked items."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import pytest

from rag.reading.articles import find_articles
from rag.reading.date_style import DateStyle
from rag.reading.issues import names_issue
from rag.reading.stories import find_stories
from rag.records import Document

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))
from measure_stories import cut, is_right
from story_files import make_files

FRENCH = DateStyle.of_language("fr")


@pytest.mark.parametrize("file", make_files(), ids=lambda file: f"{file.template}-{file.language}")
def test_files_are_cut_as_a_person_would(file):
    """Wrong: chapters as articles, a newsletter as one, sections as stories, another's link."""
    if file.template == "article_first_level_alone" and file.language == "de":
        pytest.skip("chapters of the first level without a word that tells them: two such are cut")
    assert is_right(file, cut(file))


@pytest.mark.parametrize(
    ("title", "is_issue"),
    [
        ("Revue de presse du 14 février 2025", True),
        ("This Week in Varenne 543", True),
        ("Delta Newsletter #341: harbour works and more", True),
        ("Boletín del Delta n.º 12", True),
        ("Rundbrief März 2025", True),
        ("Comment notre newsletter a gagné 1000 abonnés en deux ans", False),
        ("Compte rendu du conseil du 14 février 2025", False),
        ("Newsletter", False),
        ("Le port de Varenne", False),
    ],
)
def test_titles_of_issues(title, is_issue):
    """Wrong: a day in a title taken for an issue, or a story about newsletters."""
    assert names_issue(title, FRENCH) is is_issue


SECTIONS = """## Sorties

### TerraVox 3

L’éditeur publie [TerraVox 3](https://a.example.org/t).

---

## Divers

Un mot de la rédaction.

### Prix Mercator

Le prix revient à Gand.
"""


def test_a_section_with_text_of_its_own_keeps_it():
    """Wrong: text between a section's title and its first story lost, or made part of a story."""
    title = "Revue de presse du 14 février 2025"
    stories = find_stories(SECTIONS, dates=FRENCH, title=title)
    assert [story.title for story in stories] == ["TerraVox 3", "Divers", "Prix Mercator"]
    assert [story.section for story in stories] == ["Sorties", None, "Divers"]
    assert {story.date for story in stories} == {datetime.date(2025, 2, 14)}
    assert [story.url for story in stories] == ["https://a.example.org/t", None, None]
    assert SECTIONS[stories[0].start : stories[0].end].endswith("org/t).")


def test_the_same_sections_under_another_title_are_one_article():
    """Wrong: cutting at headings alone."""
    (story,) = find_stories(SECTIONS, dates=FRENCH, title="Le logiciel libre à Gand")
    assert story.start == 0


def test_links_by_reference_and_pictures():
    """Wrong: the address of a picture as that of the story, or none where it stands at the end."""
    text = (
        "# Delta Newsletter #12\n\n"
        "- **Quay opens:** the [harbour][h] said so.\n"
        "- **Ferry returns:** ![map](https://cdn.example.org/x.png) it sails again.\n\n"
        "[h]: https://a.example.org/quay\n"
    )
    first, second = find_stories(text)
    assert (first.title, first.url) == ("Quay opens", "https://a.example.org/quay")
    assert (second.title, second.url) == ("Ferry returns", None)
    assert text[second.start : second.end].endswith("again.")


def test_a_title_in_front_matter_means_one_article():
    """Wrong: chapters of the first level, or between rules, as articles of their own."""
    for rule in ("", "* * *\n\n"):
        text = (
            "---\ntitle: Un port\ndate: 2025-03-01\n---\n\n"
            f"# Le quai\n\nIl est neuf.\n\n{rule}# Le bac\n\nIl est vieux.\n"
        )
        document = Document("a.md", text, "", "text/markdown")
        (article,) = find_articles(document, language=lambda text: "fr")
        assert article.title == "Un port"


MIXED = """Title: This Week in Varenne 541
Date: 2026-04-08

Hello and welcome.

## From the town

### Official
* [The quay opens](https://e.example/1)
* [The mayor speaks](https://e.example/2)

### Tools
* [Ferry 0.4](https://e.example/3)
* [video] [A walk along the quay](https://e.example/4)
* [Boats counted](https://e.example/5)
* [Sails mended](https://e.example/9)

## Boat of the week

The boat of this week is [the Heck](https://e.example/6), a barge.

## Testing

* *No boats were tested this week.*

## Changes

Three boats were [painted](https://e.example/7).

* [The Ida is blue](https://e.example/8)

# Quote of the week

> Boats are nice.
"""


def test_lists_of_links_beside_sections_of_text():
    """Wrong: the first level of headings as the only stories, a list of links as one of them; a tag as a title."""
    stories = find_stories(MIXED)
    assert [story.title for story in stories][1:] == [
        "The quay opens",
        "The mayor speaks",
        "Ferry 0.4",
        "A walk along the quay",
        "Boats counted",
        "Sails mended",
        "Boat of the week",
        "Testing",
        "Changes",
        "Quote of the week",
    ]
    urls = [story.url for story in stories]
    assert urls[4:9] == [f"https://e.example/{number}" for number in (4, 5, 9, 6)] + [None]
