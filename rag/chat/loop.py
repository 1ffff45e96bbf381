"""The loop: read a line, do what it asks for, show what comes of it.

Whatever goes wrong is a message, and the loop goes on.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from prompt_toolkit.utils import is_dumb_terminal

from rag.chat.commands import Leave, find_command
from rag.chat.conversation import MAX_LINE_LENGTH
from rag.chat.habits import (
    AS_TYPED,
    asks_for_summary,
    asks_for_which,
    find_command_line,
    find_reply,
)
from rag.chat.keys import Interrupted, PlainPrompt, Prompt
from rag.chat.short_lines import has_counted, list_counted, summarise
from rag.errors import RagError, UsageError, convert_unforeseen

if TYPE_CHECKING:
    from pathlib import Path

    from rag.chat.conversation import Conversation
    from rag.show import Page


UNFORESEEN_HINT = "/reload reads the index again; rag index --rebuild mends one that is damaged"


def run(chat: Conversation, history: Path) -> None:
    """Ask until the user leaves."""
    prompt = PlainPrompt(chat) if is_dumb_terminal() else Prompt(chat, history)
    with closing(chat.index):
        while True:
            try:
                take_turn(chat, prompt)
            except (Leave, EOFError):
                return
            except Interrupted:
                pass
            except KeyboardInterrupt as interrupt:
                if type(interrupt) is not KeyboardInterrupt:  # SIGTERM, which ends everything
                    raise
                hint = "the up arrow brings the line back"
                show_error(chat, RagError("interrupted", hint=hint))


def take_turn(chat: Conversation, prompt: PlainPrompt | Prompt) -> None:
    """Read one line, do what it asks for, and show what comes of it."""
    typed = prompt.read()
    # A terminal may send bytes that are no UTF-8: they come as lone surrogates.
    text = typed.encode("utf-8", "replace").decode("utf-8")
    try:
        perform(chat, text)
        chat.keep_answer()
    except Leave:
        raise
    except Exception as error:  # the last handler: the loop lives, whatever nobody foresaw
        show_error(chat, convert_unforeseen(error, hint=UNFORESEEN_HINT))


def perform(chat: Conversation, text: str) -> None:
    """Do what a line asks for and show what comes of it; an empty line asks for nothing.

    Raises:
        RagError: it cannot be done.
        Leave: it says so.
    """
    line = " ".join(text.split())
    if not line:
        return
    if len(line) > MAX_LINE_LENGTH:
        raise UsageError(
            f"the line is longer than {MAX_LINE_LENGTH:,} characters",
            hint="ask in a few sentences; rag index takes whole texts",
        )
    line = find_command_line(line)
    if not line.startswith("/"):
        chat.show(answer_line(chat, line))
        return
    name, _, argument = line[1:].partition(" ")
    command = find_command(name)
    page = command.run(chat, argument.strip())
    chat.show(page, long=command.long)


def answer_line(chat: Conversation, line: str) -> Page:
    """Return the page of a line that is no command: a question, or what is said to an answer."""
    if line == AS_TYPED:
        return chat.ask_as_typed()
    if asks_for_summary(line):
        return summarise(chat, line)
    if asks_for_which(line) and has_counted(chat):
        return list_counted(chat, line)
    return reply_politely(line) or chat.ask(line)


def reply_politely(line: str) -> Page:
    """Return the reply to thanks and the like, in its language; nothing to a question."""
    key, language = find_reply(line)
    if not key:
        return []
    from rag.show import get_phrase, make_line

    reply = get_phrase(language, key)
    return [make_line(reply, style="dim")]


def show_error(chat: Conversation, error: RagError) -> None:
    """Say what went wrong, and the way out."""
    from rag.show import error_page

    chat.show(error_page(error))
