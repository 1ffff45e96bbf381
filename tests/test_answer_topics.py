"""What question and sentence speak of alike: cues told by closed tables of words."""

from __future__ import annotations

import pytest

from rag.answer.topics import SHORTEST, TOPICS, WORDS, find_topics, mark_shared_topics, mark_topics
from rag.text.words import find_words, fold

ALIKE = [
    ("leads", "Qui dirige le port ?", "La nouvelle patronne du port vient de Brest."),
    ("leads", "Who runs the harbour?", "Le PDG a pris la parole."),
    ("succeeds", "Wer ersetzt den Hafenmeister?", "Elle le remplacera en mars."),
    ("works", "Since when has she worked here?", "Elle est entrée au port en 2009."),
    ("said", "According to whom?", "Selon le syndicat, le pont tient."),
    ("since", "¿Desde cuándo existe el puente?", "Le pont a été ouvert en 1954."),
    ("earlier", "Und im Vorjahr?", "Le trafic atteignait 53 navires un an auparavant."),
    ("share", "What share of the ships is Danish?", "La part danoise est de 12 %."),
    ("change", "De combien le trafic a-t-il augmenté ?", "Der Verkehr ist um 3 % gestiegen."),
    ("money", "Combien coûte le pont ?", "Der Preis liegt bei 3 Euro."),
    ("people", "How many employees work there?", "Le port compte 30 salariés."),
    ("cuts", "Wie viele Stellen streicht der Hafen?", "Le port licencie."),
    ("cause", "Why does it close?", "Il ferme parce que le sel ronge les piles."),
]


def told(text: str) -> set[str]:
    """The cues of a text by name."""
    return {
        name
        for name, there in zip(
            TOPICS, find_topics(word.term for word in find_words(text)), strict=True
        )
        if there
    }


@pytest.mark.parametrize(("cue", "question", "sentence"), ALIKE)
def test_question_and_answer_share_a_cue_across_languages(
    cue: str, question: str, sentence: str
) -> None:
    """Catches a table written with accents or capitals, or one that knows the question's words alone."""
    assert cue in told(question) & told(sentence)


def test_a_star_stands_for_any_ending_and_no_star_for_none() -> None:
    """Catches beginnings matched as whole words, and short words that match half the dictionary."""
    assert (
        "leads" in told("dirigeait") and "since" in told("since") and "since" not in told("sincere")
    )
    assert told("le chat dort sur un mur") == set()


def test_the_tables_are_written_as_words_are_compared() -> None:
    """Catches an entry that nothing can ever match."""
    entries = [word for table in WORDS.values() for word in table.split()]
    assert [word for word in entries if fold(word.rstrip("*")) != word.rstrip("*")] == []
    assert [word for word in entries if word.endswith("*") and len(word) <= SHORTEST] == []


def test_a_term_is_shared_by_a_text_with_another_word_of_its_cue() -> None:
    """Catches rows and columns swapped, and a text that shares with every term because it shares with one."""
    assert mark_shared_topics(
        ["dirige", "port"], mark_topics([["patron"], ["phare"], []])
    ).tolist() == [[1, 0, 0], [0, 0, 0]]
    assert mark_shared_topics([], mark_topics([["patron"]])).shape == (0, 1) and mark_shared_topics(
        ["dirige"], mark_topics([])
    ).shape == (1, 0)
