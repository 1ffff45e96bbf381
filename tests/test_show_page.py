"""Answers, passages and refusals as pages.

Golden pages at fixed widths, and what each line owes its reader.
"""

from __future__ import annotations

import datetime
import os
from dataclasses import replace
from pathlib import Path

import pytest
from answers import (
    FIRST,
    TEXT,
    answered,
    article,
    citation,
    dated,
    passage,
    refused,
)
from pages import PAGES, valid, written

from rag import show
from rag.records import Conflict, Figure, Hit, Reprint

GOLDEN = Path(__file__).parent / "golden"


def golden(name: str, text: str) -> None:
    """Compare with the file; GOLDEN=write makes it anew."""
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_plain_pages_read_as_agreed(name: str) -> None:
    """Catches any unintended change of what a pipe receives."""
    golden(f"{name}-plain", written(PAGES[name]()))


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("name", PAGES)
def test_terminal_pages_read_as_agreed(name: str, width: int) -> None:
    """Catches lost marks, wrong wrapping, colours where there were none."""
    golden(f"{name}-{width}", written(PAGES[name](), width=width, terminal=True, TERM="xterm"))


def test_the_value_asked_for_is_marked_and_not_the_words_of_the_question() -> None:
    """Catches a quotation in which what everyone knows already stands out."""
    cited = replace(citation(1, article(), FIRST), value="Jeanne Morel")
    answer = answered(citations=(cited,))
    for page in (show.answer_page(answer, quotes=True), show.sources_page(answer)):
        marked = [part.text for line in page for part in line.segments if part.style == "mark"]
        assert marked == ["Jeanne Morel"]


def test_an_article_that_is_quoted_twice_has_one_line() -> None:
    """Catches a page that names its source again for each sentence, a line number that is lost, and
    one mark for quotations that were not verified alike.
    """
    places = [line.plain for line in show.answer_page(answered())[3:]]
    source = "La Vallée · 9 déc. 2025 · Une nouvelle directrice · seeds/lettre.txt:3, 4"
    assert places == [f"[1][2] ✓ {source}"]
    near = answered(
        citations=(citation(1, article(), FIRST), citation(2, article(), FIRST, "near"))
    )
    assert len(show.answer_page(near)[3:]) == 2


def test_quotations_of_several_days_are_told_in_order_where_a_development_is_asked_for() -> None:
    """Catches a story told backwards, a day before each of one day, a ranking that is undone."""
    ranked, told = (
        [line.plain for line in show.answer_page(dated(question=question))[:2]]
        for question in ("Combien de départs ?", "Comment a évolué le nombre de départs ?")
    )
    assert [line.partition(" · ")[0] for line in ranked] == ["16 déc. 2025", "12 déc. 2025"]
    assert told == ranked[::-1]
    assert show.answer_page(answered())[0].plain == f"{FIRST} [1]"


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_a_dumb_terminal_read_as_agreed(name: str) -> None:
    """Catches an escape where the terminal knows none, and a page that is not wrapped there."""
    text = written(PAGES[name](), width=80, terminal=True, TERM="dumb")
    assert "\x1b" not in text
    golden(f"{name}-dumb", text)


@pytest.mark.parametrize("language", ["fr", "en", "de", "es", "it", "pt", "nl", "ja", "und", ""])
def test_a_refusal_speaks_the_questions_language(language: str) -> None:
    """Catches a language without a sentence, and a refusal that does not say what was searched."""
    text = written(show.answer_page(refused(language=language)))
    assert text.splitlines()[0] == {
        "fr": "Les articles ne le disent pas.",
        "de": "Die Artikel sagen dazu nichts.",
    }.get(language, text.splitlines()[0])
    assert text.splitlines()[0].endswith(".")
    searched = {
        "fr": "cherché dans 12 articles, 28 oct. 2025 – 9 déc. 2025, 4 éditeurs",
        "de": "durchsucht: 12 Artikel, 28. Okt. 2025 – 9. Dez. 2025, 4 Herausgeber",
        "ja": "searched 12 articles, 28 Oct 2025 – 9 Dec 2025, 4 publishers",
    }
    assert searched.get(language, "12 art") in text
    assert "seeds/lettre.txt:3" in text


def test_nothing_known_of_an_article_leaves_its_file() -> None:
    """Catches "None" on the screen."""
    bare = replace(article(title="", publisher=None), date=None)
    answer = answered(hits=(Hit(passage(bare), 1.0),), citations=(citation(1, bare, FIRST),))
    for page in (show.answer_page(answer), show.search_page(answer)):
        text = written(page)
        assert "None" not in text and "seeds/lettre.txt" in text


@pytest.mark.parametrize(
    ("language", "age"),
    [
        ("fr", "16 déc. 2025 (il y a 3 jours)"),
        ("en", "16 Dec 2025 (3 days ago)"),
        ("de", "16. Dez. 2025 (vor 3 Tagen)"),
        ("it", "16 dic 2025 (3 giorni fa)"),
        ("pt", "16 dez. 2025 (há 3 dias)"),
        ("nl", "16 dec 2025 (3 dagen geleden)"),
        ("ja", "16 Dec 2025 (3 days ago)"),
    ],
)
def test_every_source_shows_its_age_in_the_questions_language(language: str, age: str) -> None:
    """Catches an age reckoned from the clock or told in the article's language, and one shown where
    no day is known.
    """
    answer = dated(language=language)
    assert f"La Vallée · {age} · Une nouvelle directrice" in written(show.answer_page(answer))
    for page in (
        show.search_page(answer),
        show.answer_page(replace(answer, status="not_in_sources")),
        show.answer_page(answer, quotes=True),
    ):
        assert age.partition(" (")[0] in written(page) or "9" in written(page)
    assert age not in written(show.answer_page(replace(answer, today=None)))
    assert [c["age_days"] for c in answer.to_dict()["citations"]] == [3, 7]  # type: ignore[attr-defined]
    assert [c["age_days"] for c in replace(answer, today=None).to_dict()["citations"]] == [
        None,
        None,
    ]  # type: ignore[attr-defined]
    undated = replace(answer.citations[0].passage.article, date=None)
    bare = replace(answer, citations=(citation(1, undated, answer.citations[0].quote),)).to_dict()
    assert bare["citations"][0]["age_days"] is None  # type: ignore[index]


