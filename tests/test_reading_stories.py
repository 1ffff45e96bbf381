"""Where stories begin and end: newsletters of many makes are cut, ordinary articles are not."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.date_style import DateStyle
from rag.reading.stories import find_stories

DAY_FIRST = DateStyle(day_first=True)

FRENCH = """
Une usine de batteries ouvre près de Dunkerque
Le groupe Voltane a inauguré lundi sa première usine. Elle emploie 1 200 personnes.

Le site produira 400 000 batteries par an.
Le Courrier du Nord / 3 mars 2024
Pourquoi le train de nuit revient
Les réservations ont doublé en un an. Trois lignes rouvrent cet été.
La Gazette / 5 mars 2024
CHIFFRE DE LA SEMAINE
42 %
C'est la part des trajets de nuit vendus en avance.
VITE DITS
- Le musée de Lille ferme deux mois pour travaux ;
- Une baleine a été vue au large de Brest.
"""

ENGLISH = """# The Weekly Wire

## Harbour bridge closes for repairs
The bridge shuts on Monday. Ferries run every ten minutes.

Traffic is expected to double.
*Harbour Times — March 3, 2024*

## Who will pay for the new stadium?
The council has voted. Nobody is happy.
*The Ledger — March 5, 2024*

NEWS IN BRIEF
1. A bakery on Mill Lane won the bread prize.
2. The library opens on Sundays from May.
"""

GERMAN = """Werft baut zwei neue Fähren
Die Werft in Husum hat einen Auftrag erhalten. Am 12. Dezember beginnt der Bau.
Küstenbote | 3. März 2024

Warum der Nachtzug wiederkommt
Die Buchungen haben sich verdoppelt. Drei Strecken öffnen im Sommer.
Neue Rundschau | Dienstag, 5. März 2024

ZAHL DER WOCHE
42 %
So viele Fahrten werden im Voraus verkauft.

KURZ GEMELDET
• Das Museum schließt für zwei Monate.
• Vor der Küste wurde ein Wal gesehen.
"""

SPANISH = """Una fábrica de baterías abre cerca de Vigo
El grupo inauguró el lunes su primera planta. Emplea a 1.200 personas.
El Faro del Norte, 3 de marzo de 2024
Por qué vuelve el tren nocturno
Las reservas se han duplicado en un año. Tres líneas reabren en verano.
La Gaceta · 5 de marzo de 2024
LA CIFRA DE LA SEMANA
42 %
Es la parte de los viajes vendidos con antelación.
EN BREVE
- El museo cierra dos meses por obras.
- Se ha visto una ballena frente a la costa.
"""

MARCH_3, MARCH_5 = datetime.date(2024, 3, 3), datetime.date(2024, 3, 5)
NEWSLETTERS = {
    "fr": (
        FRENCH,
        ["Le Courrier du Nord", "La Gazette"],
        ["Une usine", "Pourquoi", "42 %", "Le musée", "Une baleine"],
    ),
    "en": (
        ENGLISH,
        ["Harbour Times", "The Ledger"],
        ["## Harbour", "## Who", "A bakery", "The library"],
    ),
    "de": (
        GERMAN,
        ["Küstenbote", "Neue Rundschau"],
        ["Werft", "Warum", "42 %", "Das Museum", "Vor der"],
    ),
    "es": (
        SPANISH,
        ["El Faro del Norte", "La Gaceta"],
        ["Una fábrica", "Por qué", "42 %", "El museo", "Se ha visto"],
    ),
}


@pytest.mark.parametrize("language", NEWSLETTERS)
def test_closing_lines_cut_a_newsletter_into_stories_figures_and_briefs(language):
    """Wrong: one story too few or many, a date of the neighbour, a marker or attribution inside a story."""
    text, publishers, openings = NEWSLETTERS[language]
    found = find_stories(text, dates=DAY_FIRST)
    assert [
        text[story.start : story.end][: len(start)]
        for story, start in zip(found, openings, strict=True)
    ] == openings
    assert [story.publisher for story in found] == publishers + [None] * (len(openings) - 2)
    assert [story.date for story in found] == [MARCH_3, MARCH_5] + [MARCH_5] * (len(openings) - 2)
    assert not any(
        publisher in text[story.start : story.end] for story in found for publisher in publishers
    )


def test_titles_are_clean():
    """Wrong: heading marks, item numbers or emphasis in a title; a section's title in capitals."""
    assert [story.title for story in find_stories(ENGLISH)][:2] == [
        "Harbour bridge closes for repairs",
        "Who will pay for the new stadium?",
    ]
    assert [story.title for story in find_stories(FRENCH)][2:] == [
        "Chiffre de la semaine – 42 %",
        None,
        None,
    ]
    numbered = "1. First big story here\nText of it.\nLa Une / 3 mars 2024\n2. Second big story here\nMore text.\nLa Une / 5 mars 2024\n"
    assert [story.title for story in find_stories(numbered)] == [
        "First big story here",
        "Second big story here",
    ]


