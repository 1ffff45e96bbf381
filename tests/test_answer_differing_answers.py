"""Which answers of two articles contradict each other, by what the reader read in them."""

from __future__ import annotations

import datetime
from dataclasses import replace
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from answers import article, passage

from rag.answer.choosing import Choice
from rag.answer.differing_answers import find_differing_answers
from rag.answer.quotation_spans import Candidate
from rag.models.embedders import open_token_vectors
from rag.question.question_types import classify_question
from rag.records import Hit, Span
from rag.text import find_words


class Read(NamedTuple):
    """An article of one sentence, with the value read in it."""

    text: str
    value: str
    day: int = 1
    score: float = 6.0


def list_kinds(question: str, *names: str, of: list[Read]) -> list[str]:
    """Return what is told of the answers of some articles in English, each in a passage alone."""
    candidates = []
    for rank, read in enumerate(of):
        day = datetime.date(2025, 3, 1) + datetime.timedelta(read.day)
        each = article(read.text, title=f"News {rank}", path=f"{rank}.txt")
        each = replace(each, date=day, language="en")
        hit = Hit(passage(each), 1.0)
        span = Span(0, len(read.text))
        candidates.append(Candidate(hit, rank, 0, span, None, None))  # type: ignore[arg-type]
    choice = Choice(
        "answered",
        [],
        sentence_order=range(len(of)),
        question_type=classify_question(question, "en"),
        scores=[read.score for read in of],
        values={place: read.value for place, read in enumerate(of)},
    )
    words = find_words(question)
    query = SimpleNamespace(
        text=question, language="en", words=words, names=[word.form in names for word in words]
    )
    told = find_differing_answers(query, choice, candidates, table=open_token_vectors())  # type: ignore[arg-type]
    return [kind for _, _, kind in told]


POLICE = Read("Police counted 2,300 people at the march in Tresk.", "2,300")
MARCH = "How many people marched in Tresk?"


def test_two_figures_of_one_march_differ() -> None:
    """Catches a pair that is missed, and an answer that the reader does not take for one."""
    organisers = Read("Organisers of the Tresk march counted 6,000 people.", "6,000")
    assert list_kinds(MARCH, "tresk", of=[POLICE, organisers]) == ["differ"]
    unsure = organisers._replace(score=-1.5)
    assert list_kinds(MARCH, "tresk", of=[POLICE, unsure]) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("In Oxmere 3,000 people marched.", "3,000"),  # the name of the question is lacking
        ("In Tresk 3,000 children marched.", "3,000 children"),
        ("In 2019 it was 3,000 people in Tresk.", "3,000"),
        ("In Tresk police expected 3,000 people.", "3,000"),
        ("In Tresk about 2,400 people marched.", "2,400"),
        ("In Tresk 90,000 people marched.", "90,000"),
        ("In Tresk 2,300 came by bus, 3,000 on foot.", "3,000"),
    ],
)
def test_what_counts_another_thing_is_silent(text: str, value: str) -> None:
    """Catches another town, a part, another year, a plan, a rounding, another scale, and a source
    that gives both figures."""
    assert list_kinds(MARCH, "tresk", of=[POLICE, Read(text, value)]) == []


@pytest.mark.parametrize(
    ("day", "text", "kind"),
    [
        (2, "Six people died in the fire at Tresk.", "differ"),
        (3, "Six people died in the fire at Tresk.", "earlier"),
        (2, "The toll of the Tresk fire has risen to six people.", "earlier"),
    ],
)
def test_a_toll_that_rises_is_no_contradiction(day: int, text: str, kind: str) -> None:
    """Catches a count of the second day, or one that says so, set against that of the first."""
    first = Read("Four people died in the fire at Tresk.", "Four")
    value = "six people" if "six" in text else "Six"
    question = "How many people died in the Tresk fire?"
    assert list_kinds(question, "tresk", of=[first, Read(text, value, day=day)]) == [kind]


def test_a_price_then_and_now_is_told_as_earlier() -> None:
    """Catches a price of months ago set against that of today."""
    old = Read("A bus ticket costs 2 euros in Tresk.", "2 euros")
    new = Read("A bus ticket costs 3 euros in Tresk.", "3 euros", day=90)
    assert list_kinds("What does a bus ticket cost in Tresk?", "tresk", of=[new, old]) == [
        "earlier"
    ]


@pytest.mark.parametrize(("question", "kinds"), [("Who won in Tresk?", ["differ"]), ("Who spoke in Tresk?", [])])  # fmt: skip
def test_two_winners_differ_two_speakers_do_not(question: str, kinds: list[str]) -> None:
    """Catches what several may have done taken for a contradiction."""
    one = Read("In Tresk it was Marian Foss.", "Marian Foss")
    other = Read("In Tresk it was Derek Pell.", "Derek Pell")
    assert list_kinds(question, "tresk", of=[one, other]) == kinds


def test_of_those_who_agree_the_nearest_in_time_is_set_against_another() -> None:
    """Catches a contradiction of one day told as earlier since the best article is a later one."""
    first = Read("Four people died in the fire at Tresk.", "Four")
    second = Read("Six people died in the fire at Tresk.", "Six")
    best = first._replace(day=20, score=7.0)
    question = "How many people died in the Tresk fire?"
    assert list_kinds(question, "tresk", of=[best, first, second]) == ["differ"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("The Tresk plant will not close.", ["differ"]),
        ("The Tresk plant will surely close.", []),
        ("The Tresk bakery will not open.", []),
    ],
)
def test_a_yes_and_a_no_differ(text: str, kinds: list[str]) -> None:
    """Catches a denial that is not seen, and one of something else."""
    yes = Read("The Tresk plant will close.", "The Tresk plant will close")
    no = Read(text, text.strip("."))
    assert list_kinds("Will the Tresk plant close?", "tresk", of=[yes, no]) == kinds


def test_an_hour_is_of_the_day_behind_it() -> None:
    """Catches "2.40am on Sunday" held for a number, that no Saturday contradicts."""
    question = "When did the fire on Canal Street start?"
    sunday = Read("The fire on Canal Street started at 2.40am on Sunday.", "2.40am")
    saturday = Read("The fire on Canal Street started late on Saturday.", "late on Saturday")
    same_day = Read("The fire on Canal Street started early on Sunday.", "early on Sunday")
    assert list_kinds(question, "Canal", "Street", of=[sunday, saturday]) == ["differ"]
    assert list_kinds(question, "Canal", "Street", of=[sunday, same_day]) == []
