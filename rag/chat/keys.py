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
    has_selection,
    vi_insert_mode,
    vi_navigation_mode,
)
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.utils import get_cwidth

from rag.chat.bar import describe_index, list_filters
from rag.chat.complete import Completions
from rag.chat.history import History
from rag.text import to_one_line

if TYPE_CHECKING:
    from prompt_toolkit.formatted_text import AnyFormattedText
    from prompt_toolkit.key_binding import KeyPressEvent

    from rag.chat.conversation import Conversation

# Seconds after which the bar notices by itself that the index has been rebuilt. Chosen by hand.
REFRESH = 2


class Interrupted(Exception):
    """Ctrl+C at the prompt: what was typed is dropped."""


class PlainPrompt:
    """Reads lines on a terminal that can do nothing but print (TERM=dumb).

    The terminal, or what it runs in, edits them.
    """

    def __init__(self, chat: Conversation) -> None:
        self.chat = chat

    def read(self) -> str:
        """Return what the user typed; raise as ``Prompt.read`` does."""
        columns = shutil.get_terminal_size().columns
        sys.stdout.write(format_prompt(self.chat, columns))
        sys.stdout.flush()
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt as interrupt:
            if type(interrupt) is not KeyboardInterrupt:
                raise
            sys.stdout.write("\n")
            raise Interrupted from interrupt
        if not line:
            sys.stdout.write("\n")
            raise EOFError
        return line


class Prompt:
    """Reads one line after the other; the index is opened while the first is typed."""

    def __init__(self, chat: Conversation, history: Path) -> None:
        self.chat = chat
        self.session: PromptSession[str] = PromptSession(
            self._format_message,
            multiline=True,
            complete_while_typing=Condition(lambda: get_app().current_buffer.text.startswith("/")),
            completer=Completions(chat),
            auto_suggest=AutoSuggestFromHistory(),
            history=History(history),
            key_bindings=_bind_keys(),
            bottom_toolbar=self._format_bar,
            placeholder=self._format_hint,
            enable_open_in_editor=True,
            search_ignore_case=True,
            refresh_interval=REFRESH,
            interrupt_exception=Interrupted,
        )
        self.session.app.after_render += lambda app: chat.index.start(
            chat.settings, done=app.invalidate
        )

    def read(self) -> str:
        """Return what the user typed.

        Raises:
            Interrupted: Ctrl+C.
            EOFError: Ctrl+D.
        """
        # Both may have been changed since the last line.
        settings = self.chat.settings
        is_vi = settings.editing == "vi"
        is_plain = settings.color == "never"
        self.session.editing_mode = EditingMode.VI if is_vi else EditingMode.EMACS
        self.session.color_depth = ColorDepth.DEPTH_1_BIT if is_plain else None
        return self.session.prompt()

    def _format_message(self) -> str:
        return format_prompt(self.chat, _count_columns())

    def _format_hint(self) -> AnyFormattedText:
        """Return what to type, until something has been."""
        if self.chat.last_answer is not None or get_app().is_done:
            return []
        from rag.show import get_phrase_table

        hint = get_phrase_table(self.chat.language, "bar")["hint"]
        return [("class:auto-suggestion", hint)]

    def _format_bar(self) -> str:
        """Return the line at the bottom: the index, the time of the last answer, the filters."""
        chat = self.chat
        parts = describe_index(chat.index, chat.language)
        if chat.last_answer is not None:
            milliseconds = sum(chat.last_answer.timing_ms.values())
            parts.append(f"{milliseconds:.0f} ms")
        parts.append(Path(chat.settings.model).name)
        parts += list_filters(chat)
        text = " · ".join(to_one_line(part) for part in parts)
        return " " + _cut(text, _count_columns() - 2)


def format_prompt(chat: Conversation, columns: int) -> str:
    """Return what stands before the cursor: the filters too, on half of the line at most."""
    filters = to_one_line(", ".join(list_filters(chat)))
    if not filters:
        return "rag> "
    return f"rag [{_cut(filters, columns // 2)}]> "


def _bind_keys() -> KeyBindings:
    """Return the keys that differ from those of prompt_toolkit: Enter sends, Alt+Enter does not."""
    keys = KeyBindings()
    is_typing = has_focus(DEFAULT_BUFFER) & (emacs_mode | vi_insert_mode | vi_navigation_mode)

    @keys.add("enter", filter=is_typing)
    def send(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @keys.add("escape", "enter", filter=is_typing)
    def begin_line(event: KeyPressEvent) -> None:
        event.current_buffer.newline(copy_margin=False)

    # With a selection (Ctrl+Space) prompt_toolkit waits for a second key after Ctrl+C.
    @keys.add("c-c", filter=is_typing & has_selection, eager=True)
    def drop_line(event: KeyPressEvent) -> None:
        event.app.exit(exception=Interrupted(), style="class:aborting")

    return keys


def _count_columns() -> int:
    """Return the width of the terminal."""
    return get_app().output.get_size().columns


def _cut(text: str, width: int) -> str:
    """Return the text, or as much of it as there is room for, with an ellipsis."""
    if get_cwidth(text) <= width:
        return text
    while text and get_cwidth(text) >= width:
        text = text[:-1]
    return text + "…"
