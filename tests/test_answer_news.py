"""What has happened on some days: a sentence of each story, and only to a question that asks for
nothing else.
"""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from answers import article
from test_question_date_filter import on, rag  # noqa: F401

from rag.answer import news
from rag.pipeline import Rag
from rag.question.forms import asks_for_news, recognise_form
from rag.records import RequestedPeriod

NOVEMBER = RequestedPeriod(
    datetime.date(2025, 11, 1), datetime.date(2025, 11, 30), "in November", "filter"
)


@pytest.mark.parametrize(
    "question",
    ["Que s'est-il passé en novembre ?", "What happened in November?", "Was ist im November passiert?", "¿Qué pasó en noviembre?",
     "Che cosa è successo a novembre?", "en novembre", "O que aconteceu em novembro?", "Wat is er gebeurd in november?",
     "Was geschah im November?", "Was passierte im November?", "Welche Ereignisse gab es im November?", "Cosa accadde a novembre?",
     "¿Qué aconteció en noviembre?", "O que se passou em novembro?", "Wat gebeurde er in november?", "Qu'est-il arrivé en novembre ?"],
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
    form = recognise_form(question, [rag.query(question).language], on(rag).scope(question))
    assert form is None


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-10-31", False),
        ("2025-11-01", True),
        ("2025-11-30", True),
        ("2025-12-01", False),
        (None, False),
    ],
)
def test_both_ends_of_the_days_count(day: str | None, expected: bool) -> None:
    """Catches the first or the last day of a month left out, and a story of unknown day."""
    date = datetime.date.fromisoformat(day) if day else None
    assert news.is_within(replace(article(), date=date), NOVEMBER) == expected


def test_an_open_end_lets_all_days_through() -> None:
    """Catches a comparison with no day, and a period without a last day that ends on its first."""
    story = replace(article(), date=datetime.date(2025, 11, 15))
    assert news.is_within(story, NOVEMBER._replace(first=None))
    assert news.is_within(story, NOVEMBER._replace(last=None))
    assert not news.is_within(story, NOVEMBER._replace(first=None, last=datetime.date(2025, 1, 1)))


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Que s'est-il passé en novembre ?", True),
        ("en", "Que s'est-il passé en novembre ?", False),
        ("de", "Was ist passiert en novembre ?", True),
        ("fr", "Que s'est-il passé à Brest en novembre ?", False),
        ("zz", "Que s'est-il passé en novembre ?", False),
    ],
)
def test_news_are_asked_in_the_words_of_the_question_s_language(
    language: str,
    text: str,
    expected: bool,
) -> None:
    """Catches words of one language read in the table of another."""
    assert asks_for_news(text.replace("en novembre", ""), language) == expected
