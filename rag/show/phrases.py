"""What rag itself says on a page, in the language of the question: ``[interface]`` of its file.

A phrase that a language's file lacks is said in English, whose file has them all. To translate rag,
write phrases into ``rag/text/languages/``; no Python changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.text import load_section

if TYPE_CHECKING:
    from collections.abc import Mapping

ENGLISH = "en"


def get_phrase(language: str, key: str) -> str:
    """Return a phrase in a language (ISO 639-1), or in English where that language has none."""
    section = load_section(language, "interface")
    if key not in section:
        section = load_section(ENGLISH, "interface")
    return str(section[key])


def get_phrase_table(language: str, name: str) -> Mapping[str, Any]:
    """Return a table of phrases: ``ages``, ``counts``; in English where that language has none.

    A table is taken from one language as a whole, so that its forms fit together.
    """
    section = load_section(language, "interface")
    if name not in section:
        section = load_section(ENGLISH, "interface")
    table: Mapping[str, Any] = section[name]
    return table


def format_count(count: int, noun: str, language: str = ENGLISH) -> str:
    """Return a counted noun: ``1 article``, ``2 articles``, ``0 articles``."""
    counts = get_phrase_table(language, "counts")
    one, several = counts[noun]
    template = one if count == 1 else several
    return str(template.format(count))
