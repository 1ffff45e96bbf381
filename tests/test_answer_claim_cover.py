"""Sentences that speak of what is asked whether it is so, in whatever words."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from sentences import candidates

from rag.answer.claim_cover import find_covering, keep_named
from rag.answer.polarity import read_asked_claim
from rag.answer.quotation_spans import Quotation
from rag.models import embedders
from rag.pipeline import Rag
from rag.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

TODAY = datetime.date(2026, 1, 1)


def cover(
    question: str, *sentences: str, title: str, may_lack: bool = False, language: str = "en"
) -> list[str]:
    """The sentences that speak of a question."""
    table = embedders.open_token_vectors()
    asked = read_asked_claim(question, language, table=table, today=TODAY)
    assert asked is not None
    found = candidates(*sentences, language=language, title=title)
    places = find_covering(asked, found, range(len(found)), may_lack=may_lack)
    return [found[place].text for place in places]


def test_words_may_stand_in_the_title() -> None:
    """Catches a sentence that is passed over since it does not repeat its title."""
    sentences = ("The plan was popular.", "The wind farm has been dropped.")
    found = cover("Will there be a wind farm on Gannet Moor?", *sentences, title="Gannet Moor")
    assert found == ["The wind farm has been dropped."]


def test_a_name_alone_is_not_spoken_of() -> None:
    """Catches any sentence about a person taken for one about her resignation."""
    title = "Oldcastle may resign"
    assert cover("Will Oldcastle resign?", "Oldcastle was born in Orbin.", title=title) == []


@pytest.mark.parametrize(
    ("may_lack", "expected"),
    [(True, ["The council has rejected the sale of the Vaubrun swimming pool."]), (False, [])],
)
def test_what_refuses_may_lack_a_word_beside_others(may_lack: bool, expected: list[str]) -> None:
    """Catches a denial lost, and one that answers a question by itself though it lacks a word."""
    sentences = (
        "The Vaubrun swimming pool has slides.",
        "The council has rejected the sale of the Vaubrun swimming pool.",
    )
    question = "Will the Vaubrun swimming pool be demolished?"
    assert cover(question, *sentences, title="News", may_lack=may_lack) == expected


def test_an_auxiliary_says_nothing_of_what_is_asked() -> None:
    """Catches any promise under the title, for its future, before the sentence that settles it."""
    promise = "Les commerçants ne seront pas expropriés, a promis le maire."
    settling = "Le conseil d'Orvans a renoncé jeudi soir au tramway."
    question = "Orvans aura-t-elle un tramway ?"
    title = "Orvans enterre son tramway"
    assert cover(question, promise, settling, title=title, language="fr") == [settling]


def test_a_passage_without_the_name_asked_for_is_left_out(seeds_index: Path) -> None:
    """Catches what is said of a tower beside what is said of a firm, and nothing left where no passage has it."""
    firm = candidates("It pays for that.", language="en", title="Microsoft builds", path="a.txt")
    tower = candidates("It will be ready in 2027.", language="en", title="A tower", path="b.txt")
    quotations = [Quotation(each.hit.passage, each.span) for each in (*firm, *tower)]
    with Rag.open(Settings(index=seeds_index, reader="off")) as rag:
        query = rag.query("Will Microsoft pay for that?")
    assert keep_named(query, quotations) == quotations[:1]
    assert keep_named(query, quotations[1:]) == quotations[1:]
