"""A quotation must not begin with a pronoun that nobody can resolve, nor drag in a sentence it does
not need.
"""

from __future__ import annotations

import pytest

from rag.answer.anaphora import is_anaphoric

LEANING = [
    ("fr", "Marc Aubry le remplacera."),
    ("fr", "Il travaillait là depuis vingt ans."),
    ("fr", "Cette somme servira à creuser un tunnel."),
    ("fr", "Ce dernier a refusé."),
    ("fr", "« Elle partira », dit-on."),
    ("en", "He will leave in May."),
    ("en", "This amount covers two years."),
    ("en", "Smith will replace him."),
    ("de", "Sie wird im Mai gehen."),
    ("de", "Dieser Betrag reicht nicht."),
    ("es", "Este último se negó."),
    ("es", "García lo sustituirá."),
    ("it", "Questa somma non basta."),
    ("it", "Rossi lo sostituirà."),
    ("pt", "Ela sairá em maio."),
    ("nl", "Zij vertrekt in mei."),
]
STANDING = [
    ("fr", "Marc Aubry remplacera la directrice."),
    ("fr", "L'entreprise prévoit 300 départs."),
    ("fr", "La direction le dit depuis mars : Marc Aubry part."),
    ("fr", "Il y a huit jours, le port a fermé."),
    ("fr", "Île de Ré : le pont ferme."),
    ("en", "The company will close two plants."),
    ("en", "Hebden Bridge was flooded."),
    ("de", "Siemens baut ein Werk."),
    ("es", "La empresa cerrará dos plantas."),
    ("it", "Il comune ha speso due milioni."),
    ("nl", "De gemeente sluit het zwembad."),
    ("zz", "Anything goes in an unknown language."),
]


@pytest.mark.parametrize(("language", "sentence"), LEANING)
def test_leaning_sentences_are_known(language: str, sentence: str) -> None:
    """Catches a quotation that says "he" without saying who."""
    assert is_anaphoric(sentence, language)


@pytest.mark.parametrize(("language", "sentence"), STANDING)
def test_sentences_that_stand_alone_are_left_alone(language: str, sentence: str) -> None:
    """Catches a pattern so greedy that every quotation grows to a paragraph."""
    assert not is_anaphoric(sentence, language)


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("fr", "Et il partira.", True),
        ("fr", "But il partira.", False),
        ("en", "But he will leave.", True),
        ("en", "Aber he will leave.", False),
        ("fr", "C’est lui.", True),
        ("fr", "C'est lui.", True),
        ("fr", "Cela suffit.", True),
        ("fr", "Celadon suffit.", False),
        ("fr", "La dernière part.", True),
        ("fr", "Il s’agit de Brest.", False),
        ("fr", "Il est impossible de passer.", False),
        ("fr", "Il est parti.", True),
        ("es", "El alcalde dimite.", False),
        ("es", "Él dimite.", True),
        ("es", "Aquellos se fueron.", True),
        ("es", "En ese momento, la ley cambió.", False),
        ("en", "It is not clear who won.", False),
        ("en", "It is a port.", True),
        ("de", "Es gibt neun Stellen.", False),
        ("de", "Es schließt bald.", True),
        ("pt", "Silva o substituirá em maio.", True),
        ("fr", "Marc l'a dit.", True),
    ],
)
def test_a_sentence_is_read_by_the_words_of_its_own_language(
    language: str, sentence: str, expected: bool
) -> None:
    """Catches conjunctions of all languages joined ("En" is Dutch for and), accents folded away,
    apostrophes of one kind, a word that only begins like a pronoun, impersonal openings.
    """
    assert is_anaphoric(sentence, language) == expected
