"""Which questions are about the articles as a whole, and which ask what the articles say."""

from __future__ import annotations

import pytest

from rag.question.collection import find_collection_question, has_collection_mark

# Written before the patterns: each has their words, and asks for something that articles say.
SEARCHED = {
    "fr": """Combien d'articles compte la loi ?
Combien d'articles la journaliste a-t-elle écrits ?
Combien d'articles du code ont été modifiés ?
Combien d'articles la boutique vend-elle ?
Combien d'articles sont vendus par jour ?
Combien d'articles parlent de la liberté dans la Constitution ?
Combien d'articles parlent-ils de supprimer ?
Quel est le dernier article de la Constitution ?
De quoi parle le dernier article du traité ?
Quels journaux ont été rachetés ?
Quels journaux parlent de ce qui arrive ?
Depuis quand le phare est-il éteint ?
De quand date le pont ?
De quoi parle la maire ?
De quand à quand la guerre a-t-elle duré ?
Quels journaux y a-t-il à Valbois ?
Quels articles de la loi ont été votés ?
Liste les articles du contrat
Dans quels articles du code parle-t-on de vol ?""",
    "en": """How many articles did the journalist write?
How many articles are in the treaty?
How many articles are about to be published?
How many articles about bees did she write?
How many articles does the constitution have?
How many articles are sold each day?
How many articles mention that the bridge was closed?
How many articles of clothing were collected?
Which papers did the scientist publish?
Which papers were bought by the group?
What sources does the river have?
Since when is the lighthouse closed?
From when to when did the strike last?
What is the last article of the contract?
When was penicillin first mentioned?
What are the articles of association about?
What period does the exhibition cover?
How many stories does the tower have?
Which articles of the treaty were signed?
List the articles she wrote about bees
How many articles in the shop are sold?""",
    "de": """Wie viele Artikel hat das Grundgesetz?
Wie viele Artikel hat die Autorin geschrieben?
Wie viele Artikel verkauft der Laden?
Wie viele Artikel handeln davon, dass er ging?
Welche Zeitungen wurden verkauft?
Seit wann ist die Brücke gesperrt?
Von wann bis wann dauerte der Streik?
Was ist der letzte Artikel des Vertrags?
Welche Quellen hat der Fluss?
Wovon handelt der Roman?""",
    "es": """¿Cuántos artículos tiene la Constitución?
¿Cuántos artículos escribió la periodista?
¿Cuántos artículos vende la tienda?
¿Cuántos artículos hablan de lo que pasó?
¿Qué periódicos fueron comprados?
¿Desde cuándo está cerrado el puente?
¿De cuándo a cuándo duró la huelga?
¿Cuál es el último artículo de la ley?""",
}
COUNTED = {
    "fr": """Combien d'articles parlent de Verlune ? = count Verlune
combien d’articles traitent de la pêche = count pêche
Combien d'articles y a-t-il sur Verlune ? = count Verlune
Combien d'articles as-tu ? = count
Quels articles parlent de Verlune ? = articles Verlune
Liste tous les articles sur la pêche = articles pêche
Quels articles y a-t-il ? = articles
Quel est l'article le plus ancien ? = since
quels journaux parlent d'Odile Brac ? = publishers Odile Brac
Quel est le dernier article sur le port de Valbois ? = latest port de Valbois
Depuis quand parle-t-on de La Roche ? = since La Roche
De quoi parlent les articles ? = overview""",
    "en": """How many articles are about Verlune? = count Verlune
how many articles mention the "sea wall" = count sea wall
In how many articles is Odile Brac mentioned? = count Odile Brac
How many articles are there in total? = count
Which articles mention Verlune? = articles Verlune
list all the articles about fishing = articles fishing
What's the oldest article? = since
Which papers write about Verlune? = publishers Verlune
Which papers do you have? = publishers
Show me the latest article on fishing = latest fishing
From when to when? = extent""",
    "de": """Wie viele Artikel handeln von Straßenbahnen? = count Straßenbahnen
In wie vielen Artikeln wird Verlune erwähnt? = count Verlune
Welche Zeitungen berichten über die Brücke? = publishers Brücke
Seit wann wird über Verlune berichtet? = since Verlune
Welche Artikel erwähnen Verlune? = articles Verlune
Zeig mir alle Artikel über Straßenbahnen = articles Straßenbahnen""",
    "es": """¿Cuántos artículos hablan de Verlune? = count Verlune
¿Qué periódicos hay? = publishers
¿Qué artículos hablan de Verlune? = articles Verlune
¿Desde cuándo se habla del puente? = since puente
¿De qué tratan los artículos? = overview""",
    "it": "Quanti articoli parlano dell'inflazione? = count inflazione",
    "pt": "Quantos artigos falam da Verlune? = count Verlune",
    "nl": "Hoeveel artikelen gaan over Verlune? = count Verlune",
}


def list_cases(table: dict[str, str]) -> list[tuple[str, str]]:
    """Pairs of a language and a line of it."""
    return [(language, line) for language, text in table.items() for line in text.splitlines()]


@pytest.mark.parametrize(("language", "question"), list_cases(SEARCHED))
def test_what_articles_say_is_searched(language: str, question: str) -> None:
    """Catches a pattern that takes a question for a count which no catalog knows."""
    assert find_collection_question(question, language) is None


@pytest.mark.parametrize(("language", "line"), list_cases(COUNTED))
def test_what_is_asked_of_all_articles_is_told(language: str, line: str) -> None:
    """Catches a topic with its article, or cut at a folded letter; a mark that is missing."""
    question, _, expected = line.rpartition(" = ")
    asked = find_collection_question(question, language)
    assert asked is not None
    assert f"{asked.kind} {asked.topic}".strip() == expected
    assert has_collection_mark(question, language)


@pytest.mark.parametrize(
    ("language", "question", "publisher"),
    [
        ("fr", "Combien d'articles de La Gazette ?", "La Gazette"),
        ("en", "How many articles are there from the Lyon Post?", "Lyon Post"),
        ("de", "Wie viele Artikel gibt es von der Lahnzeitung?", "Lahnzeitung"),
        ("es", "¿Cuántos artículos hay de El Faro?", "El Faro"),
    ],
)
def test_whose_articles_are_counted_is_told(language: str, question: str, publisher: str) -> None:
    """Catches a publisher taken for a topic, or cut at its article."""
    asked = find_collection_question(question, language)
    assert asked is not None
    assert (asked.kind, asked.topic, asked.publisher) == ("count", "", publisher)


def test_a_publisher_and_a_topic_may_both_be_told() -> None:
    """Catches a topic taken for a part of the publisher's name."""
    asked = find_collection_question("Combien d'articles de La Gazette parlent du port ?", "fr")
    assert asked is not None
    assert (asked.topic, asked.publisher) == ("port", "La Gazette")


def test_the_words_of_a_topic_keep_their_accents() -> None:
    """Catches stems looked up for a folded word, and articles that every article would have."""
    asked = find_collection_question("Combien d'articles parlent de la pêche et du thon ?", "fr")
    assert asked is not None
    assert asked.forms == ("pêche", "thon")
