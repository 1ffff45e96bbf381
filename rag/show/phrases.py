"""What rag itself says on a page, in the language of the question: the ``[interface]`` sections of the language files.

A phrase that a language's file lacks is said in English, whose file has them all. To translate rag, write phrases into
``rag/text/languages/``; no Python changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.text.languages import load_section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ENGLISH = "en"


def get_phrase(language: str, key: str) -> str:
    """Return a phrase in a language (ISO 639-1), or in English where that language has none."""
    section = load_section(language, "interface")
    if key not in section:
        section = load_section(ENGLISH, "interface")
    return str(section[key])


def get_age_wording(language: str) -> Mapping[str, str]:
    """Return the words for ages in a language: named days, units, ``past`` and ``future``; else the English ones."""
    return _get_table(language, "ages")


def format_count(count: int, noun: str, language: str = ENGLISH) -> str:
    """Return a counted noun: ``1 article``, ``2 articles``, ``0 articles``."""
    forms: Sequence[str] = _get_table(language, "counts")[noun]
    one, several = forms
    return (one if count == 1 else several).format(count)


def _get_table(language: str, name: str) -> Mapping[str, Any]:
    """Return a table of the interface as a whole: one language for all of it, so that its forms fit together."""
    table: Mapping[str, Any] = load_section(language, "interface").get(name, {})
    return table or load_section(ENGLISH, "interface")[name]
