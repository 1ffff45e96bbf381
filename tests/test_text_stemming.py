"""Stems: the forms of a word are one."""

from __future__ import annotations

import pytest

from rag.text import stemming
from rag.text.stemming import stem_word


def test_stem_joins_the_forms_of_a_word() -> None:
    """Catches a stemmer of the wrong language, and a crash on a language without one."""
    assert stem_word("acquisitions", "fr") == stem_word("acquisition", "fr")
    assert stem_word("companies", "en") == stem_word("company", "en")
    assert stem_word("東京", "ja") == "東京"
    assert stem_word("word", "und") == "word"


@pytest.mark.parametrize(
    ("language", "word", "stem"),
    [
        ("ca", "treballadors", "treball"),
        ("da", "husene", "hus"),
        ("de", "häuser", "haus"),
        ("en", "running", "run"),
        ("es", "trabajadores", "trabaj"),
        ("fi", "taloissa", "talo"),
        ("fr", "licenciements", "licenci"),
        ("hu", "házakban", "ház"),
        ("it", "lavoratori", "lavor"),
        ("nb", "husene", "hus"),
        ("nl", "huizen", "huis"),
        ("pt", "trabalhadores", "trabalh"),
        ("ro", "lucrătorilor", "lucrat"),
        ("ru", "работников", "работник"),
        ("sv", "husen", "hus"),
        ("tr", "evlerde", "ev"),
        ("pl", "pracowników", "pracowników"),
    ],
)
def test_stems_of_each_language(language: str, word: str, stem: str) -> None:
    """Catches two languages that changed places in the table.

    Every index would have to be built again.
    """
    assert stem_word(word, language) == stem


def test_every_algorithm_of_the_table_exists() -> None:
    """Catches a name that Snowball does not know.

    The first question in that language would fail.
    """
    for language in stemming._ALGORITHMS:
        assert stem_word("a", language)
