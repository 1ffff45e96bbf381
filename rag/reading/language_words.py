"""The words of the ``[attribution]`` sections: "publié le", "source:", "by" and the like.

An attribution is written in the language of the publisher or of the program that saved the file,
often another one than the article's. So the words of all languages are read together. Adding a
language means filling its section, not touching this module.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from rag.text import fold, list_languages_with, load_section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SECTION = "attribution"


@functools.cache
def load_words(key: str) -> tuple[str, ...]:
    """Return the words that any language gives under a key, as people write them."""
    words: dict[str, None] = {}  # in order, each once
    for section in _load_sections():
        for word in section.get(key, ()):
            words[word] = None
    return tuple(words)


@functools.cache
def load_folded_words(key: str) -> frozenset[str]:
    """Return the words that any language gives under a key, folded for comparison."""
    return frozenset(map(fold, load_words(key)))


@functools.cache
def load_front_matter_fields() -> Mapping[str, str]:
    """Return what the keys of front matter mean: "title" by "titre", "publisher" by "quelle".

    Keys are folded, their words joined by underscores.
    """
    fields: dict[str, str] = {}
    for section in _load_sections():
        table: Mapping[str, list[str]] = section.get("front_matter", {})
        for field, keys in table.items():
            for key in keys:
                # As they are written in files: "date_de_publication".
                folded_key = fold(key).replace(" ", "_")
                fields[folded_key] = field
    return fields


def _load_sections() -> Iterator[Mapping[str, Any]]:
    """Yield the section of each language that has one."""
    for language in list_languages_with(_SECTION):
        yield load_section(language, _SECTION)
