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
# A table's header at the start of a line: lists go over several lines, but theirs are indented.
_HEADER = re.compile(r"^\[+([a-z_]+)", re.MULTILINE)


@functools.cache
def list_languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a file, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@functools.cache
def list_languages_with(section: str, key: str | None = None) -> tuple[str, ...]:
    """Return the codes of the languages that have something in a section, or under a key of it."""
    languages = []
    for language in list_languages():
        content = load_section(language, section)
        if content if key is None else content.get(key):
            languages.append(language)
    return tuple(languages)


@functools.cache
def load_section(language: str, section: str) -> Mapping[str, Any]:
    """Return a section of a language's file; empty where the language or the section is missing."""
    text = _read_file(language)
    if not text:
        return {}
    import tomli

    content = tomli.loads(_cut_section(text, section))
    values: Mapping[str, Any] = content.get(section, {})
    return values


@functools.cache
def join_words(section: str, key: str) -> tuple[str, ...]:
    """Return a list of words of all languages together: for texts whose language is not known."""
    words: list[str] = []
    for language in list_languages():
        words += load_section(language, section).get(key, ())
    return tuple(words)


def describe_languages() -> dict[str, tuple[str, ...]]:
    """Return the sections that are not empty by language; every file is parsed for it."""
    sections_by_language = {}
    for language in list_languages():
        headers = _HEADER.findall(_read_file(language))
        sections = [name for name in dict.fromkeys(headers) if load_section(language, name)]
        sections_by_language[language] = tuple(sections)
    return sections_by_language


@functools.cache
def _read_file(language: str) -> str:
    """Return the text of a language's file; empty where it has none."""
    if language not in list_languages():
        return ""
    return (FOLDER / f"{language}.toml").read_text(encoding="utf-8")


def _cut_section(text: str, section: str) -> str:
    """Return the lines of a section with those of its subtables.

    Parsing them alone takes a tenth of the time that the whole file takes.
    """
    headers = list(_HEADER.finditer(text))
    starts = [header.start() for header in headers]
    ends = [*starts[1:], len(text)]
    parts = [
        text[start:end]
        for header, start, end in zip(headers, starts, ends, strict=True)
        if header[1] == section
    ]
    return "".join(parts)
