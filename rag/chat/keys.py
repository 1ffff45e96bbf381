"""The prompt: its keys, what stands before the cursor and in the bar at the bottom."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application.current import get_app
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.enums import DEFAULT_BUFFER, EditingMode
from prompt_toolkit.filters import (
    Condition,
    emacs_mode,
    has_focus,
    vi_insert_mode,
    vi_navigation_mode,
)
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.utils import get_cwidth

from rag.chat.complete import Completions
from rag.chat.history import History
from rag.text.words import to_one_line

if TYPE_CHECKING:
    from prompt_toolkit.formatted_text import AnyFormattedText
    from prompt_toolkit.key_binding import KeyPressEvent

    from rag.chat.conversation import Conversation

HINT = "a question, or /help"
REFRESH = 2  # seconds after which the bar notices by itself that the index has been rebuilt


class Dropped(Exception):
    """Ctrl+C: what was typed is dropped."""


class Plain:
    """Reads lines where the terminal can do nothing but print (TERM=dumb): it, or what it runs in, edits them."""

    def __init__(self, chat: Conversation) -> None:
        self.chat = chat

    def read(self) -> str:
        """What the user typed. Raises as ``Prompt`` does."""
        sys.stdout.write(prompt(self.chat, shutil.get_terminal_size().columns))
        sys.stdout.flush()
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt as signalled:
            if type(signalled) is not KeyboardInterrupt:
                raise
            sys.stdout.write("\n")
            raise Dropped from signalled
        if not line:
            sys.stdout.write("\n")
            raise EOFError
        return line


class Prompt:
    """Reads one line after the other; the index is opened while the first is typed."""

    def __init__(self, chat: Conversation, history: Path) -> None:
        self.chat = chat
        self.session: PromptSession[str] = PromptSession(
            self._message,
            multiline=True,
            complete_while_typing=Condition(lambda: get_app().current_buffer.text.startswith("/")),
            completer=Completions(chat),
            auto_suggest=AutoSuggestFromHistory(),
            history=History(history),
            key_bindings=_keys(),
            bottom_toolbar=self._bar,
            placeholder=self._hint,
            enable_open_in_editor=True,
            search_ignore_case=True,
            refresh_interval=REFRESH,
            interrupt_exception=Dropped,
        )
        self.session.app.after_render += lambda app: chat.index.start(
            chat.settings, done=app.invalidate
        )

    def read(self) -> str:
        """What the user typed.

        Raises:
            Dropped: Ctrl+C.
            EOFError: Ctrl+D.
        """
        vi = self.chat.settings.editing == "vi"
        self.session.editing_mode = EditingMode.VI if vi else EditingMode.EMACS
        self.session.color_depth = (
            ColorDepth.DEPTH_1_BIT if self.chat.settings.color == "never" else None
        )
        return self.session.prompt()

    def _message(self) -> str:
        return prompt(self.chat, _columns())

    def _hint(self) -> AnyFormattedText:
        """What to type, until something has been."""
        fresh = self.chat.last is None and not get_app().is_done
        return [("class:auto-suggestion", HINT)] if fresh else []

    def _bar(self) -> str:
        chat, coverage = self.chat, self.chat.index.coverage
        parts = []
        if coverage is None:
            parts.append("opening the index" if chat.index.opening else "no index is open")
        else:
            parts += (
                ["rebuilt: the next question takes the new index"] if chat.index.rebuilt() else []
            )
            from rag.show import format_count

            parts.append(
                format_count(coverage.articles, "article")
                + (f" to {coverage.last}" if coverage.last else "")
            )
        if chat.last is not None:
            parts.append(f"{sum(chat.last.timing_ms.values()):.0f} ms")
        parts += [Path(chat.settings.model).name, *chat.filters()]
        return " " + _cut(" · ".join(map(to_one_line, parts)), _columns() - 2)


def prompt(chat: Conversation, columns: int) -> str:
    """What stands before the cursor: the filters too."""
    filters = to_one_line(", ".join(chat.filters()))
    return f"rag [{_cut(filters, columns // 2)}]> " if filters else "rag> "


def _keys() -> KeyBindings:
    keys = KeyBindings()
    typing = has_focus(DEFAULT_BUFFER) & (emacs_mode | vi_insert_mode | vi_navigation_mode)

    @keys.add("enter", filter=typing)
    def send(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @keys.add("escape", "enter", filter=typing)
    def new_line(event: KeyPressEvent) -> None:
        event.current_buffer.newline(copy_margin=False)

    return keys


def _columns() -> int:
    return get_app().output.get_size().columns


def _cut(text: str, width: int) -> str:
    """The text, or as much of it as there is room for."""
    if get_cwidth(text) <= width:
        return text
    while text and get_cwidth(text) >= width:
        text = text[:-1]
    return text + "…"
