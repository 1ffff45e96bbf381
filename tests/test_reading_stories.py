"""Where stories begin and end: rules and headings cut a file, an ordinary article stays whole."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.date_style import DateStyle
from rag.reading.stories import find_stories

DAY_FIRST = DateStyle(day_first=True)
MARCH_3, MARCH_5 = datetime.date(2024, 3, 3), datetime.date(2024, 3, 5)


def test_rules_and_first_level_headings_separate_stories():
    """Wrong: ignoring rules and headings where there is no attribution line."""
    ruled = (
        "Bridge closes on Monday\nIt needs repair.\n\n* * *\n\nStadium to be built\nThe council "
        "voted.\n"
    )
    headed = (
        "# Bridge closes\n\nIt needs repair.\n\n# Stadium planned\n\nThe council voted.\n\n## "
        "Costs\n\nThey are high.\n"
    )
    assert [story.title for story in find_stories(ruled)] == [
        "Bridge closes on Monday",
        "Stadium to be built",
    ]
    assert [story.title for story in find_stories(headed)] == ["Bridge closes", "Stadium planned"]


WHOLE = {
    "a date line in prose": (
        "The bridge\n\nIt closed.\n\nOn 3 March 2024, the mayor spoke.\n\n5 March 2024\n\nIt "
        "opened again.\n"
    ),
    "subheads": (
        "The bridge closes\n\nIt needs repair.\n\nWhat it costs\n\nA great deal.\n\nWho pays for "
        "it\n\nEverybody does.\n"
    ),
    "bullets": (
        "The bridge closes\n\nThree reasons:\n- It is old.\n- It is narrow.\n- It is rusty.\n\n"
        "Work begins soon.\n"
    ),
    "a shout": (
        "The bridge closes\n\nThe crowd cried out.\n\nSAVE OUR BRIDGE\n\nNobody listened. Work "
        "begins soon.\n"
    ),
    "capital subheads": (
        "The bridge closes\n\nIt is old.\n\nTHE COSTS\n\nThey are high.\n\nTHE FUTURE\n\nIt is "
        "open.\n"
    ),
    "quotation block": (
        "The bridge closes\n\nShe wrote:\n\n> We tried.\n> It failed.\n"
        "> — Jane Doe, 3 March 2024\n\nHe left.\n"
    ),
    "steps": (
        "How to mend a bridge\n\n1. Close it\nPut up signs.\n\n2. Paint it\nUse red lead.\n\n3. "
        "Open it\nCut a ribbon.\n"
    ),
    "signature": (
        "The bridge closes\n\nIt needs repair. Work begins soon.\n\nJane Doe, city reporter\n"
    ),
    "second-level headings": (
        "# The bridge\n\nIt is old.\n\n## Costs\n\nHigh.\n\n## Future\n\nOpen. Work begins.\n"
    ),
    "chapters": (
        "# Introduction\n\nIt is old.\n\n# Results\n\nIt is rusty.\n\n# Conclusion\n\nIt must "
        "close.\n"
    ),
    "scene breaks": (
        "The bridge closes\n\nIt was late.\n\n* * *\n\nThe next day it rained.\n\n* * *\n\nThen "
        "it shone.\n"
    ),
    "rules between chapters": (
        "# The bridge\n\nIt is old.\n\n---\n\n## Costs now\n\nHigh.\n\n---\n\n## Future plans\n\n"
        "Open.\n"
    ),
    "reading list": (
        "The bridge closes\n\nIt is old.\n\nThe Ledger, 3 March 2024\nHarbour Times, 5 March 2024\n"
    ),
    "timeline": (
        "The bridge in dates\n\n3 March 2024\nIt closed at noon.\n\n5 March 2024\nIt opened at "
        "dawn.\n"
    ),
    "comments in code": (
        "# A script\n\nHere it is.\n\n```\n# one thing\nrun.\n# other thing\nstop.\n```\n\nThat "
        "was it.\n"
    ),
    "letters": (
        "The bridge closes\n\n“It is a shame.”\nJane Doe, 3 March 2024\n\n“It was time.”\nJohn "
        "Roe, 5 March 2024\n"
    ),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_an_ordinary_article_stays_whole(kind):
    """Wrong: anything eager, that cuts at dates, capitals, numbers, rules or subheads alone."""
    found = find_stories(WHOLE[kind])
    assert len(found) == 1
    assert WHOLE[kind][found[0].start :].startswith(WHOLE[kind][:10])


def test_a_hard_wrapped_first_line_is_no_headline():
    """Wrong: the first 70 characters of a wrapped paragraph as the title."""
    text = (
        "The bridge over the old harbour closes on Monday morning because the\n"
        "Harbour Authority has found rust in most of the cables that carry its\n"
        "deck, and nobody knows when it will open to traffic again.\n"
    )
    assert find_stories(text)[0].title is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Bridge closes today\nBy Jane Doe | The Ledger | March 3, 2024\n\nIt is old.\n",
            ("Bridge closes today", "The Ledger", MARCH_3),
        ),
        (
            "Le pont ferme lundi\nPublié le 3 mars 2024 à 10h30\n\nIl est vieux.\n",
            ("Le pont ferme lundi", None, MARCH_3),
        ),
        (
            "Le pont ferme lundi\nPar Jeanne Roux, le 3 mars 2024\n\nIl est vieux.\n",
            ("Le pont ferme lundi", None, MARCH_3),
        ),
        (
            "Le pont ferme lundi\n\nIl est vieux.\n\nLa Gazette / 3 mars 2024\n",
            ("Le pont ferme lundi", "La Gazette", MARCH_3),
        ),
        (
            "Veröffentlicht am 3. März 2024\nDie Brücke schließt\n\nSie ist alt.\n",
            ("Die Brücke schließt", None, MARCH_3),
        ),
        (
            "Le pont ferme lundi\n\nLe maire parlera le 3 mars 2024.\n",
            ("Le pont ferme lundi", None, None),
        ),
        ("Il est vieux. Le 3 mars 2024, il ferme.\n", (None, None, None)),
    ],
)
def test_one_article_with_its_metadata(text, expected):
    """Wrong: dates taken from running prose, an author as the publisher, an attribution as the
    title."""
    (found,) = find_stories(text, dates=DAY_FIRST)
    assert (found.title, found.publisher, found.date) == expected


PIECES = [
    "A headline of some words\n",
    "Running text that ends. And more.\n",
    "La Une / 3 mars 2024\n",
    "\n",
    "VITE DITS\n",
    "- an item\n",
    "# Title one\n",
    "---\n",
    "5 mars 2024\n",
    "10,7%\n",
    "word ",
    "1. Point\n",
    "> quote\n",
    "```\n",
    "Par X, le 3 mars 2024\n",
    "\r",
    "«",
    "http://a.fr\n",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@given(TEXTS)
def test_stories_are_ordered_disjoint_and_inside(text):
    """Wrong: overlapping stories, empty ones, spans with white space at their ends."""
    end = 0
    for story in find_stories(text, dates=DAY_FIRST):
        assert end <= story.start < story.end <= len(text)
        assert text[story.start : story.end] == text[story.start : story.end].strip()
        end = story.end


@given(TEXTS)
def test_only_attributions_sections_rules_and_markers_are_left_out(text):
    """Wrong: a reader that loses paragraphs between two stories."""
    left = list(text)
    for story in find_stories(text, dates=DAY_FIRST):
        left[story.start : story.end] = " " * (story.end - story.start)
    prose = "Running text that ends."
    assert prose not in "".join(left)


def test_metadata_is_looked_for_in_the_first_six_lines():
    """Wrong: a head of another length: a date far down, or none at all, is the article's."""
    lines = [f"A line of the head {number}" for number in range(5)]
    inside = "\n\n".join([*lines, "3 mars 2024", "Some text."])
    outside = "\n\n".join([*lines, "One line more of it", "3 mars 2024", "Some text."])
    assert find_stories(inside, dates=DAY_FIRST)[0].date == MARCH_3
    assert find_stories(outside, dates=DAY_FIRST)[0].date is None


