"""What Tab suggests: commands after a slash, and after a command what its argument may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from rag.chat.commands import COMMANDS
from rag.settings import list_settings
from rag.text import fold, to_one_line, to_printable_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rag.chat.conversation import Conversation

    # What may be typed, and what is said beside it.
    Suggestions = Mapping[str, str]

OFF = {"off": "any"}
# Kinds of arguments that are lists with commas.
LISTS = ("publishers", "languages")


def suggest_commands(chat: Conversation) -> Suggestions:
    """Return the commands with what they do."""
    return {command.name: command.help for command in COMMANDS.values()}


def suggest_settings(chat: Conversation) -> Suggestions:
    """Return the settings with what they mean."""
    return {name: str(row["help"]) for name, row in list_settings().items()}


def suggest_sources(chat: Conversation) -> Suggestions:
    """Return the numbers of the last answer's sources with their articles."""
    from rag.show import describe_article

    suggestions = {}
    for number, source in chat.list_sources().items():
        article = source.passage.article
        suggestions[str(number)] = describe_article(article, chat.language)
    return suggestions


def suggest_publishers(chat: Conversation) -> Suggestions:
    """Return the publishers of the open index."""
    return dict.fromkeys(chat.index.list_names("publishers"), "") | OFF


def suggest_languages(chat: Conversation) -> Suggestions:
    """Return the languages of the open index."""
    return dict.fromkeys(chat.index.list_names("languages"), "") | OFF


# The kinds of arguments that a row of COMMANDS may name; "paths" is one more.
SUGGESTIONS: Mapping[str, Callable[[Conversation], Suggestions]] = {
    "commands": suggest_commands,
    "publishers": suggest_publishers,
    "languages": suggest_languages,
    "sources": suggest_sources,
    "settings": suggest_settings,
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
        """Return what may stand where the cursor is."""
        before = document.text_before_cursor
        if not before.startswith("/"):
            return []
        name, space, argument = before[1:].partition(" ")
        if not space:
            return _match(name, _list_beginnings())
        if name not in COMMANDS:
            return []
        argument = argument.lstrip()
        kind = COMMANDS[name].completion
        if kind == "paths":
            return self.paths.get_completions(Document(argument), complete_event)
        if kind in LISTS:
            argument = argument.rpartition(",")[2].lstrip()
        return _match(argument, SUGGESTIONS[kind](self.chat))


def _list_beginnings() -> Suggestions:
    """Return how a line may begin: each command, with a space where an argument may follow."""
    beginnings = {}
    for command in COMMANDS.values():
        space = " " if command.arguments else ""
        beginnings[command.name + space] = command.help
    return beginnings


def _match(typed: str, suggestions: Suggestions) -> Iterable[Completion]:
    """Return those that begin with what was typed, whatever the case and accents."""
    folded = fold(typed)
    for text, explanation in suggestions.items():
        if not fold(text).startswith(folded):
            continue
        safe = to_printable_line(text)
        yield Completion(
            safe,
            start_position=-len(typed),
            display=safe.strip(),
            display_meta=to_one_line(explanation),
        )
