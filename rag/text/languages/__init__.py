"""What rag knows of each language: one TOML file per language beside this module, named by its ISO 639-1 code.

A file has sections; a section that is missing means that the feature is off in that language. Words are written as people
write them, with accents and capitals; the room that reads a section folds them. A file is read once per process, and only
when its language is in play.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent


@functools.cache
def list_languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a file, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@functools.cache
def list_languages_with(section: str) -> tuple[str, ...]:
    """Return the codes of the languages whose file has a section that is not empty; every file is read for it."""
    return tuple(language for language in list_languages() if load_section(language, section))


def load_section(language: str, section: str) -> Mapping[str, Any]:
    """Return a section of a language's file; empty where the language or the section is missing."""
    content: Mapping[str, Any] = _load_file(language).get(section, {})
    return content


@functools.cache
def _load_file(language: str) -> Mapping[str, Any]:
    """Return the parsed file of a language; empty where it has none."""
    if language not in list_languages():
        return {}
    import tomli

    return tomli.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
