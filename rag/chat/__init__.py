"""The question loop: ask again and again, with the sources one key away.

This is the only door to prompt_toolkit.

system        editor, browser, pager, clipboard
conversation  the settings, what was asked, what was answered
saving        what /save writes, and where it may
commands      the table of slash commands
writing       a language model, where one is on
habits        what people type that is no question: exit, [1], thanks
short_lines   lines that stand for a question about the last answer
complete      what Tab suggests
history       what was typed, kept
bar           what is said around the prompt
keys          the prompt
loop          read, answer, show
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rag.records import Answer
    from rag.settings import Settings

__all__ = [
    "converse",
]


def converse(
    settings: Settings, *, history: Path, keep: Callable[[Answer, Settings], None]
) -> None:
    """Ask on this terminal until the user leaves.

    ``keep`` is called with each answer once it has been shown.
    """
    from rag.chat.conversation import Conversation
    from rag.chat.loop import run

    run(Conversation(settings, keep=keep), history)