def test_a_citation_names_the_reprints_that_hold_it() -> None:
    """Catches a line as long as the archive, a reprint without a name, a list in the object where
    there is nothing to list.
    """
    papers = ["La Gazette", "Le Fil", None, "Ouest Marin", "L'Écho"]
    reprints = tuple(
        Reprint(article(publisher=paper, path=f"{paper}.txt"), TEXT.index(FIRST))
        for paper in papers
    )
    plain, among = (
        citation(1, article(), FIRST),
        replace(citation(1, article(), FIRST), also=reprints),
    )
    answer = answered(citations=(plain, among))
    page = [line.plain.strip() for line in show.answer_page(answer)]
    papers_named = ("La Gazette", "Le Fil", "Une nouvelle directrice")
    named = ", ".join(f"{name} · 9 déc. 2025" for name in papers_named)
    also = [line for line in page if line.startswith("aussi dans")]
    assert also == [f"aussi dans {named}, 2 de plus"]
    first, second = answer.to_dict()["citations"]  # type: ignore[misc, attr-defined]
    assert "also" not in first
    assert [(also["path"], also["publisher"], also["line"]) for also in second["also"]] == [
        (f"{p}.txt", p, 3) for p in papers
    ]
    valid(answer.to_dict())


@pytest.mark.parametrize(("hits", "shown"), [(0, 0), (2, 2), (3, 3), (4, 3)])
def test_a_refusal_shows_the_three_nearest(hits: int, shown: int) -> None:
    """Catches a list as long as the search, and a heading above nothing."""
    answer = refused(hits=(Hit(passage(article()), 1.0),) * hits)
    text = written(show.answer_page(answer))
    assert text.count("seeds/lettre.txt:1") == shown
    assert ("Au plus près :" in text) == bool(hits)


@pytest.mark.parametrize(
    ("reprints", "ending"),
    [
        (0, None),
        (1, "La Gazette · 9 déc. 2025"),
        (3, "9 déc. 2025"),
        (4, "1 de plus"),
        (5, "2 de plus"),
    ],
)
def test_three_reprints_are_named(reprints: int, ending: str | None) -> None:
    """Catches "0 more", and a reprint that is neither named nor counted."""
    reprint = Reprint(article(publisher="La Gazette"), 0)
    cited = replace(citation(1, article(), FIRST), also=(reprint,) * reprints)
    page = [line.plain.strip() for line in show.answer_page(answered(citations=(cited,)))]
    lines = [line for line in page if line.startswith("aussi dans")]
    assert len(lines) == (1 if reprints else 0)
    if ending:
        assert lines[0].endswith(ending)
        assert lines[0].count("La Gazette") == min(reprints, 3)


@pytest.mark.parametrize(
    ("language", "figures"),
    [
        (
            "fr",
            "Les sources diffèrent : 370 (La Vallée, 16 déc. 2025) [1] · 350 (L'Écho, 12 déc. 2025)",
        ),
        ("de", "Die Quellen weichen voneinander ab: 370 (La Vallée, 16. Dez. 2025) [1] · 350"),
        ("ja", "Sources differ: 370 (La Vallée, 16 Dec 2025) [1] · 350"),
    ],
)
def test_a_conflict_names_who_says_what(language: str, figures: str) -> None:
    """Catches figures given to the wrong source, or told in another language."""
    assert figures in written(show.answer_page(dated(language=language)))


@pytest.mark.parametrize(
    ("publisher", "day", "source"),
    [
        ("A", datetime.date(2025, 1, 2), "A, 2 janv. 2025"),
        ("A", None, "A"),
        (None, datetime.date(2025, 1, 2), "2 janv. 2025"),
        (None, None, ""),
    ],
)
def test_a_source_of_a_figure_is_what_is_known_of_it(
    publisher: str | None, day: datetime.date | None, source: str
) -> None:
    """Catches "None" and a lost comma in the line on figures that differ."""
    story = replace(article(publisher=publisher), date=day)
    cited = citation(1, story, FIRST)
    answer = answered(citations=(cited,), conflicts=(Conflict((Figure("3", 1), Figure("4", 1))),))
    assert f"3 ({source}) [1] · 4 ({source}) [1]" in written(show.answer_page(answer))


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("fr", "Rien ici sur : « Séville », « Cadix »"),
        ("en", "Nothing here about: “Séville”, “Cadix”"),
        ("nl", "Hier niets over: “Séville”, “Cadix”"),
        ("ko", "Nothing here about: “Séville”, “Cadix”"),
    ],
)
def test_missing_terms_are_named_in_the_questions_language(language: str, line: str) -> None:
    """Catches a partial answer that does not say what it leaves open."""
    answer = answered(language=language, missing_terms=("Séville", "Cadix"))
    assert line in written(show.answer_page(answer)).splitlines()
    assert "Séville" not in written(show.answer_page(answered(language=language)))
