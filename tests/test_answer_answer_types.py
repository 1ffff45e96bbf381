"""What a sentence holds that a question may ask for."""

from __future__ import annotations

import pytest

from rag.answer.answer_types import ANSWER_TYPES, find_answer_types
from rag.text.words import find_words, fold


def held(sentence: str, question: str = "") -> set[str]:
    found = find_answer_types(
        sentence,
        [word.term for word in find_words(sentence)],
        {word.term for word in find_words(question)},
        fold(question),
    )
    return {name for name, there in zip(ANSWER_TYPES, found, strict=True) if there}


@pytest.mark.parametrize(
    ("sentence", "what"),
    [
        ("Le port a reçu 1 250 navires.", "number"),
        ("Ha recibido doce barcos.", "number word"),
        ("Das Werk schloss 1998.", "year"),
        ("Die Preise stiegen um 3,5 %.", "percent"),
        ("Le chantier a coûté 4,2 millions d'euros.", "money"),
        ("It cost $40.", "money"),
        ("Le phare est à Ouessant.", "name"),
        ("Elle succède à Jeanne Morel.", "full name"),
        ("Il a fermé en décembre.", "month"),
        ("Sie schließt, weil der Wind stark ist.", "reason"),
        ("Un chaland est une barge.", "is a"),
        ("Il a dit « jamais ».", "quoted"),
        ("Der Kahn (ein Lastschiff) sank.", "in brackets"),
        ("Trois villes : Brest, Lorient.", "colon"),
        ("Brest, Lorient, Vannes, Quimper et Auray.", "list"),
    ],
)
def test_what_is_there_is_seen(sentence: str, what: str) -> None:
    """Catches a table of another language, accents in a folded table, a mark that is not looked for."""
    assert what in held(sentence)


def test_what_the_question_says_answers_nothing() -> None:
    """Catches a figure or name of the question taken for its own answer."""
    question = "Combien de navires le port de Brest a-t-il reçus en 2024 ?"
    assert "number" in held("Le port a reçu 1 250 navires en 2024.", question)
    assert not {"number", "year"} & held("Le port en a reçu beaucoup en 2024.", question)
    assert "name" not in held("Le port de Brest est grand.", question)


def test_plain_words_hold_nothing() -> None:
    """Catches the first word of a sentence taken for a name, and a year taken for a number."""
    assert held("Le vent est fort.") == set()
    assert held("Elle a ouvert 1998.") == {"year"}
