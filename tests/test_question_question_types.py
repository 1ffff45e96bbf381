"""The kind of answer a question asks for, in the shipped languages."""

from __future__ import annotations

import pytest

from rag.question.question_types import (
    QUESTION_TYPES,
    classify_question,
    get_question_words,
    restore_homographs,
)
from rag.text.languages import list_languages_with, load_section

QUESTIONS = [
    ("fr", "Combien de navires sont partis ?", "number"),
    ("fr", "Quel est le montant du prêt ?", "number"),
    ("fr", "Quand le pont a-t-il fermé ?", "time"),
    ("fr", "En quelle année le pont a-t-il fermé ?", "time"),
    ("fr", "Depuis quand dirige-t-elle le port ?", "time"),
    ("fr", "Pourquoi le pont ferme-t-il ?", "reason"),
    ("fr", "Qui dirige le port ?", "person"),
    ("fr", "Où se trouve le phare ?", "place"),
    ("fr", "Que dit le rapport ?", "what"),
    ("fr", "Le pont a-t-il fermé ?", "yesno"),
    ("fr", "Comment le pont a-t-il été fermé ?", "manner"),
    ("fr", "Quel navire est parti ?", "which"),
    ("fr", "Qu'est-ce qu'un chaland ?", "define"),
    ("fr", "Le pont de Brest", None),
    ("en", "How many ships left?", "number"),
    ("en", "How tall is the lighthouse?", "number"),
    ("en", "When did the bridge close?", "time"),
    ("en", "Why does it close?", "reason"),
    ("en", "Who runs the harbour?", "person"),
    ("de", "Wie viele Schiffe sind ausgelaufen?", "number"),
    ("de", "Wann schließt die Brücke?", "time"),
    ("de", "Warum schließt die Brücke?", "reason"),
    ("de", "Wer leitet den Hafen?", "person"),
    ("es", "¿Cuánto cuesta el puente?", "number"),
    ("es", "¿Cuándo cierra el puente?", "time"),
    ("es", "¿Por qué cierra el puente?", "reason"),
    ("es", "¿Quién dirige el puerto?", "person"),
    ("it", "Quante navi sono partite?", "number"),
    ("it", "Perché chiude il ponte?", "reason"),
    ("pt", "Quantos navios partiram?", "number"),
    ("pt", "Quem dirige o porto?", "person"),
    ("nl", "Hoeveel schepen zijn vertrokken?", "number"),
    ("nl", "Wie leidt de haven?", "person"),
    ("zz", "Who?", None),
]


@pytest.mark.parametrize(("language", "question", "kind"), QUESTIONS)
def test_question_words_tell_the_kind(language: str, question: str, kind: str | None) -> None:
    """Catches patterns written for accented text, or one language's word read as another's.

    ("wie", "quando")
    """
    assert classify_question(question, language) == kind


@pytest.mark.parametrize(("language", "question", "kind"), QUESTIONS)
def test_case_and_accents_do_not_matter(language: str, question: str, kind: str | None) -> None:
    """Catches patterns that are not folded, and a fold that turns ``\\W`` into ``\\w``."""
    assert classify_question(question.upper(), language) == kind
    assert classify_question(question.lower().replace("'", "’"), language) == kind
    assert classify_question(f"« {question} »", language) == kind


# Where one pattern stops and the next begins: a noun of a list, the start of the question, a word.
EDGES = [
    ("fr", "Quel âge a le maire ?", "number"),
    ("fr", "Quel maire est élu ?", "which"),
    ("fr", "Dans quel quartier vit le maire ?", "place"),
    ("fr", "Quel quartier a gagné ?", "which"),
    ("fr", "Quels présidents sont venus ?", "person"),
    ("fr", "Un combientième ?", None),
    ("fr", "Y a-t-il un phare ?", "yesno"),
    ("fr", "Le vieux pont de la ville de Brest ferme-t-il ?", None),
    ("fr", "Le vieux pont de la ville ferme-t-il ?", "yesno"),
    ("en", "What ratio do they pay?", "number"),
    ("en", "What ship left?", "which"),
    ("en", "What is the ratio?", "number"),
    ("en", "And is it open?", None),
    ("en", "Is it open?", "yesno"),
    ("en", "Isabel left", None),
    ("en", "who was the mayor", "define"),
    ("de", "Welche Städte gewinnen?", "place"),
    ("de", "Wie groß ist er?", "number"),
    ("de", "Wie heißt er?", "manner"),
    ("de", "Welcher Königs?", "person"),
    ("es", "¿Adónde va?", "place"),
    ("es", "¿Cuál es la razón?", "reason"),
    ("es", "¿Es el alcalde?", "yesno"),
    ("it", "Può entrare?", "yesno"),
    ("it", "Qual è la quota?", "number"),
    ("pt", "É o prefeito?", "yesno"),
    ("pt", "Em que mês?", "time"),
    ("nl", "Welke stad?", "place"),
    ("nl", "Welk percentage?", "number"),
]


