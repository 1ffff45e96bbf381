"""Questions that ask for a comparison, a list, yes or no, and those that only look like one."""

from __future__ import annotations

import pytest

from rag.question.forms import find_form


@pytest.mark.parametrize(
    ("language", "question", "things"),
    [
        ("fr", "Compare Vaubrun et Marsel", ["Vaubrun", "Marsel"]),
        ("fr", "Vaubrun ou Marsel : laquelle a le plus d'habitants ?", ["Vaubrun", "Marsel"]),
        ("fr", "lequel est le moins cher, le tram ou le bus", ["tram", "bus"]),
        ("fr", "quelle est la différence de prix entre le tram et le bus ?", ["tram", "bus"]),
        ("en", "Which of Marsel and Vaubrun has more inhabitants?", ["Marsel", "Vaubrun"]),
        ("en", "What is the difference between Kastor and Verlune?", ["Kastor", "Verlune"]),
        ("en", "council tax marsel vs vaubrun", ["marsel", "vaubrun"]),
        ("de", "Vergleiche Marsel und Vaubrun", ["Marsel", "Vaubrun"]),
        ("es", "¿Cuál tiene más habitantes, Marsel o Vaubrun?", ["Marsel", "Vaubrun"]),
        ("it", "Confronta Marsel e Vaubrun", ["Marsel", "Vaubrun"]),
        ("pt", "Compara Marsel e Vaubrun", ["Marsel", "Vaubrun"]),
        ("nl", "Vergelijk Marsel en Vaubrun", ["Marsel", "Vaubrun"]),
        ("pl", "Porównaj Marsel i Vaubrun", ["Marsel", "Vaubrun"]),
        ("ru", "Сравни Марсель и Вобрен", ["Марсель", "Вобрен"]),
        ("sv", "Jämför Marsel och Vaubrun", ["Marsel", "Vaubrun"]),
        ("zh", "比较北京和上海", ["北京", "上海"]),
        ("ja", "東京と大阪を比較して", ["東京", "大阪"]),
    ],
)
def test_a_comparison_names_its_things(language: str, question: str, things: list[str]) -> None:
    """Catches a comparison that is searched as words, and a thing lost or cut."""
    form = find_form(question, language)
    assert form is not None
    assert form.name == "comparison"
    assert [thing.label for thing in form.things] == things


@pytest.mark.parametrize(
    ("language", "question", "name"),
    [
        ("fr", "Quels sont les projets de la ville ?", "list"),
        ("fr", "liste des communes du réseau", "list"),
        ("en", "Which companies have signed?", "list"),
        ("en", "list the towns of the network", "list"),
        ("en", "list what the two towns share", "list"),
        ("de", "Welche Städte sind beteiligt?", "list"),
        ("es", "¿Cuáles son las ciudades del proyecto?", "list"),
        ("it", "Quali sono i comuni coinvolti?", "list"),
        ("tr", "Projeye katılan şehirler hangileri", "list"),
        ("fr", "Le pont a-t-il rouvert ?", "yes_no"),
        ("fr", "est-ce que le pont a rouvert", "yes_no"),
        ("en", "Has the bridge opened?", "yes_no"),
        ("de", "Ist die Brücke offen?", "yes_no"),
        ("es", "¿Está abierto el puente?", "yes_no"),
        ("it", "È aperto il ponte?", "yes_no"),
        ("pl", "Czy most jest otwarty?", "yes_no"),
        ("ru", "Открыт ли мост?", "yes_no"),
        ("ja", "橋は開通しましたか", "yes_no"),
        ("zh", "大桥开通了吗？", "yes_no"),
        ("ar", "هل فتح الجسر؟", "yes_no"),
        ("hi", "क्या पुल खुल गया है?", "yes_no"),
    ],
)
def test_lists_and_questions_of_yes_or_no_are_recognised(
    language: str, question: str, name: str
) -> None:
    """Catches a language whose phrases have a slip."""
    form = find_form(question, language)
    assert form is not None
    assert form.name == name


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Is it diesel or batteries that the ferry runs on?"),
        ("en", "How many names are on the list against the closures?"),
        ("en", "Who is the mayor of Marsel?"),
        ("en", "When did the bridge open?"),
        ("en", "What is this about?"),
        ("fr", "Qui dirige la coopérative ?"),
        ("fr", "Quel est le prix du ticket à Vaubrun et à Marsel ?"),
        ("fr", "Quand la piscine a-t-elle rouvert ?"),
        ("de", "Auf welche Summe lautet der Vergleich?"),
        ("es", "¿Cuántas personas hay en la lista de espera?"),
    ],
)
def test_ordinary_questions_ask_for_no_form(language: str, question: str) -> None:
    """Catches a word of a form that stands in a question for something else."""
    assert find_form(question, language) is None


def test_days_stay_with_what_is_asked_whether_it_is_so() -> None:
    """Catches a yes to "in May" that is true of June."""
    form = find_form("Has the bridge opened in May 2025?", "en")
    assert form is not None
    assert "May 2025" in form.claim