def test_addresses_and_dates_above_the_title_are_no_part_of_the_article():
    """Wrong: metadata in the text, a line below the title cut off, the last address for the
    first."""
    text = "http://a.fr/1\n3 mars 2024\nLe pont ferme lundi\n\nhttp://a.fr/2\nIl est vieux.\n"
    (story,) = find_stories(text, dates=DAY_FIRST)
    assert text[story.start : story.end].startswith("Le pont ferme")
    assert (story.title, story.date, story.url) == (
        "Le pont ferme lundi",
        MARCH_3,
        "http://a.fr/1",
    )
    assert find_stories("http://a.fr/1")[0].start == 0
    assert find_stories("voir http://a.fr/1\n\nUn texte.\n")[0].url is None


def test_an_attribution_with_a_publisher_comes_first_else_that_at_the_end():
    """Wrong: the closing attribution lost to a bare date at the head, or winning without a name."""
    closing = "Le pont ferme lundi\n5 mars 2024\n\nIl est vieux.\n\nLa Gazette / 3 mars 2024\n"
    (story,) = find_stories(closing, dates=DAY_FIRST)
    assert (story.publisher, story.date) == ("La Gazette", MARCH_3)
    opening = (
        "Le pont ferme lundi\nLa Une / 5 mars 2024\n\nIl est vieux.\n\nPublié le 3 mars 2024\n"
    )
    (story,) = find_stories(opening, dates=DAY_FIRST)
    assert (story.publisher, story.date) == ("La Une", MARCH_5)
    bare = "Le pont ferme lundi\n\nIl est vieux.\n\n3 mars 2024\n"
    (story,) = find_stories(bare, dates=DAY_FIRST)
    assert story.date is None
    assert bare[story.start : story.end].endswith("2024")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("# Bridge closes\nOld.\n# Stadium planned\nNew.\n", 2),
        ("Above them\n# Bridge closes\nOld.\n# Stadium planned\nNew.\n", 1),
        ("# Bridge closes\nOld.\n# Stadium planned\n", 1),
        ("# Bridge closes\nOld.\n# Sources:\nNew.\n", 1),
        ("# 1. Bridge closes\nOld.\n# 2. Fazit\nNew.\n", 1),
        ("# Bridge closes\nOld.\n# Sources of the river\nNew.\n", 2),
        ("Bridge closes\nOld.\n---\nStadium planned\nNew.\n", 2),
        ("Bridge closes\n---\nOld.\n\nStadium planned\n---\nNew.\n", 1),
        ("Bridge closes\nOld.\n---\n---\nStadium planned\nNew.\n", 1),
        ("---\nBridge closes\nOld.\n---\nStadium planned\nNew.\n---\n", 2),
    ],
)
def test_rules_and_headings_that_cut_and_that_do_not(text, count):
    """Wrong: chapters, underlined titles, empty parts and text above the first heading cut."""
    assert len(find_stories(text)) == count


