"""What rag knows of each language: one TOML file beside this module, named by its ISO 639-1 code.

A file has sections, which docs/languages.md explains; an empty one means that the feature is off in
that language. Words are written as people write them, with accents and capitals;
the room that reads a section folds them. A newcomer may add to any list, and any file.

Reading is lazy: a section is parsed when it is first asked for, and nothing else of its file.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent
# A line that begins with a bracket is a table's header: the items of a list are indented.
_TABLE_STARTS = re.compile(r"^(?=\[)", re.MULTILINE)


@functools.cache
def list_languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a file, in alphabetical order."""
    paths = sorted(FOLDER.glob("*.toml"))
    return tuple(path.stem for path in paths)


@functools.cache
def list_languages_with(section: str, key: str | None = None) -> tuple[str, ...]:
    """Return the codes of the languages that have something in a section, or under a key of it."""
    languages = []
    for language in list_languages():
        content: Any = load_section(language, section)
        if key is not None:
            content = content.get(key)
        if content:
            languages.append(language)
    return tuple(languages)


@functools.cache
def load_section(language: str, section: str) -> Mapping[str, Any]:
    """Return a section of a language's file; empty where the language or the section is missing."""
    # Its own header, and those of its subtables.
    headers = (f"[{section}]", f"[{section}.")
    tables = [table for table in _read_tables(language) if table.startswith(headers)]
    if not tables:
        return {}
    import tomli

    # A section alone takes a tenth of the time that the whole file takes.
    text = "".join(tables)
    values: Mapping[str, Any] = tomli.loads(text)[section]
    return values


@functools.cache
def join_words(section: str, key: str) -> tuple[str, ...]:
    """Return a list of words of all languages together: for texts whose language is not known."""
    words: list[str] = []
    for language in list_languages():
        content = load_section(language, section)
        words += content.get(key, ())
    return tuple(words)


@functools.cache
def has_capitalised_nouns(language: str) -> bool:
    """Return whether a language writes every noun with a capital, as German does."""
    return bool(load_section(language, "words").get("capitalised_nouns"))


def describe_languages() -> dict[str, tuple[str, ...]]:
    """Return the sections that are not empty by language; every file is parsed for it."""
    import tomli

    sections_by_language = {}
    for language in list_languages():
        text = _read_file(language)
        content = tomli.loads(text)
        sections = [name for name, values in content.items() if values]
        sections_by_language[language] = tuple(sections)
    return sections_by_language


@functools.cache
def _read_tables(language: str) -> list[str]:
    """Return the tables of a language's file as text, each from its header on."""
    if language not in list_languages():
        return []
    return _TABLE_STARTS.split(_read_file(language))


def _read_file(language: str) -> str:
    """Return the text of a language's file."""
    path = FOLDER / f"{language}.toml"
    return path.read_text(encoding="utf-8")
