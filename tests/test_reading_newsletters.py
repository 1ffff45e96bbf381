"""Newsletters of many makes are cut into their stories, each with its publisher and day."""

from __future__ import annotations

import datetime

import pytest

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
    """Wrong: one story too few or many, a date of the neighbour, a marker or attribution inside a
    story."""
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
    numbered = (
        "1. First big story here\nText of it.\nLa Une / 3 mars 2024\n2. Second big story here\n"
        "More text.\nLa Une / 5 mars 2024\n"
    )
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
    """Wrong: taking opening lines for closing ones, so that each story gets the next one's
    publisher."""
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
    """Wrong: a masthead taken for a story, or the briefs dated like the last story although the
    issue is dated."""
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


def test_a_large_file_takes_linear_work():
    """Wrong: looking through all lines again for each line (minutes here)."""
    assert len(find_stories("VITE DITS\n" * 3 + "A line of words\n" * 60_000, dates=DAY_FIRST)) == 1
    many = FRENCH * 500
    assert len(find_stories(many, dates=DAY_FIRST)) >= 1000


def of_stories(count, *, last="La Une / 5 mars 2024\n", headline="Une usine ouvre ici"):
    """A newsletter of so many stories."""
    return "".join(f"{headline}\nElle est neuve, dit-on.\n{last}" for _ in range(count))


@pytest.mark.parametrize(("lines", "stories"), [(0, 2), (1, 2), (2, 2), (3, 1)])
def test_the_date_of_an_issue_stands_in_the_first_three_lines(lines, stories):
    """Wrong: a masthead of another height: the first story lost, or the issue's date for a
    story."""
    head = "".join(f"La lettre du jour {number}\n" for number in range(lines))
    text = f"{head}La lettre — 6 mars 2024\n\n{of_stories(2)}"
    found = find_stories(text, dates=DAY_FIRST)
    assert len(found) == stories
    if stories == 2:
        assert text[found[0].start :].startswith("Une usine")


@pytest.mark.parametrize(("headless", "is_cut"), [(1, True), (2, False)])
def test_one_story_in_three_may_lack_a_headline(headless, is_cut):
    """Wrong: a share of another size: lists of quotations cut, or newsletters left whole."""
    odd = of_stories(headless, headline="Une phrase sans titre.")
    text = of_stories(3 - headless) + odd
    assert (len(find_stories(text, dates=DAY_FIRST)) == 3) is is_cut


def test_one_attribution_makes_a_newsletter_with_a_section_after_it():
    """Wrong: an article with its attribution cut in two, a newsletter of one story left whole."""
    section = "EN BREF\n- Un musée ferme.\n- Une baleine passe.\n"
    assert len(find_stories(of_stories(1), dates=DAY_FIRST)) == 1
    assert len(find_stories(of_stories(1) + section, dates=DAY_FIRST)) == 3
    assert len(find_stories(of_stories(1) + "Un mot de fin.\n", dates=DAY_FIRST)) == 1


def test_parts_get_the_date_of_the_latest_story():
    """Wrong: the first date, the last one, or none where the issue has none."""
    text = of_stories(1, last="La Une / 5 mars 2024\n") + of_stories(
        1, last="L'Écho / 3 mars 2024\n"
    )
    text += "EN BREF\n- Un musée ferme.\n"
    assert [story.date for story in find_stories(text, dates=DAY_FIRST)] == [
        MARCH_5,
        MARCH_3,
        MARCH_5,
    ]


@pytest.mark.parametrize(("lines", "first"), [(1, 0), (2, 0), (3, 0), (4, 1)])
def test_a_headline_above_its_attribution_has_three_lines_at_most(lines, first):
    """Wrong: a title of another number of lines, or one that reaches into the text before it."""
    names = [f"Une ligne de titre {number}" for number in range(lines)]
    story = "\n".join(names) + "\nLa Une / 3 mars 2024\n\nElle est neuve. Elle ouvre.\n\n"
    text = story + story
    found = find_stories(text, dates=DAY_FIRST)
    assert found[0].title == names[first]
    assert len(found) == 2


def test_a_section_name_above_a_headline_under_which_the_attribution_stands():
    """Wrong: "TRANSPORTS" as the title of the story below it."""
    story = "TRANSPORTS\nUne usine ouvre\nLa Une / 3 mars 2024\n\nElle est neuve. Bien.\n\n"
    found = find_stories(story * 2, dates=DAY_FIRST)
    assert [part.title for part in found] == ["Une usine ouvre"] * 2


def test_sections_after_the_last_story_with_its_attribution_above():
    """Wrong: the briefs swallowed by the last story, or without its day."""
    story = "Une usine ouvre\nLa Une / {} mars 2024\n\nElle est neuve. Bien.\n\n"
    text = story.format(5) + story.format(3) + "EN BREF\n- Un musée ferme.\n"
    found = find_stories(text, dates=DAY_FIRST)
    assert [(part.title, part.date) for part in found] == [
        ("Une usine ouvre", MARCH_5),
        ("Une usine ouvre", MARCH_3),
        (None, MARCH_5),
    ]
    assert text[found[2].start : found[2].end] == "Un musée ferme."


def test_the_newsletters_own_title_is_no_headline():
    """Wrong: "# The Weekly Wire" as the title of the first story, set apart or of a higher
    level."""
    for head in ("# La lettre\n\n## ", "La lettre du jour\n\n"):
        text = head + of_stories(2)
        found = find_stories(text, dates=DAY_FIRST)
        assert [part.title for part in found] == ["Une usine ouvre ici"] * 2


def test_lines_right_above_a_story_belong_to_its_headline():
    """Wrong: the first line of a headline taken for the newsletter's title without a blank line."""
    for first in ("La lettre du jour\n", "## Un titre de deux lignes\n## "):
        text = first + of_stories(2)
        assert find_stories(text, dates=DAY_FIRST)[0].start == 0


def test_attributions_above_headlines_need_not_all_stand_apart():
    """Wrong: a newsletter left whole because one blank line is missing."""
    story = "La Une / 3 mars 2024\nUne usine ouvre ici\nElle est neuve. Bien.\n"
    found = find_stories(story * 2 + "\n" + story, dates=DAY_FIRST)
    assert [part.title for part in found] == ["Une usine ouvre ici"] * 3
    assert [part.publisher for part in found] == ["La Une"] * 3


def test_the_last_story_has_at_least_one_line_of_text():
    """Wrong: a last story without text, which went to a section of its own."""
    story = "Une usine ouvre ici\nLa Une / 3 mars 2024\n\n"
    text = story + "Elle est neuve. Bien.\n\n" + story + "UNE VICTOIRE\nElle est là. Bien.\n"
    found = find_stories(text, dates=DAY_FIRST)
    assert len(found) == 2
    assert text[found[1].start : found[1].end].endswith("UNE VICTOIRE\nElle est là. Bien.")


def test_briefs_keep_the_section_that_they_stand_in():
    """Wrong: no section, the title of the newsletter, or the section of the briefs before."""
    text = (
        "Le quai rouvre\n\nLe quai de Varenne a rouvert lundi après deux ans de travaux.\n\n"
        "La Gazette / 3 mars 2025\n\nEN BREF\n\n- Le bac est en panne depuis dimanche.\n"
        "- La poste ferme à midi.\n\nLE CHIFFRE\n\n12 %\n\nC’est la hausse du billet.\n"
    )
    stories = find_stories(text)
    assert [story.section for story in stories] == [None, "En bref", "En bref", "Le chiffre"]
