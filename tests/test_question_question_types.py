"""The kind of answer a question asks for, in the shipped languages."""

from __future__ import annotations

import pytest

from rag.question.question_types import ASKING, QUESTION_TYPES, classify_question

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
    """Catches patterns written for accented text, or one language's word read as another's ("wie", "quando")."""
    assert classify_question(question, language) == kind


def test_every_language_tells_every_kind() -> None:
    """Catches a table with a kind left out, or one that nobody knows."""
    assert {tuple(sorted(kinds)) for kinds in ASKING.values()} == {tuple(sorted(QUESTION_TYPES))}
