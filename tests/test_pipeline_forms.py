"""Questions that ask for a form, end to end: rows, their order, what they are quoted from, refusals."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING

import pytest
from form_articles import write_articles
from pages import valid, written

from rag import pipeline, show
from rag.cli import main
from rag.pipeline import Rag
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.records import Answer

TODAY = datetime.date(2026, 3, 20)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forms")
    articles = folder / "articles"
    articles.mkdir()
    settings = Settings(index=folder / "index")
    pipeline.build(settings, [write_articles(articles)])
    return settings.index


@pytest.fixture(scope="module")
def rag(index: Path) -> Iterator[Rag]:
    with Rag.open(Settings(index=index, reader="off")) as opened:
        yield opened


def rows(answer: Answer, name: str) -> list[tuple[str, str]]:
    """The day and text of each row; the JSON is valid, and every row is an exact quotation."""
    assert answer.form is not None, answer.text
    assert answer.form.name == name
    valid(answer.to_dict())
    texts = []
    for row in answer.form.rows:
        [number] = row.citations
        citation = answer.citations[number - 1]
        document = citation.passage.article.document
        assert citation.verified == "exact"
        assert document.text[citation.start : citation.end] == citation.quote
        sentence = answer.sentences[row.sentence]
        assert sentence.citations == row.citations
        texts.append((str(row.day), sentence.text))
    return texts


EVENTS = [
    ("2023-03-05", "Le conseil municipal de Valmorel a voté samedi"),
    ("2023-10-16", "Le 16 octobre 2023, les premiers coups de pioche"),
    ("2024-05-22", "Une pelleteuse a percé une conduite"),
    ("2025-02-11", "La facture du tramway de Valmorel atteint"),
    ("2026-02-03", "Le tramway de Valmorel a été inauguré"),
]


@pytest.mark.parametrize(
    "question",
    ["Chronologie du tramway de Valmorel", "timeline of the Valmorel tramway", "¿cronología del tranvía de Valmorel?"],
)  # fmt: skip
def test_a_timeline_tells_each_event_once_and_the_oldest_first(rag: Rag, question: str) -> None:
    """Wrong: the order of relevance, one vote told by two papers, the scene instead of the news, a
    byline, a market in the same town.
    """
    told = rows(rag.ask(question, today=TODAY), "timeline")
    assert [day for day, _ in told] == [day for day, _ in EVENTS]
    assert all(text.startswith(start) for (_, text), (_, start) in zip(told, EVENTS, strict=True))


def test_an_article_on_other_things_of_who_is_named_is_no_event(seeds_index: Path) -> None:
    """Wrong: investments in a timeline of departures, as the company's name is most of the topic."""
    with Rag.open(Settings(index=seeds_index, reader="off")) as opened:
        departures = opened.ask("Chronologie des départs chez Amazon", today=TODAY)
        unknown = opened.ask("Chronologie des grèves chez Amazon", today=TODAY)
    days = [day for day, _ in rows(departures, "timeline")]
    assert days == ["2025-10-28", "2025-12-09", "2025-12-16"]
    assert unknown.status == "not_in_sources"


def test_where_several_articles_call_it_so_one_that_does_not_is_no_event(seeds_index: Path) -> None:
    """Wrong: investments in a timeline of layoffs, as the company's articles are alike."""
    with Rag.open(Settings(index=seeds_index, reader="off")) as opened:
        layoffs = rows(opened.ask("timeline of the layoffs at Amazon", today=TODAY), "timeline")
    assert [day for day, _ in layoffs] == ["2025-10-28", "2025-12-16"]


def test_what_the_reader_takes_for_a_bare_topic_is_no_event(seeds_index: Path) -> None:
    """Wrong: jobs that are cut as the chronology of trials, since both are news of the company."""
    with Rag.open(Settings(index=seeds_index)) as opened:
        answer = opened.ask("Chronologie des procès d'Amazon", today=TODAY)
    assert answer.status == "not_in_sources"
    assert not answer.citations and answer.hits


def test_what_is_new_comes_newest_first_a_line_for_each_story(rag: Rag) -> None:
    """Wrong: oldest first, a story twice, "Par Louis Ferrand", a story of other days."""
    told = rows(rag.ask("Quoi de neuf sur le tramway de Valmorel ?", today=TODAY), "news")
    assert [day[:4] for day, _ in told] == ["2026", "2025", "2024", "2023"]
    every = rows(rag.ask("Quoi de neuf ?", today=TODAY), "news")
    assert [day for day, _ in every][:2] == ["2026-03-17", "2026-03-10"]
    assert len(every) == 6
    assert not any(text.startswith("Par ") for _, text in every)
    march = rows(rag.ask("What happened in March 2026?", today=TODAY), "news")
    assert len(march) == 2


