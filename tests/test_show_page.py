"""Answers, passages and refusals as pages: golden pages at fixed widths, and what each line owes its reader."""

from __future__ import annotations

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
from rag.records import Hit, Reprint

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


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("name", PAGES)
def test_terminal_pages_read_as_agreed(name: str, width: int) -> None:
    """Catches lost marks, wrong wrapping, colours where there were none."""
    golden(f"{name}-{width}", written(PAGES[name](), width=width, terminal=True, TERM="xterm"))


@pytest.mark.parametrize("language", ["fr", "en", "de", "es", "it", "pt", "nl", "ja", "und", ""])
def test_a_refusal_speaks_the_questions_language(language: str) -> None:
    """Catches a language without a sentence, and a refusal that does not say what was searched."""
    text = written(show.answer_page(refused(language=language)))
    assert text.splitlines()[0] == {
        "fr": "Les articles ne le disent pas.",
        "de": "Die Artikel sagen dazu nichts.",
    }.get(language, text.splitlines()[0])
    assert (
        text.splitlines()[0].endswith(".")
        and "12 articles, 2025-10-28 – 2025-12-09, 4 publishers" in text
    )
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
        ("fr", "il y a 3 jours"),
        ("en", "3 days ago"),
        ("de", "vor 3 Tagen"),
        ("it", "3 giorni fa"),
        ("ja", "3 days ago"),
    ],
)
def test_every_source_shows_its_age_in_the_questions_language(language: str, age: str) -> None:
    """Catches an age reckoned from the clock or told in the article's language, and one shown where no day is known."""
    answer = dated(language=language)
    assert f"La Vallée · 2025-12-16 · {age} · Une nouvelle directrice" in written(
        show.answer_page(answer)
    )
    for page in (
        show.search_page(answer),
        show.answer_page(replace(answer, status="not_in_sources")),
        show.answer_page(answer, quotes=True),
    ):
        assert "2025-12-09 · " in written(page) or "2025-12-16 · " in written(page)
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
    """Catches a line as long as the archive, a reprint without a name, a list in the object where there is nothing to list."""
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
    named = "La Gazette · 2025-12-09, Le Fil · 2025-12-09, Une nouvelle directrice · 2025-12-09"
    assert [line for line in page if line.startswith("also in")] == [f"also in {named}, 2 more"]
    first, second = answer.to_dict()["citations"]  # type: ignore[misc, attr-defined]
    assert "also" not in first
    assert [(also["path"], also["publisher"], also["line"]) for also in second["also"]] == [
        (f"{p}.txt", p, 3) for p in papers
    ]
    valid(answer.to_dict())