@pytest.mark.parametrize(("language", "question", "kind"), EDGES)
def test_where_a_kind_ends(language: str, question: str, kind: str | None) -> None:
    """Catches a list of nouns put into another kind's patterns, an anchor lost, half a word."""
    assert classify_question(question, language) == kind


HOMOGRAPHS = [
    ("Qui de Google ou de Microsoft investit le plus ?", "person"),
    ("Microsoft ou Google ?", None),
    ("Le pont est-il ouvert ou fermé ?", "yesno"),
    ("Quel navire ou quel train part ?", "which"),
    ("Où ouvre le pont ou le port ?", "place"),
    ("D'où vient le bois ou le fer ?", "place"),
    ("Ou se trouve l'école de Kermor ?", "place"),  # a capital without its accent
    ("ou se trouve le phare", "place"),
    ("OU SE TROUVE LE PHARE ?", "place"),
    ("d'ou vient le bois", "place"),
    ("D’ou vient le bois", "place"),
    ("et ou va le navire", "place"),
    ("il travaille ou ?", "place"),
    ("il travaille à Brest, mais où ?", "place"),
    ("elle part à Brest et ou ?", None),  # who writes "à" writes "où"
]


@pytest.mark.parametrize(("question", "kind"), HOMOGRAPHS)
def test_or_is_not_where(question: str, kind: str | None) -> None:
    """Catches "ou" read as "où", and a question typed without accents that asks for no place."""
    assert classify_question(question, "fr") == kind


@pytest.mark.parametrize(
    ("question", "restored"),
    [
        ("ou est Ou", "où est Où"),
        ("OU EST-IL", "OÙ EST-IL"),
        ("¿ Ou est-il", "¿ Où est-il"),
        ("Ou est l'école d'ou il vient", "Où est l'école d'ou il vient"),
        ("le cou ou le dos", "le cou ou le dos"),
        ("et oui", "et oui"),
    ],
)
def test_accents_are_restored_where_a_question_word_stands(question: str, restored: str) -> None:
    """Catches another case, a part of a word, and a word restored in a question with accents."""
    assert restore_homographs(question, "fr") == restored
    assert restore_homographs(question, "en") == question


def test_question_words_are_those_of_the_language() -> None:
    """Catches words of one language read in the tables of another: "come", "viel", "que"."""
    assert {"who", "how", "many"} <= get_question_words("en")
    assert not {"come", "wo", "que", "cosa", "viel"} & get_question_words("en")
    assert {"ou", "quel"} <= get_question_words("fr")  # folded, as the terms of a question are
    assert {"quien", "que"} <= get_question_words("es")
    assert get_question_words("zz") == frozenset()


def test_every_language_tells_every_kind() -> None:
    """Catches a table with a kind left out, or one that nobody knows."""
    languages = list_languages_with("questions", "types")
    assert set(languages) >= {"fr", "en", "de", "es", "it", "pt", "nl"}
    for language in languages:
        section = load_section(language, "questions")
        assert set(section["types"]) == set(QUESTION_TYPES)
        assert set(section.get("nouns", {})) <= set(QUESTION_TYPES)
        for kind, patterns in section["types"].items():
            uses_nouns = any("{noun}" in pattern for pattern in patterns)
            assert uses_nouns == (kind in section.get("nouns", {}))
