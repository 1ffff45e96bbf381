"""What has happened on some days: the first sentence of each story, and only to a question that
asks for nothing else.
"""

from __future__ import annotations

import datetime

import pytest
from answers import article, passage
from test_question_date_filter import on, rag  # noqa: F401

from rag.answer import digest as overview
from rag.pipeline import Rag
from rag.records import Hit, RequestedPeriod

NOVEMBER = RequestedPeriod(
    datetime.date(2025, 11, 1), datetime.date(2025, 11, 30), "in November", "filter"
)


@pytest.mark.parametrize(
    "question",
    ["Que s'est-il passé en novembre ?", "What happened in November?", "Was ist im November passiert?", "¿Qué pasó en noviembre?",
     "Che cosa è successo a novembre?", "en novembre", "O que aconteceu em novembro?", "Wat is er gebeurd in november?"],
)  # fmt: skip
def test_stories_of_the_days_newest_first(rag: Rag, question: str) -> None:  # noqa: F811
    """Wrong: an answer pieced together from a word of the question, stories of other days, the
    oldest first, a headline.
    """
    answer = on(rag).ask(question)
    days = [citation.passage.article.date for citation in answer.citations]
    assert len(days) == 4
    assert days == sorted(days, reverse=True)
    assert {(day.year, day.month) for day in days if day} == {(2025, 11)}
    assert all(
        citation.quote.endswith(".") and citation.verified == "exact"
        for citation in answer.citations
    )


@pytest.mark.parametrize(
    "question",
    [
        "What happened in Tansley in November?",
        "Qui a gagné en novembre ?",
        "¿Qué ruta anunció Zarza en noviembre?",
    ],
)
def test_a_question_about_something_is_none(rag: Rag, question: str) -> None:  # noqa: F811
    """Wrong: a list of news for whoever asked about one thing."""
    assert (
        overview.choose_digest(rag.query(question), [], on(rag).scope(question).period, 60) is None
    )
    assert overview.choose_digest(rag.query("What happened?"), [], None, 60) is None


def test_a_budget_of_words_and_no_story(rag: Rag) -> None:  # noqa: F811
    """Wrong: twenty stories on a screen; an empty answer called one."""
    query = rag.query("What happened in November?")
    hits = [
        Hit(
            passage(
                article(
                    f"Titre {n}\n\nLe maire de Lorbec a ouvert le pont numéro {n}.\n",
                    title=f"Titre {n}",
                )
            ),
            1.0,
        )
        for n in range(9)
    ]
    december = NOVEMBER._replace(last=datetime.date(2025, 12, 31))
    choice = overview.choose_digest(query, hits, december, 30)
    assert choice is not None
    assert [span.end - span.start for _, span in choice.quotations] == [
        len("Le maire de Lorbec a ouvert le pont numéro 0.")
    ] * 3
    nothing = overview.choose_digest(query, hits, NOVEMBER, 30)
    assert nothing is not None
    assert nothing.status == "not_in_sources"