def test_a_summary_is_of_one_article_in_its_order(rag: Rag) -> None:
    """Wrong: sentences of other articles on the tramway, the most central first, the byline."""
    answer = rag.ask("Résume l'article sur la conduite de gaz", today=TODAY)
    told = rows(answer, "summary")
    assert answer.form is not None
    assert answer.form.title == "Une conduite de gaz percée sur le chantier du tramway"
    starts = [citation.start for citation in answer.citations]
    assert starts == sorted(starts)
    assert len(answer.quoted_articles) == 1
    texts = [text for _, text in told]
    assert any(text.startswith("Une pelleteuse a percé") for text in texts)
    assert not any("Caradec" in text for text in texts)


def test_a_publisher_that_the_phrase_names_is_the_one_summarised(rag: Rag) -> None:
    """Wrong: the article of another paper, or the paper's name searched as words."""
    answer = rag.ask("Résume l'article de L'Écho du Port sur le vote du tramway", today=TODAY)
    rows(answer, "summary")
    assert answer.citations[0].passage.article.publisher == "L'Écho du Port"


@pytest.mark.parametrize(
    "question",
    ["Chronologie de Brelune", "Quoi de neuf sur Brelune ?", "summarise the article about Brelune", "What happened in July 2019?"],
)  # fmt: skip
def test_what_is_not_in_the_articles_is_refused(rag: Rag, question: str) -> None:
    """Wrong: rows of whatever is nearest."""
    answer = rag.ask(question, today=TODAY)
    assert answer.status == "not_in_sources"
    assert not answer.sentences


def test_a_follow_up_is_asked_in_the_form_before_it(rag: Rag) -> None:
    """Wrong: "et à Kelso Bay ?" searched as words after "quoi de neuf à Valmorel ?"."""
    first = rag.ask("Quoi de neuf à Valmorel ?", today=TODAY)
    rows(first, "news")
    second = rag.ask("Et à Kelso Bay ?", today=TODAY, before=[first])
    [(day, text)] = rows(second, "news")
    assert day == "2026-03-17"
    assert text.startswith("The Kelso Bay ferry")


def test_what_a_paper_of_the_place_reports_is_of_the_place(tmp_path: Path) -> None:
    """Catches an article left out that leaves its town unsaid, and one of another town's paper taken in."""
    texts = {
        "a": "The glassworks goes bust\n\nThe Vaubrun Post, 14 January 2025\n\nThe glassworks of Vaubrun went bust on Tuesday.\n",
        "b": "Two bids for the glassworks\n\nThe Vaubrun Post, 12 March 2025\n\nTwo bids were made for the glassworks on Wednesday.\n",
        "c": "A glassworks opens\n\nThe Lison Gazette, 4 May 2025\n\nA glassworks opened to visitors on Sunday.\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    settings = Settings(index=tmp_path / "index")
    pipeline.build(settings, [tmp_path])
    with Rag.open(settings) as opened:
        answer = opened.ask("timeline of the glassworks of Vaubrun")
    assert [sentence.text for sentence in answer.sentences] == [
        "The glassworks of Vaubrun went bust on Tuesday.",
        "Two bids were made for the glassworks on Wednesday.",
    ]


def test_days_of_the_question_choose_among_the_events(rag: Rag) -> None:
    """Wrong: the days searched as words, or events of other days: recalled, or of a year after."""
    since = rows(rag.ask("Chronologie du tramway de Valmorel depuis 2025", today=TODAY), "timeline")
    assert [day for day, _ in since] == ["2025-02-11", "2026-02-03"]


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize(
    "question", ["Chronologie du tramway de Valmorel", "Quoi de neuf ?", "Résume l'article sur la conduite de gaz"]
)  # fmt: skip
def test_a_form_fits_on_a_small_screen(rag: Rag, question: str, width: int) -> None:
    """Wrong: rows wrapped at will, or wider than the screen."""
    answer = rag.ask(question, today=TODAY)
    page = written(show.answer_page(answer), width=width, terminal=True, TERM="dumb")
    lines = page.splitlines()
    assert len(lines) <= 18
    assert max(map(len, lines)) <= width


def test_the_command_line_prints_and_exits_as_for_any_question(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong: exit 0 for a refusal; a form lost on its way to JSON."""
    options = ["--index", str(index), "--no-reader", "--as-of", "2026-03-20"]
    assert main(["ask", "Chronologie du tramway de Valmorel", "--json", *options]) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["form"]["topic"] == "tramway de Valmorel"
    assert len(value["form"]["rows"]) == len(value["sentences"]) > 3
    assert main(["ask", "Chronologie de Brelune", *options]) == 3
