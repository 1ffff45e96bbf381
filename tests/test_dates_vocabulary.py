"""The words of a language that speak of days, as its file has them."""

from __future__ import annotations

from collections import Counter

import pytest

from rag.dates import grammar
from rag.dates.lexemes import read_lexemes
from rag.dates.vocabulary import (
    MAX_PHRASE_WORDS,
    SETTINGS,
    fold_phrase,
    has_date_vocabulary,
    load_date_vocabulary,
)
from rag.text.languages import list_languages, load_section
from rag.text.words import fold

LANGUAGES = [language for language in list_languages() if has_date_vocabulary(language)]


def words_of_periods(language):
    """Every word of ``[dates.periods]``, as often as it is there."""
    for key, forms in load_section(language, "dates")["periods"].items():
        if key in SETTINGS or isinstance(forms, bool):
            continue
        for words in [forms] if isinstance(forms, list) else forms.values():
            yield from (word if word in accented(language) else fold_phrase(word) for word in words)


def accented(language):
    """The words that count only with their accents."""
    return load_section(language, "dates")["periods"].get("keep_accents", ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_are_sound(language):
    """Wrong: an unknown kind, a word twice, a phrase too long to be found, a month missing."""
    vocabulary = load_date_vocabulary(language)
    kinds = {meaning.kind for meaning in vocabulary.meanings.values()}
    assert kinds <= set(grammar.ALL_KINDS.split())
    words = list(words_of_periods(language))
    twice = {word for word, count in Counter(words).items() if count > 1}
    assert not twice
    assert all(word.count("_") < MAX_PHRASE_WORDS for word in vocabulary.meanings)
    for kind, values in (("month", range(1, 13)), ("weekday", range(7))):
        meanings = vocabulary.meanings.values()
        assert {meaning.value for meaning in meanings if meaning.kind == kind} == set(values)
    for word, meaning in vocabulary.meanings.items():
        assert word in (fold(word), word.lower())
        lexemes = read_lexemes(word.replace("_", " "), language)
        assert meaning.kind in {lexeme.kind for lexeme in lexemes} | {"month"}, word


def test_seven_languages_speak_of_periods():
    """Wrong: a section lost from a file, which would silently be read as English."""
    assert {"fr", "en", "de", "es", "it", "pt", "nl"} <= set(LANGUAGES)


GOLDEN = [
    ("fr", "dès", ("since", 0)),
    ("fr", "des", ("of", 0)),  # without the accent it is another word
    ("fr", "sept", ("number", 7)),  # before it is September
    ("fr", "août", ("month", 8)),
    ("fr", "janv.", ("abbr", 1)),
    ("fr", "une", ("one", 1)),
    ("fr", "demain", ("tomorrow", 1)),
    ("fr", "après-demain", ("day_offset", 2)),
    ("fr", "aujourd’hui", ("today", 0)),
    ("fr", "semestre", ("unit", 4)),
    ("en", "hours", ("units", 8)),
    ("en", "fortnight", ("unit", 7)),
    ("en", "fall", ("season", 2)),
    ("en", "a couple of", ("number", 2)),
    ("en", "thirty-first", ("ordinal", 31)),
    ("de", "Samstag", ("weekday", 5)),
    ("de", "guten Morgen", ("word", 0)),
    ("it", "metà", ("part", 1)),
    ("pt", "segunda-feira", ("weekday", 0)),
    ("pt", "segunda", ("ordinal", 2)),
    ("es", "finales", ("part", 2)),
    ("nl", "uur", ("units", 8)),
]


@pytest.mark.parametrize(("language", "form", "meaning"), GOLDEN)
def test_what_words_mean(language, form, meaning):
    """Catches keys counted from the wrong number, a kind mixed up, names that win over numbers."""
    vocabulary = load_date_vocabulary(language)
    known = vocabulary.meanings.get(form.lower()) or vocabulary.meanings.get(fold_phrase(form))
    assert known == meaning


@pytest.mark.parametrize(
    ("language", "form"),
    [
        ("fr", "seize ans"),
        ("fr", "la jour"),
        ("es", "mar"),
        ("it", "set"),
        ("pt", "marco"),
        ("nl", "jan"),
    ],
)
def test_words_that_mean_something_else(language, form):
    """Catches a phrase that nobody wrote, Marco as March, Jan as January, the sea as Tuesday."""
    assert fold_phrase(form) not in load_date_vocabulary(language).meanings


def test_a_language_without_words_for_periods_has_the_english_ones():
    """Catches an empty vocabulary, in which no question speaks of days."""
    assert load_date_vocabulary("pl") is load_date_vocabulary("en")
    assert not has_date_vocabulary("pl")
