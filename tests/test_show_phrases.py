"""What rag itself says, from the language files."""

from __future__ import annotations

import re

import pytest

from rag.show.phrases import get_phrase, get_phrase_table
from rag.text.languages import list_languages, load_section

ENGLISH = load_section("en", "interface")


@pytest.mark.parametrize("language", list_languages())
def test_phrases_have_the_gaps_of_the_english_ones(language: str) -> None:
    """Catches a translation with a key nobody reads, or without the gap for a name."""
    for key, phrase in load_section(language, "interface").items():
        english = ENGLISH[key]
        if isinstance(phrase, str):
            gaps = sorted(re.findall(r"\{\w*\}", phrase))
            assert gaps == sorted(re.findall(r"\{\w*\}", english))
            continue
        if isinstance(phrase, list):
            assert len(phrase) == len(english)
            continue
        assert phrase.keys() == english.keys()
        for name, wording in phrase.items():
            assert str(wording).count("{}") == str(english[name]).count("{}")


@pytest.mark.parametrize("language", list_languages())
def test_a_page_speaks_one_language(language: str) -> None:
    """Catches a language with some of the phrases: the others would come in English among them."""
    section = load_section(language, "interface")
    assert not section or section.keys() == ENGLISH.keys()


def test_a_phrase_that_a_language_lacks_is_said_in_english() -> None:
    """Catches a page that fails, or is empty, in a language nobody has translated."""
    assert get_phrase("fr", "not_in_sources") == "Les articles ne le disent pas."
    for language in ("ja", "und", ""):
        assert get_phrase(language, "not_in_sources") == "The articles do not say."
    with pytest.raises(KeyError):
        get_phrase("en", "unknown")


def test_ages_are_taken_from_one_language_as_a_whole() -> None:
    """Catches "il y a 3 weeks"."""
    assert get_phrase_table("fr", "ages")["weeks"] == "semaines"
    assert get_phrase_table("sv", "ages") == ENGLISH["ages"]
