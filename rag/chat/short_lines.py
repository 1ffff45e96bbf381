"""Lines that stand for a question about the last answer: "tu peux résumer ?", "lesquels ?"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.chat.habits import write_summary_question, write_which_question
from rag.errors import UsageError

if TYPE_CHECKING:
    from rag.chat.conversation import Conversation
    from rag.show import Page


def summarise(chat: Conversation, line: str) -> Page:
    """Return the summary of the article that was quoted first, in the language of a line.

    Raises:
        UsageError: no article was quoted.
    """
    citations = chat.get_answer().citations
    if not citations:
        raise UsageError(
            "the last answer quotes no article",
            hint="name what it should be about: summarise the article about …",
        )
    article = citations[0].passage.article
    return chat.ask_anew(write_summary_question(line, article.title))


def has_counted(chat: Conversation) -> bool:
    """Return whether the last answer counts articles."""
    return chat.last_answer is not None and chat.last_answer.collection is not None


def list_counted(chat: Conversation, line: str) -> Page:
    """Return the articles that were counted, in the language of a line."""
    from rag.show import sources_page

    answer = chat.get_answer()
    topic = answer.collection.topic if answer.collection else ""
    if not topic:
        return sources_page(answer, root=chat.find_root())
    return chat.ask_anew(write_which_question(line, topic))