@pytest.mark.parametrize("separator", [" / ", " | ", " — ", " – ", " - ", " · ", ", "])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_ending(separator, newline):
    """Wrong: a list of separators with one missing; \\r\\n read as a blank line."""
    lines = ["Bridge closes on Monday", "It needs repair.", f"Harbour Times{separator}3 March 2024"]
    lines += ["Stadium to be built", "The council voted.", f"The Ledger{separator}5 March 2024"]
    text = newline.join(lines)
    found = find_stories(text)
    assert [(story.title, story.publisher, story.date) for story in found] == [
        ("Bridge closes on Monday", "Harbour Times", MARCH_3),
        ("Stadium to be built", "The Ledger", MARCH_5),
    ]
    assert (
        text[found[0].start : found[0].end] == f"Bridge closes on Monday{newline}It needs repair."
    )


def test_attribution_below_each_headline():
    """Wrong: taking opening lines for closing ones, so that each story gets the next one's publisher."""
    text = (
        "Bridge closes on Monday\nHarbour Times | 3 March 2024\n\nIt needs repair. Ferries run.\n\n"
        "Stadium to be built\nThe Ledger | 5 March 2024\n\nThe council voted. Work begins in May.\n"
    )
    found = find_stories(text)
    assert [(story.title, story.publisher) for story in found] == [
        ("Bridge closes on Monday", "Harbour Times"),
        ("Stadium to be built", "The Ledger"),
    ]
    assert text[found[0].start : found[0].end].endswith("Ferries run.")


def test_attribution_above_each_headline():
    """Wrong: giving the first attribution to nobody and every story the one below it."""
    text = (
        "Harbour Times | 3 March 2024\nBridge closes on Monday\nIt needs repair. Ferries run.\n\n"
        "The Ledger | 5 March 2024\nStadium to be built\nThe council voted. Work begins in May.\n"
    )
    assert [(story.title, story.publisher) for story in find_stories(text)] == [
        ("Bridge closes on Monday", "Harbour Times"),
        ("Stadium to be built", "The Ledger"),
    ]


def test_newsletter_with_its_own_date_gives_it_to_the_briefs():
    """Wrong: a masthead taken for a story, or the briefs dated like the last story although the issue is dated."""
    text = "La lettre du mercredi — 6 mars 2024\n" + FRENCH.lstrip()
    found = find_stories(text, dates=DAY_FIRST)
    assert [story.date for story in found] == [MARCH_3, MARCH_5] + [datetime.date(2024, 3, 6)] * 3
    assert found[0].title == "Une usine de batteries ouvre près de Dunkerque"


def test_a_section_between_stories_is_cut_too():
    """Wrong: the figure of the week swallowed by the story after it."""
    head, tail = FRENCH.split("Pourquoi", 1)
    middle = "CHIFFRE DU JOUR\n17 %\nC'est la hausse du prix du lait en un an.\n"
    found = find_stories(head + middle + "Pourquoi" + tail, dates=DAY_FIRST)
    assert [story.title for story in found][:3] == [
        "Une usine de batteries ouvre près de Dunkerque",
        "Chiffre du jour – 17 %",
        "Pourquoi le train de nuit revient",
    ]


def test_a_section_label_above_a_headline_is_no_title():
    """Wrong: "ÉCONOMIE" as the title of the story below it."""
    found = find_stories(FRENCH.replace("Pourquoi", "TRANSPORTS\nPourquoi"), dates=DAY_FIRST)
    assert found[1].title == "Pourquoi le train de nuit revient"


def test_rules_and_first_level_headings_separate_stories():
    """Wrong: ignoring rules and headings where there is no attribution line."""
    ruled = "Bridge closes on Monday\nIt needs repair.\n\n* * *\n\nStadium to be built\nThe council voted.\n"
    headed = "# Bridge closes\n\nIt needs repair.\n\n# Stadium planned\n\nThe council voted.\n\n## Costs\n\nThey are high.\n"
    assert [story.title for story in find_stories(ruled)] == [
        "Bridge closes on Monday",
        "Stadium to be built",
    ]
    assert [story.title for story in find_stories(headed)] == ["Bridge closes", "Stadium planned"]


