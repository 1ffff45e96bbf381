"""Which questions ask for a form, in each language, and which only have its words."""

from __future__ import annotations

import datetime

import pytest

from rag.question.date_filter import find_scope
from rag.question.forms import find_form, recognise_form
from rag.records import Filters
from rag.text import list_languages_with

ASKED = {
    "timeline": """fr|Chronologie de la grève du bac|grève du bac
fr|Donne-moi une chronologie du chantier|chantier
fr|La grève du bac : chronologie|La grève du bac
fr|Que s'est-il passé avec le bac, étape par étape ?|bac
fr|Comment a évolué le prix du pain ?|le prix du pain
fr|Que s'est-il passé à Marsel depuis janvier ?|Marsel
fr|Les dates clés de la grève|grève
en|What happened to the ferry since it was ordered?|ferry
en|Tell me the story of the ferry|ferry
en|Key dates for the bridge|bridge
de|Wie ging es mit dem Streik weiter?|Streik
es|¿Qué ha pasado con el mercado desde el incendio?|mercado
nl|Hoe ging het verder met de brug?|brug
pt|O que aconteceu com a ponte desde a cheia?|ponte
fr|Comment le prix du pain a-t-il évolué depuis ?|le prix du pain
en|Timeline of the ferry strike|ferry strike
en|Give me a timeline for the bridge|bridge
en|How has the price of bread changed over time?|price of bread
de|Chronologie des Streiks|Streiks
de|Wie hat sich der Brotpreis entwickelt?|Brotpreis
es|Cronología de la huelga|huelga
es|¿Cómo ha evolucionado el precio del pan?|el precio del pan
it|Cronologia dello sciopero|sciopero
nl|Hoe heeft de staking zich ontwikkeld?|staking
pt|Como evoluiu o preço do pão?|o preço do pão
ru|Хронология событий забастовки|забастовки
ja|ストの年表|スト
zh|罢工的时间线|罢工
tr|grev kronolojisi|grev""",
    "news": """fr|Quoi de neuf sur le tunnel ?|tunnel
fr|quoi de neuf dans les musées ?|musées
fr|Dernières nouvelles du port|port
fr|Quoi de neuf ?|
fr|Où en est le chantier du tunnel ?|chantier du tunnel
en|Where do things stand with the tunnel?|tunnel
de|Wie steht es um den Tunnel?|Tunnel
es|¿En qué punto está el túnel?|túnel
it|A che punto è il tunnel?|tunnel
en|What's new with the tunnel?|tunnel
en|Latest on the strike|strike
en|the latest news from Kelso Bay|Kelso Bay
de|Was gibt es Neues zum Tunnel?|Tunnel
de|Neuigkeiten aus Lorbach|Lorbach
es|¿Qué hay de nuevo sobre el túnel?|túnel
es|últimas noticias de Zarza|Zarza
it|Ci sono novità sul tunnel?|tunnel
nl|Wat is er nieuw over de tunnel?|tunnel
pt|Quais são as últimas notícias sobre o túnel?|túnel
sv|Vad är nytt om tunneln?|tunneln
pl|Co nowego w sprawie tunelu?|tunelu""",
    "summary": """fr|Résume l'article sur la grève|grève
fr|Peux-tu me résumer l'article sur la grève ?|grève
fr|Que dit l'article sur le phare ?|phare
fr|L'essentiel de l'article sur le phare|phare
en|Give me the gist of the article on bees|bees
en|In a nutshell: the article about bees|bees
de|Das Wichtigste aus dem Artikel über Bienen|Bienen
es|Lo esencial del artículo sobre las abejas|abejas
en|Summarise the article about the strike|strike
en|Can you summarize the piece on bees?|bees
en|What does the article on the lighthouse say?|lighthouse
de|Fasse den Artikel über den Streik zusammen|Streik
de|Was steht im Artikel über den Hafen?|Hafen
es|Resume el artículo sobre la huelga|huelga
es|¿Qué dice el artículo sobre el puerto?|puerto
it|Riassumi l'articolo sullo sciopero|sciopero
nl|Vat het artikel over de staking samen|staking
pt|Resume o artigo sobre a greve|greve
uk|Підсумуй статтю про страйк|страйк""",
}
# Each has the words of a form, and asks for something that articles say.
SEARCHED = """fr|Quelle chronologie l'historien a-t-il publiée ?
fr|Qui a résumé le livre de la maire ?
fr|Que dit le maire de la grève ?
fr|Que dit l'article 12 de la loi ?
fr|Qui a dit quoi de neuf ?
fr|Combien coûte le nouveau pont ?
fr|Comment fabrique-t-on le pain étape par étape ?
en|Who wrote the timeline of the war?
en|How has the law changed the market?
en|Who summarised the report?
en|What is the new bridge made of?
en|Which latest model did the yard build?
en|What does the mayor say about the strike?
de|Wer hat die Chronik geschrieben?
de|Was sagt der Bürgermeister über den Streik?
de|Was kostet die neue Brücke?
es|¿Quién escribió la cronología?
es|¿Qué dice el alcalde sobre la huelga?
es|¿Cuánto cuesta el nuevo puente?
fr|À qui le phare de Penmarch a-t-il été vendu ?
fr|Par quelle ville le phare est-il payé ?
fr|De quoi la maire parle-t-elle ?"""


