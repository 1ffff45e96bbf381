"""Someone at the keyboard of the question loop: real keys through a pipe, and what was printed."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from rag.chat.conversation import Conversation
from rag.chat.loop import run
from rag.settings.schema import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prompt_toolkit.input.base import PipeInput

ENTER, LEAVE, CANCEL, NEW_LINE, UP, DOWN, TAB, SEARCH = (
    "\r",
    "\x04",
    "\x03",
    "\x1b\r",
    "\x1b[A",
    "\x1b[B",
    "\t",
    "\x12",
)
PAUSE = 0.05  # seconds
END = ("\x1b[201~", CANCEL, CANCEL, CANCEL, LEAVE)  # out of a paste, a search, a line
INDIA = "How much did Google promise to invest in India?"
DUVAL = "Qui remplacera Frédéric Duval à la tête d'Amazon France ?"


def pasted(text: str) -> str:
    """A text as a terminal sends it that brackets what is pasted."""
    return f"\x1b[200~{text}\x1b[201~"


class Talk:
    """A conversation about an index, its history in ``home``."""

    def __init__(
        self, index: Path, home: Path, capsys: pytest.CaptureFixture[str], **settings: object
    ) -> None:
        # What is said of an answer is the same with the reader, which takes a second.
        flags = {"index": index, "reader": "off", **settings}
        self.chat = Conversation(Settings.load(flags, here=home, environ={}))
        self.history = home / "state" / "history"
        self.capsys = capsys

    def type(self, *keys: str) -> str:
        """Type, then leave on an empty line; return what was printed meanwhile."""
        typed = "".join((*keys, *END)).encode("utf-8", "surrogateescape")
        return self._run(lambda pipe: pipe.send_bytes(typed))

    def _run(self, send: Callable[[PipeInput], None]) -> str:
        self.capsys.readouterr()
        with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
            send(pipe)
            run(self.chat, self.history)
        out, err = self.capsys.readouterr()
        assert err == ""
        return out

    def slowly(self, *keys: str) -> str:
        """Type as a person does.

        So that what is looked up meanwhile (history, completions) has come when the next key does.
        """

        def feed(pipe: PipeInput) -> None:
            for key in (*keys, CANCEL, LEAVE):
                time.sleep(PAUSE)
                pipe.send_text(key)

        return self._run(lambda pipe: threading.Thread(target=feed, args=(pipe,)).start())

    def say(self, *lines: str) -> str:
        """Type lines, each with Enter after it."""
        return self.type(*(line + ENTER for line in lines))

    @property
    def asked(self) -> list[str]:
        """The questions asked so far."""
        return [exchange.question for exchange in self.chat.history]
