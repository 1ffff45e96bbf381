"""What Tab offers: commands where a line begins with a slash, and after a command what its argument may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from rag.chat.commands import COMMANDS, Command
from rag.settings.schema import list_settings
from rag.text.words import fold, to_one_line, to_printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rag.chat.conversation import Conversation

OFF = {"off": "any"}


def _sources(chat: Conversation) -> dict[str, str]:
    from rag.show import describe_article

    return {
        str(number): describe_article(source.passage.article)
        for number, source in chat.sources().items()
    }


OFFERS: Mapping[str, Callable[[Conversation], Mapping[str, str]]] = {
    "commands": lambda chat: {command.name: command.help for command in COMMANDS.values()},
    "publishers": lambda chat: {**dict.fromkeys(chat.index.names("publishers"), ""), **OFF},
    "languages": lambda chat: {**dict.fromkeys(chat.index.names("languages"), ""), **OFF},
    "sources": _sources,
    "settings": lambda chat: {name: str(row["help"]) for name, row in list_settings().items()},
    "off": lambda chat: OFF,
    "": lambda chat: {},
}


class Completions(Completer):
    """Completes the line up to the cursor."""

    def __init__(self, chat: Conversation) -> None:
        self.chat = chat
        self.paths = PathCompleter(expanduser=True)

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """What may stand where the cursor is."""
        before = document.text_before_cursor
        if not before.startswith("/"):
            return
        name, space, argument = before[1:].partition(" ")
        if not space:
            yield from _matching(
                name, {_begun(command): command.help for command in COMMANDS.values()}
            )
        elif name in COMMANDS:
            yield from self._arguments(COMMANDS[name].offers, argument.lstrip(), complete_event)

    def _arguments(self, offers: str, argument: str, event: CompleteEvent) -> Iterable[Completion]:
        if offers == "paths":
            yield from self.paths.get_completions(Document(argument), event)
            return
        if offers in ("publishers", "languages"):
            argument = argument.rpartition(",")[2].lstrip()
        yield from _matching(argument, OFFERS[offers](self.chat))


def _begun(command: Command) -> str:
    """Its name, and a space where an argument may follow."""
    return f"{command.name} " if command.arguments else command.name


def _matching(typed: str, offered: Mapping[str, str]) -> Iterable[Completion]:
    """Those that begin with what was typed, whatever the case and accents."""
    for text, about in offered.items():
        if fold(text).startswith(fold(typed)):
            safe = to_printable(text)
            yield Completion(
                safe,
                start_position=-len(typed),
                display=safe.strip(),
                display_meta=to_one_line(about),
            )
