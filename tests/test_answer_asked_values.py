"""The value asked for: what the reader read, or the first number, day or name of the quotation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from answers import FIRST, article, citation, passage

from rag.answer.asked_values import add_values
from rag.answer.choosing import Choice
from rag.answer.quotation_spans import Candidate
from rag.records import Hit, Span


def mark(text: str, kind: str, question: str, value: str = "", language: str = "fr") -> str:
    """The value of a text that answers a question; ``value`` is what the reader read."""
    of = replace(article(text), language=language)
    cited = replace(citation(1, of, text), passage=passage(of))
    candidate = Candidate(
        Hit(cited.passage, 1.0),
        0,
        0,
        Span(0, len(text)),
        np.zeros(0, np.uint16),
        np.zeros(0, np.float32),
    )
    choice = Choice(
        "answered",
        [],
        sentence_order=[0],
        question_type=kind,  # type: ignore[arg-type]
        values={0: value} if value else {},
    )
    [marked] = add_values([cited], choice, [candidate], question)
    return marked.value


@pytest.mark.parametrize(
    ("kind", "question", "value", "marked"),
    [
        ("person", "Qui remplacera Paul Durand ?", " Jeanne Morel", "Jeanne Morel"),
        (
            "person",
            "Qui remplacera Paul Durand ?",
            "Jeanne Morel remplacera Paul Durand",
            "Jeanne Morel",
        ),
        ("person", "Qui remplacera Paul Durand ?", "", "Jeanne Morel"),
        ("time", "Quand Jeanne Morel arrive-t-elle ?", "le 1er mars.", "le 1er mars"),
        ("reason", "Pourquoi ?", "Jeanne Morel", ""),
        ("what", "Que fait Jeanne Morel ?", FIRST * 3, ""),
    ],
)
def test_the_value_is_what_the_reader_read(
    kind: str, question: str, value: str, marked: str
) -> None:
    """Catches the name that was asked about, a clause taken for a value, a mark on reasons."""
    assert mark(FIRST, kind, question, value) == marked


@pytest.mark.parametrize(
    ("text", "language", "kind", "question", "marked"),
    [
        ("Les 40 élus ont voté 15 millions d'euros.", "fr", "number", "Que votent les 40 élus ?", "15 millions"),
        ("The port opened on 3 March 2025, a Monday.", "en", "time", "When did it open?", "3 March 2025"),
        ("Das Werk schloss 2019 für immer.", "de", "time", "Wann schloss das Werk?", "2019"),
        ("On ne sait rien.", "fr", "number", "Combien ?", ""),
    ],
)  # fmt: skip
def test_without_a_reader_the_first_of_its_kind_is_taken(
    text: str, language: str, kind: str, question: str, marked: str
) -> None:
    """Catches a figure of the question, a date without its month, a value where there is none."""
    assert mark(text, kind, question, language=language) == marked


def test_what_stands_in_another_passage_is_no_value() -> None:
    """Catches the value of one quotation marked in another."""
    other = replace(citation(1, article(), FIRST), passage=passage(article("Autre texte ici.")))
    candidate = Candidate(
        Hit(passage(article(), FIRST), 1.0),
        0,
        0,
        Span(0, 10),
        np.zeros(0, np.uint16),
        np.zeros(0, np.float32),
    )
    choice = Choice("answered", [], sentence_order=[0], question_type="what", values={0: "x"})
    [marked] = add_values([other], choice, [candidate], "Quoi ?")
    assert marked.value == ""
