"""The kind of answer a question asks for, in the shipped languages."""

from __future__ import annotations

import pytest

from rag.kinds import asked, holds

QUESTIONS = [
    ("fr", "Combien de navires sont partis ?", "number"),
    ("fr", "Quel est le montant du prêt ?", "number"),
    ("fr", "Quand le pont a-t-il fermé ?", "time"),
    ("fr", "En quelle année le pont a-t-il fermé ?", "time"),
    ("fr", "Depuis quand dirige-t-elle le port ?", "time"),
    ("fr", "Pourquoi le pont ferme-t-il ?", "reason"),
    ("fr", "Qui dirige le port ?", "name"),
    ("fr", "Où se trouve le phare ?", "name"),
    ("fr", "Que dit le rapport ?", None),
    ("en", "How many ships left?", "number"),
    ("en", "How tall is the lighthouse?", "number"),
    ("en", "When did the bridge close?", "time"),
    ("en", "Why does it close?", "reason"),
    ("en", "Who runs the harbour?", "name"),
    ("de", "Wie viele Schiffe sind ausgelaufen?", "number"),
    ("de", "Wann schließt die Brücke?", "time"),
    ("de", "Warum schließt die Brücke?", "reason"),
    ("de", "Wer leitet den Hafen?", "name"),
    ("es", "¿Cuánto cuesta el puente?", "number"),
    ("es", "¿Cuándo cierra el puente?", "time"),
    ("es", "¿Por qué cierra el puente?", "reason"),
    ("es", "¿Quién dirige el puerto?", "name"),
    ("it", "Quante navi sono partite?", "number"),
    ("it", "Perché chiude il ponte?", "reason"),
    ("pt", "Quantos navios partiram?", "number"),
    ("pt", "Quem dirige o porto?", "name"),
    ("nl", "Hoeveel schepen zijn vertrokken?", "number"),
    ("nl", "Wie leidt de haven?", "name"),
    ("zz", "Who?", None),
]


@pytest.mark.parametrize(("language", "question", "kind"), QUESTIONS)
def test_question_words_tell_the_kind(language: str, question: str, kind: str | None) -> None:
    """Catches patterns written for accented text, or one language's word read as another's ("wie", "quando")."""
    assert asked(question, language) == kind


def test_a_sentence_holds_what_the_question_does_not_already_say() -> None:
    """Catches a figure or name of the question taken for its own answer."""
    question = "Combien de navires le port de Brest a-t-il reçus en 2024 ?"
    assert holds("number", "Le port a reçu 1 250 navires en 2024.", question)
    assert not holds("number", "Le port en a reçu beaucoup en 2024.", question)
    assert holds("name", "Le phare est à Ouessant.", "Où est le phare ?")
    assert not holds("name", "Le port de Brest est grand.", question)
    assert holds("time", "Il a fermé en décembre.", "Quand a-t-il fermé ?")
    assert not holds("time", "Mais il a fermé.", "Quand a-t-il fermé ?")
    assert holds("reason", "Il ferme car le vent est fort.", "Pourquoi ferme-t-il ?")
    assert not holds("reason", "Il ferme demain.", "Pourquoi ferme-t-il ?")
