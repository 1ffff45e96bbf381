"""The language files: what every one of them must keep to, and how sections are read."""

from __future__ import annotations

import fnmatch
import re
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rag.text import find_words, languages, split_sentences
from rag.text.languages import (
    FOLDER,
    describe_languages,
    join_words,
    list_languages,
    list_languages_with,
    load_section,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DOCS = Path(__file__).resolve().parent.parent / "docs" / "languages.md"
TYPES = {
    "words": list,
    "phrases": list,
    "patterns": list,
    "pattern": str,
    "text": str,
    "switch": bool,
    "number": int,
}
# A word per phrase; "/…/" in a phrase is a regular expression.
LISTS = ("words", "phrases", "patterns")
REGEX = re.compile(r"/(.*)/")


def read_documented_kinds() -> dict[str, str]:
    """The kind of every key by ``section.key``, of the tables in docs/languages.md."""
    kinds: dict[str, str] = {}
    section = ""
    for line in DOCS.read_text(encoding="utf-8").splitlines():
        if header := re.match(r"### `\[(\w+)\]`", line):
            section = header[1]
        row = re.match(r"\| `([\w.*]+)` \| (\w+) \|", line)
        if section and row:
            assert f"{section}.{row[1]}" not in kinds, row[1]
            kinds[f"{section}.{row[1]}"] = row[2]
    return kinds


KINDS = read_documented_kinds()


def find_key(path: str) -> str | None:
    """The documented key that a path is, else the narrowest one with a star that it fits."""
    if path in KINDS:
        return path
    keys = [key for key in KINDS if fnmatch.fnmatchcase(path, key)]
    return max(keys, key=len, default=None)


def walk(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """The values of a table with their dotted paths."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from walk(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def read_file(language: str) -> dict[str, Any]:
    """A file, parsed whole."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", list_languages())
def test_every_key_is_documented_and_of_its_kind(language: str) -> None:
    """Catches a slip in a key, which switches a feature off in silence.

    A list where one word is meant.
    """
    for path, value in walk(read_file(language)):
        key = find_key(path)
        assert key is not None, f"{language}.toml: {path} is not in docs/languages.md"
        assert type(value) is TYPES[KINDS[key]], f"{language}.toml: {path} is no {KINDS[key]}"
        if isinstance(value, list):
            assert value and all(isinstance(word, str) for word in value), path


def test_every_documented_key_is_used_by_some_language() -> None:
    """Catches a key that was renamed in the files and not in docs/languages.md."""
    used = {
        find_key(path) for language in list_languages() for path, _ in walk(read_file(language))
    }
    assert set(KINDS) <= used


@pytest.mark.parametrize("language", list_languages())
def test_words_are_written_as_people_write_them(language: str) -> None:
    """Catches decomposed accents, stray spaces, words twice in a list and invisible characters."""
    for path, value in walk(read_file(language)):
        if not isinstance(value, list | str):
            continue
        words = value if isinstance(value, list) else [value]
        for word in words:
            assert word and unicodedata.is_normalized("NFC", word), (path, word)
            assert not re.search(r"[\x00-\x1f\ufeff\u200b]", word), (path, word)
        # Months may share a short name, and singular and plural may be one.
        is_row = re.search(r"(months|weekdays)\w*$|counts\.", path)
        if isinstance(value, list):
            assert is_row or len(set(words)) == len(words), (path, words)
            assert all(word == word.strip() for word in words), path


@pytest.mark.parametrize("language", list_languages())
def test_no_word_has_lost_its_accents(language: str) -> None:
    """Catches words that were folded by hand: another list of the file has them with accents.

    Only names are compared: elsewhere "ou" and "où" are two words.
    """
    names: dict[str, str] = {}
    content = read_file(language)
    for _, value in walk(content.get("names", {})):
        for word in value:
            names.setdefault(strip_accents(word).lower(), word)
    for path, value in walk(content):
        for word in value if isinstance(value, list) else ():
            name = names.get(word.lower())
            has_lost = name is not None and len(word) > 4 and name.lower() != word.lower()
            assert not has_lost, f"{language}.toml: {path}: {word} for {name}"


def strip_accents(text: str) -> str:
    """The text without combining marks of Latin letters."""
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", decomposed))


@pytest.mark.parametrize("language", list_languages())
def test_patterns_compile(language: str) -> None:
    """Catches a parenthesis that is never closed, before someone asks in that language."""
    for path, value in walk(read_file(language)):
        kind = KINDS[find_key(path) or ""]
        if kind == "pattern":
            re.compile(value)
        for entry in value if kind == "patterns" else ():
            re.compile(entry)
        for entry in value if kind == "phrases" else ():
            if regex := REGEX.fullmatch(entry):
                re.compile(regex[1])


@pytest.mark.parametrize("language", list_languages())
def test_a_section_is_what_the_whole_file_says(language: str) -> None:
    """Catches a section cut off at a line that only looks like a header, and a lost subtable."""
    content = read_file(language)
    for section in content:
        assert load_section(language, section) == content[section]
    assert load_section(language, "nothing") == {}
    sections = tuple(section for section in content if content[section])
    assert describe_languages()[language] == sections


def test_sections_whose_names_begin_alike_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches the lists of one section read in another, and a subtable without its section."""
    (tmp_path / "xx.toml").write_text("[word]\na = 1\n[words]\nb = 2\n[word.c]\nd = 3\n[e.f]\n")
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    caches = (list_languages, load_section, languages._read_tables)
    for cache in caches:
        cache.cache_clear()
    try:
        assert load_section("xx", "word") == {"a": 1, "c": {"d": 3}}
        assert load_section("xx", "words") == {"b": 2}
        assert load_section("xx", "e") == {"f": {}}
        assert load_section("fr", "words") == {}
    finally:
        for cache in caches:
            cache.cache_clear()


def test_what_is_known_of_which_language() -> None:
    """Catches a file that is not found, and a language without a file that is an error."""
    assert len(list_languages()) == 30 and list_languages() == tuple(sorted(list_languages()))
    assert load_section("xx", "words") == load_section("../fr", "words") == {}
    assert {"fr", "en", "de"} <= set(list_languages_with("words"))
    assert "ja" not in list_languages_with("words")
    assert list_languages_with("words", "elisions") == ("ca", "fr", "it")
    assert set(describe_languages()) == set(list_languages())
    elisions = [load_section(language, "words")["elisions"] for language in ("ca", "fr", "it")]
    assert join_words("words", "elisions") == (*elisions[0], *elisions[1], *elisions[2])


@pytest.mark.parametrize(
    "word", [word for word in join_words("words", "elisions") if word != "quelqu’"]
)
def test_every_elision_is_cut_off(word: str) -> None:
    """Catches an elision that is written in a way its reader does not understand."""
    assert [found.term for found in find_words(f"{word}œuvre")] == ["oeuvre"]
    assert [found.term for found in find_words(word.upper() + "ÉTÉ")] == ["ete"]


@pytest.mark.parametrize("abbreviation", join_words("words", "abbreviations"))
def test_no_abbreviation_ends_a_sentence(abbreviation: str) -> None:
    """Catches an abbreviation that is written in a way its reader does not understand."""
    text = f"Ici vient {abbreviation} Nom encore."
    assert len(split_sentences(text)) == 1


@pytest.mark.parametrize("abbreviation", join_words("words", "abbreviations_before_number"))
def test_no_abbreviation_before_a_number_ends_a_sentence(abbreviation: str) -> None:
    """Catches the same before numbers, and in capitals."""
    for written in (abbreviation, abbreviation.capitalize()):
        dot = "" if written.endswith(".") else "."
        assert len(split_sentences(f"Ici vient {written}{dot} 12 encore.")) == 1


@pytest.mark.parametrize("starter", join_words("words", "sentence_starters"))
def test_sentences_begin_with_their_first_words(starter: str) -> None:
    """Catches first words that are no longer known after an abbreviation that may be last."""
    assert len(split_sentences(f"Amazon Inc. {starter} quelque chose.")) == 2
    assert len(split_sentences("Amazon Inc. Xyz quelque chose.")) == 1
