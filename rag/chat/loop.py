"""The loop: read a line, do what it asks for, show what comes of it; whatever goes wrong is a message, and on it goes."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING

from prompt_toolkit.utils import is_dumb_terminal

from rag.chat.commands import Leave, named
from rag.chat.conversation import LONGEST
from rag.chat.keys import Dropped, Plain, Prompt
from rag.errors import RagError, UsageError, convert_os_error

if TYPE_CHECKING:
    from pathlib import Path

    from rag.chat.conversation import Conversation


def run(chat: Conversation, history: Path) -> None:
    """Ask until the user leaves."""
    prompt = Plain(chat) if is_dumb_terminal() else Prompt(chat, history)
    with closing(chat.index):
        while True:
            try:
                turn(chat, prompt)
            except (Leave, EOFError):
                return
            except Dropped:
                pass
            except KeyboardInterrupt as signalled:
                if type(signalled) is not KeyboardInterrupt:  # SIGTERM, which ends everything
                    raise
                complain(chat, RagError("interrupted", hint="the up arrow brings the line back"))


def turn(chat: Conversation, prompt: Plain | Prompt) -> None:
    """One line and what comes of it."""
    text = (
        prompt.read().encode("utf-8", "replace").decode("utf-8")
    )  # typed bytes may be none of UTF-8
    try:
        perform(chat, text)
        chat.keep()
    except RagError as error:
        complain(chat, error)
    except OSError as error:
        complain(chat, convert_os_error(error))


def perform(chat: Conversation, text: str) -> None:
    """Do what a line asks for and show what comes of it; an empty line asks for nothing.

    Raises:
        RagError: it cannot be done.
        Leave: it says so.
    """
    line = " ".join(text.split())
    if not line:
        return
    if len(line) > LONGEST:
        raise UsageError(
            f"the line is longer than {LONGEST:,} characters",
            hint="ask in a few sentences; rag index takes whole texts",
        )
    if re.fullmatch(r"[0-9]{1,3} ?\+?", line, re.ASCII):
        line = f"/show {line}"
    if not line.startswith("/"):
        chat.show(chat.ask(line))
        return
    name, _, argument = line[1:].partition(" ")
    command = named(name)
    chat.show(command.run(chat, argument.strip()), long=command.long)


def complain(chat: Conversation, error: RagError) -> None:
    """Say what went wrong, and the way out."""
    from rag.show import error_page

    chat.show(error_page(error))
