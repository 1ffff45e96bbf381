"""What a sentence holds that a question may ask for."""

from __future__ import annotations

import pytest

from rag.answer.answer_types import ANSWER_TYPES, FULL_NAME, find_answer_types
from rag.text.words import find_words, fold


def held(sentence: str, question: str = "", language: str = "fr") -> set[str]:
    found = find_answer_types(
        sentence,
        language,
        [word.term for word in find_words(sentence)],
        {word.term for word in find_words(question)},
        fold(question),
    )
    return {name for name, there in zip(ANSWER_TYPES, found, strict=True) if there}


@pytest.mark.parametrize(
    ("language", "sentence", "what"),
    [
        ("fr", "Le port a reçu 1 250 navires.", "number"),
        ("es", "Ha recibido doce barcos.", "number word"),
        ("de", "Das Werk schloss 1998.", "year"),
        ("de", "Die Preise stiegen um 3,5 %.", "percent"),
        ("fr", "Le chantier a coûté 4,2 millions d'euros.", "money"),
        ("en", "It cost $40.", "money"),
        ("fr", "Le phare est à Ouessant.", "name"),
        ("fr", "Elle succède à Jeanne Morel.", "full name"),
        ("fr", "Il a fermé en décembre.", "month"),
        ("de", "Sie schließt, weil der Wind stark ist.", "reason"),
        ("fr", "Un chaland est une barge.", "is a"),
        ("fr", "Il a dit « jamais ».", "quoted"),
        ("de", "Der Kahn (ein Lastschiff) sank.", "in brackets"),
        ("fr", "Trois villes : Brest, Lorient.", "colon"),
        ("fr", "Brest, Lorient, Vannes, Quimper et Auray.", "list"),
    ],
)
def test_what_is_there_is_seen(language: str, sentence: str, what: str) -> None:
    """Catches a table of another language, accents in a folded table, a mark that is not looked
    for.
    """
    assert what in held(sentence, language=language)


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


@pytest.mark.parametrize(
    ("language", "sentence", "what", "expected"),
    [
        ("en", "The car is fine.", "reason", False),
        ("fr", "Il ferme, car il pleut.", "reason", True),
        ("en", "A mission to mars.", "month", False),
        ("de", "Sie schließt im Mai.", "month", True),
        ("en", "A six year plan.", "number word", True),
        ("fr", "Un six cylindres, et one more.", "number word", True),
        ("en", "The dix commandments.", "number word", False),
        ("en", "One ship.", "number word", False),
        ("zz", "Il ferme en mai, car il pleut.", "reason", False),
    ],
)
def test_a_sentence_is_read_by_the_words_of_its_own_language(
    language: str, sentence: str, what: str, expected: bool
) -> None:
    """Catches "car" taken for a reason in English; "one" and "un", which are articles, taken for
    figures.
    """
    assert (what in held(sentence, language=language)) == expected


@pytest.mark.parametrize(
    ("sentence", "what", "expected"),
    [
        ("Brest, Lorient, Vannes et Auray.", "list", False),
        ("Brest, Lorient, Vannes, Auray.", "list", True),
        ("En 999 déjà.", "year", False),
        ("En 1000 déjà.", "year", True),
        ("En 2199 encore.", "year", True),
        ("En 2200 encore.", "year", False),
        ("Il vaut mille euros.", "money", False),
        ("Il vaut 1000 euros.", "money", True),
        ("Un taux de cent %.", "percent", False),
        ("Un taux de 100 %.", "percent", True),
    ],
)
def test_one_below_and_one_above(sentence: str, what: str, expected: bool) -> None:
    """Catches a list of two commas, years without bounds, money and per cent without a number."""
    assert (what in held(sentence)) == expected


def test_a_name_has_a_first_word_of_some_length() -> None:
    """Catches a pattern that reads a long word to its end from each of its initials: quadratic time."""
    assert FULL_NAME.search("A. B. Cord-Miller Berg")
    assert not FULL_NAME.search(f"{'A.B.' * 20}ord berg")
    assert not FULL_NAME.search(f"A{'b' * 80} Berg")