def test_a_word_of_welcome_and_a_headline_with_a_full_stop_do_not_spoil_the_cut():
    """Wrong: one odd story makes the whole newsletter a single article."""
    text = "Hello readers, here is the news.\n\n" + "".join(
        f"{title}\nIt needs repair. Work begins.\nThe Ledger / {day} March 2024 / Read on\n"
        for day, title in enumerate(
            ["Bridge closes", "Stadium opens", "Bakery wins a prize.", "Library moves"], start=2
        )
    )
    found = find_stories(text)
    assert [story.title for story in found] == [
        None,
        "Bridge closes",
        "Stadium opens",
        None,
        "Library moves",
    ]
    assert text[found[3].start : found[3].end].startswith("Bakery wins")
    assert found[4].date == MARCH_5


WHOLE = {
    "a date line in prose": "The bridge\n\nIt closed.\n\nOn 3 March 2024, the mayor spoke.\n\n5 March 2024\n\nIt opened again.\n",
    "subheads": "The bridge closes\n\nIt needs repair.\n\nWhat it costs\n\nA great deal.\n\nWho pays for it\n\nEverybody does.\n",
    "bullets": "The bridge closes\n\nThree reasons:\n- It is old.\n- It is narrow.\n- It is rusty.\n\nWork begins soon.\n",
    "a shout": "The bridge closes\n\nThe crowd cried out.\n\nSAVE OUR BRIDGE\n\nNobody listened. Work begins soon.\n",
    "capital subheads": "The bridge closes\n\nIt is old.\n\nTHE COSTS\n\nThey are high.\n\nTHE FUTURE\n\nIt is open.\n",
    "quotation block": "The bridge closes\n\nShe wrote:\n\n> We tried.\n> It failed.\n> — Jane Doe, 3 March 2024\n\nHe left.\n",
    "steps": "How to mend a bridge\n\n1. Close it\nPut up signs.\n\n2. Paint it\nUse red lead.\n\n3. Open it\nCut a ribbon.\n",
    "signature": "The bridge closes\n\nIt needs repair. Work begins soon.\n\nJane Doe, city reporter\n",
    "second-level headings": "# The bridge\n\nIt is old.\n\n## Costs\n\nHigh.\n\n## Future\n\nOpen. Work begins.\n",
    "chapters": "# Introduction\n\nIt is old.\n\n# Results\n\nIt is rusty.\n\n# Conclusion\n\nIt must close.\n",
    "scene breaks": "The bridge closes\n\nIt was late.\n\n* * *\n\nThe next day it rained.\n\n* * *\n\nThen it shone.\n",
    "rules between chapters": "# The bridge\n\nIt is old.\n\n---\n\n## Costs now\n\nHigh.\n\n---\n\n## Future plans\n\nOpen.\n",
    "reading list": "The bridge closes\n\nIt is old.\n\nThe Ledger, 3 March 2024\nHarbour Times, 5 March 2024\n",
    "timeline": "The bridge in dates\n\n3 March 2024\nIt closed at noon.\n\n5 March 2024\nIt opened at dawn.\n",
    "comments in code": "# A script\n\nHere it is.\n\n```\n# one thing\nrun.\n# other thing\nstop.\n```\n\nThat was it.\n",
    "letters": "The bridge closes\n\n“It is a shame.”\nJane Doe, 3 March 2024\n\n“It was time.”\nJohn Roe, 5 March 2024\n",
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
    """Wrong: dates taken from running prose, an author as the publisher, an attribution as the title."""
    (found,) = find_stories(text, dates=DAY_FIRST)
    assert (found.title, found.publisher, found.date) == expected


PIECES = (
    """A headline of some words¶|Running text that ends. And more.¶|La Une / 3 mars 2024¶|¶|VITE DITS¶|- an item¶|# Title one¶
---¶|5 mars 2024¶|10,7%¶|word |1. Point¶|> quote¶|```¶|Par X, le 3 mars 2024¶|\r|«|http://a.fr¶""".replace(
        "\n", "|"
    )
    .replace("¶", "\n")
    .split("|")
)
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


def test_a_large_file_takes_linear_work():
    """Wrong: looking through all lines again for each line (minutes here)."""
    assert len(find_stories("VITE DITS\n" * 3 + "A line of words\n" * 60_000, dates=DAY_FIRST)) == 1
    many = FRENCH * 500
    assert len(find_stories(many, dates=DAY_FIRST)) >= 1000
