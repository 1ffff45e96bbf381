"""What rag itself says on a page, in the language of the question: ``[interface]`` of its file.

A phrase that a language's file lacks is said in English, whose file has them all. To translate rag,
write phrases into ``rag/text/languages/``; no Python changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.text import load_section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ENGLISH = "en"


def find_language(language: str, key: str) -> str:
    """Return the language that a phrase is said in: English where the language lacks it."""
    section = load_section(language, "interface")
    return language if key in section else ENGLISH


def get_phrase(language: str, key: str) -> str:
    """Return a phrase in a language (ISO 639-1), or in English where that language has none."""
    section = load_section(find_language(language, key), "interface")
    return str(section[key])


def get_phrase_table(language: str, name: str) -> Mapping[str, Any]:
    """Return a table of phrases: ``ages``, ``counts``; in English where that language has none.

    A table is taken from one language as a whole, so that its forms fit together.
    """
    section = load_section(find_language(language, name), "interface")
    table: Mapping[str, Any] = section[name]
    return table


def get_phrase_list(language: str, name: str) -> Sequence[str]:
    """Return a list of phrases; that of English where the language has none."""
    section = load_section(find_language(language, name), "interface")
    phrases: Sequence[str] = section[name]
    return phrases


def format_count(count: int, noun: str, language: str = ENGLISH) -> str:
    """Return a counted noun: ``1 article``, ``2 articles``, ``0 articles``."""
    counts = get_phrase_table(language, "counts")
    one, several = counts[noun]
    template = one if count == 1 else several
    return str(template.format(count))