def test_a_stated_title_has_two_hundred_characters_at_most():
    """Wrong: a title cut like one that is made of the first sentence, or not at all."""
    longest = "word " * 39 + "abcde"
    for title, shown in ((longest, longest), (longest + "f", longest[:-6] + "…")):
        (story,) = find_stories(f"# {title}\n\nSome text here.\n")
        assert story.title == shown


def test_of_two_attributions_with_a_publisher_the_first_counts():
    """Wrong: the last one read, or the address of a link before that on a line of its own."""
    text = "Le pont ferme\nLa Une / 3 mars 2024\nL'Écho / 5 mars 2024\n\nIl est vieux.\n"
    (story,) = find_stories(text, dates=DAY_FIRST)
    assert (story.publisher, story.date) == ("La Une", MARCH_3)
    link = "[La Une](http://a.fr/2) / 3 mars 2024"
    linked = f"Le pont ferme\n\nhttp://a.fr/1\n{link}\n\nIl est vieux.\n"
    (story,) = find_stories(linked, dates=DAY_FIRST)
    assert (story.publisher, story.url) == ("La Une", "http://a.fr/1")
    (story,) = find_stories(linked.replace("http://a.fr/1\n", ""), dates=DAY_FIRST)
    assert story.url == "http://a.fr/2"


def test_a_day_among_data_is_no_attribution():
    """Wrong: "Founded" as the publisher of an article on the day of a foundation; an attribution lost for a line like it."""
    data = [
        "Industry · Boats",
        "Founded · 28 February 1998",
        "Founder · Ada Quint",
        "Boats · Ferry",
    ]
    text = "Aldmoor Line\n\n{}\n\nThe line runs a ferry. It stops on Sundays.\n"
    (story,) = find_stories(text.format("\n".join(data)))
    assert (story.publisher, story.date) == (None, None)
    (story,) = find_stories(text.format("Ada Quint · Reporter\nThe Ledger · 28 February 1998"))
    assert story.publisher == "The Ledger"