def list_asked() -> list[tuple[str, str, str, str]]:
    """Form, language, question and topic of each line."""
    lines = []
    for form, text in ASKED.items():
        for line in text.splitlines():
            language, question, topic = line.split("|")
            lines.append((form, language, question, topic))
    return lines


@pytest.mark.parametrize(("form", "language", "question", "topic"), list_asked())
def test_a_phrase_asks_for_its_form(form: str, language: str, question: str, topic: str) -> None:
    """Catches a phrase that is searched as words, and words of it left in the topic."""
    found = find_form(question, language)
    assert found is not None
    assert (found.name, found.topic) == (form, topic)


@pytest.mark.parametrize("line", SEARCHED.splitlines())
def test_a_word_inside_a_question_asks_for_none(line: str) -> None:
    """Catches a form told by one of its words."""
    language, question = line.split("|")
    assert find_form(question, language) is None


def test_every_language_that_has_a_file_has_the_forms() -> None:
    """Catches a language whose questions are searched as words."""
    for key in ("timeline", "news", "summary"):
        assert len(list_languages_with("forms", key)) == len(list_languages_with("names"))


@pytest.mark.parametrize(
    ("question", "language", "topic"),
    [
        ("What happened with the strike in March 2026?", "en", "strike"),
        ("En mars 2026, quoi de neuf sur le bac ?", "fr", "bac"),
        ("Quoi de neuf sur le bac en mars 2026 ?", "fr", "bac"),
        ("What happened last week?", "en", ""),
        ("¿Qué pasó la semana pasada?", "es", ""),
    ],
)
def test_days_are_no_part_of_the_topic(question: str, language: str, topic: str) -> None:
    """Catches days searched as words, and a phrase that days in front of it hide."""
    scope = find_scope(question, language, Filters(), datetime.date(2026, 3, 20))
    form = recognise_form(question, [language], scope)
    assert form is not None
    assert (form.name, form.topic) == ("news", topic)


def test_what_happened_to_a_thing_is_a_question_where_no_days_are_named() -> None:
    """Catches news for whoever asks what became of something."""
    assert find_form("What happened to the ship?", "en") is None


def test_a_text_that_is_pasted_asks_for_none() -> None:
    """Catches patterns that are held against a text of any length."""
    assert find_form("Résume l'article de " + "sur de " * 5000, "fr") is None


@pytest.mark.parametrize(
    ("language", "question", "things"),
    [
        ("fr", "La ligne A est-elle plus chère que la ligne B ?", ["La ligne A", "ligne B"]),
        ("fr", "Est-ce que Marsel est plus peuplée que Vaubrun ?", ["Marsel", "Vaubrun"]),
        ("en", "Is Marsel bigger than Vaubrun?", ["Marsel", "Vaubrun"]),
        ("en", "Does Mill Lane lose more money than Castle Park?", ["Mill Lane", "Castle Park"]),
        ("de", "Hat Marsel mehr Betten als Vaubrun?", ["Marsel", "Vaubrun"]),
        ("es", "¿Es Marsel más grande que Vaubrun?", ["Marsel", "Vaubrun"]),
    ],
)
def test_a_degree_compares_two_things(language: str, question: str, things: list[str]) -> None:
    """Catches one of both alone quoted, and a name in front of what is asked of both."""
    form = find_form(question, language)
    assert form is not None
    assert [thing.label for thing in form.things] == things
    assert not any("marsel" in thing.asked for thing in form.things)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("fr", "Le maire est-il plus populaire que jamais ?"),
        ("fr", "Le pain est-il plus cher que l'an dernier ?"),
        ("en", "Is the water colder than last year?"),
        ("en", "Is the bill higher than expected?"),
        ("de", "Ist das Brot teurer als früher?"),
    ],
)
def test_what_was_once_is_no_other_thing(language: str, question: str) -> None:
    """Catches a row for "ever", of which the articles say nothing."""
    form = find_form(question, language)
    assert form is not None and form.name == "yes_no"


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("fr", "Quel âge a Jonty, le frère de la compositrice ?"),
        ("fr", "Selon la direction, qu'est-ce qui explique avant tout la perte ?"),
        ("fr", "Qui était co-PDG de Salesforce avec Benioff, et quand est-il parti ?"),
        ("en", "Who owns My Money Group, the buyer of HSBC's branches in France?"),
        ("en", "Which of the tunnel's leaders has been down at Prà Lungo, and how often?"),
        ("de", "Wer leitet den Verein, der am Sonntag die Draisine fahren lässt?"),
        ("de", "Wo war der Glaziologe, als der Bergsee auslief?"),
        ("es", "¿Qué edad tiene Sandra Paillet, la corredora de Niort?"),
        ("es", "¿Cuántas hectáreas de posidonia hay frente a San Telmo del Mar?"),
    ],
)
def test_what_stands_behind_a_comma_is_no_other_thing(language: str, question: str) -> None:
    """Catches a relative clause, or who somebody is, with a row of which the articles say nothing."""
    form = find_form(question, language)
    assert form is None or form.name != "comparison"


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("fr", "À partir de quel seuil la machine cesse-t-elle d'aspirer ?"),
        ("de", "Auf welchen Anteil seiner Milch verzichtet Lactalis?"),
        ("es", "¿Por qué los cruceros dañan la posidonia si no fondean sobre ella?"),
    ],
)
def test_a_question_for_a_value_asks_for_no_form(language: str, question: str) -> None:
    """Catches an inverted verb behind "quel" for a yes or no, and "por qué los" for a list."""
    assert find_form(question, language) is None
