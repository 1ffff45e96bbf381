"""What question and sentence speak of alike: topics, told by word lists of their own languages."""

from __future__ import annotations

import pytest

from rag.answer.topics import (
    MIN_STEM,
    PARAPHRASING_TOPICS,
    TOPICS,
    find_topics,
    load_topic_words,
    mark_paraphrased,
    mark_shared_topics,
    mark_topics,
)
from rag.text.languages import list_languages_with, load_section
from rag.text.words import find_words, fold

ALIKE = [
    ("leads", "fr", "Qui dirige le port ?", "fr", "La nouvelle patronne du port vient de Brest."),
    ("leads", "en", "Who runs the harbour?", "fr", "Le PDG a pris la parole."),
    ("succeeds", "de", "Wer ersetzt den Hafenmeister?", "fr", "Elle le remplacera en mars."),
    ("works", "en", "Since when has she worked here?", "fr", "Elle est entrée au port en 2009."),
    ("said", "en", "According to whom?", "fr", "Selon le syndicat, le pont tient."),
    ("since", "es", "¿Desde cuándo existe el puente?", "fr", "Le pont a été ouvert en 1954."),
    ("earlier", "de", "Und im Vorjahr?", "fr", "Le trafic atteignait 53 navires un an auparavant."),
    ("share", "en", "What share of the ships is Danish?", "fr", "La part danoise est de 12 %."),
    (
        "change",
        "fr",
        "De combien le trafic a-t-il augmenté ?",
        "de",
        "Der Verkehr ist um 3 % gestiegen.",
    ),
    ("money", "fr", "Combien coûte le pont ?", "de", "Der Preis liegt bei 3 Euro."),
    ("people", "en", "How many employees work there?", "fr", "Le port compte 30 salariés."),
    ("cuts", "de", "Wie viele Stellen streicht der Hafen?", "fr", "Le port licencie."),
    ("cause", "en", "Why does it close?", "fr", "Il ferme parce que le sel ronge les piles."),
]


def topics_of(text: str, language: str) -> set[str]:
    """The topics of a text by name."""
    marks = find_topics([word.term for word in find_words(text)], language)
    return {name for name, mark in zip(TOPICS, marks, strict=True) if mark}


@pytest.mark.parametrize(("topic", "asked_in", "question", "said_in", "sentence"), ALIKE)
def test_question_and_answer_share_a_topic_across_languages(
    topic: str, asked_in: str, question: str, said_in: str, sentence: str
) -> None:
    """Catches a list read with accents or capitals, or one that knows the question's words alone."""
    assert topic in topics_of(question, asked_in) & topics_of(sentence, said_in)


@pytest.mark.parametrize(
    ("language", "text", "topics"),
    [
        ("en", "The car is fine.", set()),
        ("fr", "Car la fin approche.", {"cause", "ends"}),
        ("en", "It was due.", {"cause"}),
        ("it", "Due navi", set()),
        ("fr", "Il est tôt.", set()),
        ("nl", "tot vrijdag", {"ends"}),
        ("fr", "Le salon est une page.", set()),
        ("zz", "Le patron dirige le port.", set()),
    ],
)
def test_a_text_is_read_by_the_list_of_its_own_language(
    language: str, text: str, topics: set[str]
) -> None:
    """Catches "car" and "fin" read as French in an English sentence: the tables of all languages
    joined.
    """
    assert topics_of(text, language) == topics


def test_a_star_stands_for_any_ending_and_no_star_for_none() -> None:
    """Catches beginnings matched as whole words, and short words that match half the dictionary."""
    assert "leads" in topics_of("dirigeait", "fr")
    assert "since" in topics_of("since", "en")
    assert "since" not in topics_of("sincere", "en")
    assert topics_of("le chat dort sur un mur", "fr") == set()


@pytest.mark.parametrize("language", list_languages_with("topics"))
def test_the_lists_can_match(language: str) -> None:
    """Catches a list of another topic's name, a star after one letter, an entry of two words that
    no term equals.
    """
    section = load_section(language, "topics")
    assert set(section) <= set(TOPICS)
    for entry in (entry for entries in section.values() for entry in entries):
        stem = entry.rstrip("*")
        [word] = find_words(stem)
        assert word.term == fold(stem)
        assert not entry.endswith("*") or len(stem) >= MIN_STEM


@pytest.mark.parametrize("language", list_languages_with("topics"))
def test_every_entry_is_read_as_its_topic(language: str) -> None:
    """Catches a stem that is longer than what is looked at, and topics that trade places."""
    for topic, entries in load_section(language, "topics").items():
        for entry in entries:
            assert topic in topics_of(entry.rstrip("*"), language), entry
            if entry.endswith("*"):
                assert topic in topics_of(entry.replace("*", "xyzzy"), language), entry


def test_the_order_of_topics_is_that_of_the_scorers() -> None:
    """Catches topics sorted anew, which would give every weight to another topic."""
    assert TOPICS[:3] == ("leads", "succeeds", "works") and TOPICS[-1] == "made"
    assert len(TOPICS) == 15 and set(PARAPHRASING_TOPICS) == {"leads", "succeeds", "cuts"}
    assert load_topic_words("fr").words["car"] == (TOPICS.index("cause"),)


def test_a_term_is_shared_by_a_text_with_another_word_of_its_topic() -> None:
    """Catches rows and columns swapped, and a text that shares with every term because it shares
    with one.
    """
    texts = mark_topics([(["patron"], "fr"), (["phare"], "fr"), ([], "fr")])
    shared = mark_shared_topics(["dirige", "port"], "fr", texts)
    assert shared.tolist() == [[1, 0, 0], [0, 0, 0]]
    among = mark_shared_topics(["dirige", "port"], "fr", texts, ("succeeds", "cuts"))
    assert not among.any()
    patron = mark_topics([(["patron"], "fr")])
    assert mark_shared_topics([], "fr", patron).shape == (0, 1)
    assert mark_shared_topics(["dirige"], "fr", mark_topics([])).shape == (1, 0)


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("layoffs", "Le port supprime trente postes.", True),
        ("layoffs", "Le port agrandit ses quais.", False),
        ("price", "Le billet coûte 3 euros.", False),
    ],
)
def test_a_word_is_paraphrased_where_its_topics_say_the_same(
    term: str, text: str, expected: bool
) -> None:
    """Catches a topic refused in another language, and any price taken for the price asked of."""
    terms = [word.term for word in find_words(text)]
    assert mark_paraphrased([term], "en", [(terms, "fr")]).tolist() == [[expected]]
