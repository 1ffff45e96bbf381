"""What is said around the prompt, in the language that was asked in last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.chat.conversation import FILTERS
from rag.errors import RagError

if TYPE_CHECKING:
    from rag.chat.conversation import Conversation
    from rag.index.live import LiveIndex
    from rag.pipeline import Rag
    from rag.settings import Settings

TABLE = "bar"  # of ``[interface]`` in the language files


def describe_index(index: LiveIndex[Settings, Rag], language: str) -> list[str]:
    """Return what is open, from when, and whether there is a newer index."""
    from rag.show import format_count, format_day, get_phrase_table

    phrases = get_phrase_table(language, TABLE)
    try:
        coverage = index.coverage
    except RagError:  # of an index that is damaged; the next question says so
        return [phrases["unreadable"]]
    if coverage is None:
        return [phrases["opening" if index.is_opening else "none"]]
    extent = format_count(coverage.articles, "article", language)
    if coverage.last:
        extent = phrases["up_to"].format(extent, format_day(coverage.last, language))
    return [phrases["rebuilt"], extent] if index.is_rebuilt() else [extent]


def list_filters(chat: Conversation) -> list[str]:
    """Return what narrows the search, in words."""
    from rag.show import format_day, get_phrase_table

    phrases = get_phrase_table(chat.language, TABLE)
    words: list[str] = []
    for name in FILTERS:
        value = getattr(chat.settings, name)
        if isinstance(value, tuple):
            words += value
        elif value:
            words.append(phrases[name].format(format_day(value, chat.language)))
    return words
