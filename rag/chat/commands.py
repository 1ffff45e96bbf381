"""The slash commands. A newcomer adds a function and a row of ``COMMANDS``.

The one table makes dispatch, /help, completion, and the nearest name for a wrong one.
"""

from __future__ import annotations

import difflib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.chat import system
from rag.chat.opening import make_address, open_archive
from rag.chat.saving import write_conversation
from rag.chat.typed_values import read_top, read_value
from rag.chat.writing import choose_language_model
from rag.errors import RagError, UsageError
from rag.store.address import choose_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.chat.conversation import Conversation
    from rag.show import Page

# What people type out of habit, and the command they mean.
ALIASES = {"exit": "quit", "q": "quit", "?": "help"}
MAX_WIDER = 3  # passages that /more shows: about two screens; by hand
# Nine digits: int() refuses thousands of them.
_SOURCE_NUMBER = re.compile(r"[0-9]{1,9}")


class Leave(Exception):
    """The user wants to go."""


class Command(NamedTuple):
    """A slash command.

    ``completion`` names what Tab suggests for its argument, a key of ``complete.SUGGESTIONS``;
    ``long`` says that its page may need a pager.
    """

    name: str
    arguments: str
    help: str
    run: Callable[[Conversation, str], Page]
    completion: str = ""
    long: bool = False


def list_sources(chat: Conversation, argument: str) -> Page:
    """List the sources of the last answer."""
    from rag.show import sources_page

    answer = chat.get_answer()
    if not chat.list_sources():
        raise UsageError("the last answer quotes no article", hint="/why says what was searched")
    return sources_page(answer, root=chat.find_root())


def show_source(chat: Conversation, argument: str) -> Page:
    """Show a source in its article."""
    from rag.index.references import find_view
    from rag.show import view_page

    reference = _require(argument, "show").replace(" +", "+")
    view = find_view(reference, chat.find_source, lambda folder: choose_place(chat.settings))
    return view_page(view, chat.language)


def show_more(chat: Conversation, argument: str) -> Page:
    """Show the passages of the last answer's first sources, each passage once."""
    chat.get_answer()
    numbers: dict[str, int] = {}
    for number, source in chat.list_sources().items():
        numbers.setdefault(source.passage.id, number)
    page: Page = []
    for number in list(numbers.values())[:MAX_WIDER]:
        page += _make_lines("") if page else []
        page += show_source(chat, str(number))
    return page


def open_source(chat: Conversation, argument: str) -> Page:
    """Open a source's file at its line, or its page on the web."""
    text, _, place = _require(argument, "open").partition(" ")
    if not _SOURCE_NUMBER.fullmatch(text) or place.strip() not in ("", "url"):
        raise UsageError(
            f"{argument!r:.80} is no number of a source",
            hint="/open 1, or /open 1 url for its page on the web",
        )
    source = chat.get_source(int(text))
    article = source.passage.article
    if place:
        return _open_address(chat, int(text), article.url)
    path = Path(os.path.abspath(chat.find_root() / article.document.path))  # noqa: PTH100
    if not path.is_file():
        open_archive(path, text)
        return []
    document = article.document
    if document.is_plain:
        system.open_in_editor(path, document.line(source.span.start))
    elif not system.open_in_browser(make_address(path, document, source.span)):
        hint = f"/show {text} shows it here"
        raise RagError(f"there is no program that shows {path}", hint=hint)
    return []


def _open_address(chat: Conversation, number: int, url: str | None) -> Page:
    """Show a source's address; the second time, when it has been seen, open it in the browser."""
    if not url or not system.is_web_address(url):
        raise UsageError(
            f"source {number} has no address on the web that can be opened here",
            hint=f"/open {number} opens its file",
        )
    if url != chat.shown_address:
        chat.shown_address = url
        again = f"/open {number} url once more opens it: the article names this address"
        return _make_lines(url, again)
    chat.shown_address = None
    if not system.open_in_browser(url):
        raise RagError("there is no browser", hint=f"the address: {url}")
    return []


def list_articles(chat: Conversation, argument: str) -> Page:
    """List the articles that the filters let through."""
    return chat.list_articles(argument)


def search(chat: Conversation, argument: str) -> Page:
    """Show the passages nearest to a query."""
    return chat.search(_require(argument, "search"))


def make_filter(name: str) -> Callable[[Conversation, str], Page]:
    """Return the command that narrows the search by one setting until it is turned off."""

    def run(chat: Conversation, argument: str) -> Page:
        page: Page = []
        if argument:
            page = chat.change_setting(
                name, read_value(chat.settings, name, argument), origin=f"/{name}"
            )
        return [*page, *_describe_setting(chat, name)]

    return run


def choose_model(chat: Conversation, argument: str) -> Page:
    """Say which embedding model the index is asked with, or take another."""
    page: Page = []
    if argument:
        # Up to a minute may pass before it can be asked.
        chat.show(_make_lines(f"loading {argument} …"))
        page = chat.change_setting("model", argument, origin="/model")
    return [*page, *_make_lines(f"embedding model: {chat.settings.model}")]


def change_setting(chat: Conversation, argument: str) -> Page:
    """Show the settings, or change one."""
    from rag.show import mapping_page

    key, _, text = argument.partition(" ")
    if not key:
        return mapping_page(chat.settings.describe())
    name = key.replace("-", "_")
    text = text.strip()
    page: Page = []
    if text:
        page = chat.change_setting(
            name, read_value(chat.settings, name, text), origin=f"/set {key}"
        )
    return [*page, *_describe_setting(chat, name)]


def retry(chat: Conversation, argument: str) -> Page:
    """Ask the last question again."""
    top = read_top(argument) if argument else None
    if not chat.history:
        raise UsageError("there is no question to ask again", hint="ask one first")
    return chat.ask_again(top)


def explain(chat: Conversation, argument: str) -> Page:
    """Explain the last answer."""
    from rag.show import reasons_page

    return reasons_page(chat.get_answer())


def begin_anew(chat: Conversation, argument: str) -> Page:
    """Forget what was asked so far."""
    chat.forget()
    return _make_lines("a new conversation")


def save(chat: Conversation, argument: str) -> Page:
    """Write the conversation to a new file."""
    path = write_conversation(chat, _require(argument, "save"))
    return _make_lines(f"written to {path}")


def copy(chat: Conversation, argument: str) -> Page:
    """Put the last answer on the clipboard."""
    from rag.show import answer_page, search_page

    answer = chat.get_answer()
    page = search_page(answer) if chat.last_is_search else answer_page(answer)
    lines = [line.plain.rstrip() for line in page]
    text = "\n".join(lines) + "\n"
    way = system.copy(text, sys.stdout)
    return _make_lines(f"copied by {way}")


def show_status(chat: Conversation, argument: str) -> Page:
    """Say what is indexed."""
    from rag.index import lookup
    from rag.show import status_page

    return status_page(lookup.describe_index(choose_place(chat.settings)))


def reload(chat: Conversation, argument: str) -> Page:
    """Take the index as it is now."""
    return chat.reload()


def clear(chat: Conversation, argument: str) -> Page:
    """Clear the screen."""
    system.clear_screen()
    return []


def leave(chat: Conversation, argument: str) -> Page:
    """Leave."""
    raise Leave


def show_help(chat: Conversation, argument: str) -> Page:
    """List the commands, or say what one does."""
    from rag.show import mapping_page

    if argument:
        first_word = argument.split()[0]
        command = find_command(first_word.lstrip("/"))
        return mapping_page({_format_usage(command): command.help})
    rows = {
        "QUESTION": "asks it",
        "=": "asks the last question as typed, where it was completed",
        "3": "shows source 3, as /show 3",
    }
    for command in COMMANDS.values():
        rows[_format_usage(command)] = command.help
    return [*mapping_page(rows), *_make_lines("", KEYS)]


KEYS = """\
Enter sends, Alt+Enter begins a line, Tab completes, Ctrl+R searches what was typed, \
Ctrl+X Ctrl+E opens an editor, Ctrl+C cancels, Ctrl+D leaves."""
COMMANDS = {
    command.name: command
    for command in (
        Command("help", "[COMMAND]", "the commands, or what one does", show_help, "commands"),
        Command("sources", "", "the sources of the last answer and where they stand", list_sources),
        Command(
            "show",
            "N[+]",
            "source N in its passage, marked; + with its neighbours; also ID or N:FROM:COUNT",
            show_source,
            "sources",
            True,
        ),
        Command(
            "more",
            "",
            "the last quotations in their passages, with what stands around",
            show_more,
            "",
            True,
        ),
        Command(
            "open",
            "N [url]",
            "the file of source N at its line in your editor; url: its page in your browser",
            open_source,
            "sources",
        ),
        Command(
            "search", "QUERY", "the passages nearest to QUERY, without an answer", search, "", True
        ),
        Command(
            "articles",
            "[day|publisher|title|path]",
            "the articles that the filters let through, the newest first or sorted so",
            list_articles,
            "",
            True,
        ),
        Command("since", "DATE|off", "only articles from this day on", make_filter("since"), "off"),
        Command("until", "DATE|off", "only articles up to this day", make_filter("until"), "off"),
        Command(
            "publisher",
            "P|off",
            "only articles of this publisher; several: P, P",
            make_filter("publisher"),
            "publishers",
        ),
        Command(
            "lang",
            "L|off",
            "only articles in this language, as fr; several: L, L",
            make_filter("lang"),
            "languages",
        ),
        Command("model", "[NAME]", "the embedding model; NAME: ask with another one", choose_model),
        Command(
            "llm",
            "[on|off|SPEC]",
            "the language model that writes the answers; off: answers are quotations",
            choose_language_model,
        ),
        Command(
            "set",
            "[NAME VALUE]",
            "the settings; with a value: changed until you leave",
            change_setting,
            "settings",
        ),
        Command("retry", "[-k N]", "the last question again, with N passages", retry),
        Command("why", "", "how sure this answer is, and what came next", explain, "", True),
        Command("new", "", "forget what was asked so far", begin_anew),
        Command(
            "save", "FILE", "the conversation as .md with footnotes, or as .json", save, "paths"
        ),
        Command("copy", "", "the last answer to the clipboard", copy),
        Command("status", "", "what is indexed, from when to when, by whom", show_status),
        Command("reload", "", "read the index again", reload),
        Command("clear", "", "clear the screen; so does Ctrl+L", clear),
        Command("quit", "", "leave; so does Ctrl+D", leave),
    )
}


def find_command(name: str) -> Command:
    """Return the command of this name.

    Raises:
        UsageError: there is none; the nearest is suggested.
    """
    name = name.lower()
    command = COMMANDS.get(ALIASES.get(name, name))
    if command is None:
        names = difflib.get_close_matches(name, COMMANDS, n=1, cutoff=0.4)
        hint = f"did you mean /{names[0]}?" if names else "/help lists the commands"
        raise UsageError(f"no command is called /{name:.40}", hint=hint)
    return command


def _require(argument: str, name: str) -> str:
    """Return the argument of a command, or raise UsageError where there is none."""
    if not argument:
        usage = f"/{name} {COMMANDS[name].arguments}"
        raise UsageError(f"/{name} what?", hint=usage)
    return argument


def _format_usage(command: Command) -> str:
    """Return a command as help writes it."""
    return f"/{command.name} {command.arguments}".rstrip()


def _describe_setting(chat: Conversation, name: str) -> Page:
    """Return a line with a setting's value."""
    from rag.settings import format_value

    value = format_value(getattr(chat.settings, name))
    return _make_lines(f"{name}: {value or 'off'}")


def _make_lines(*texts: str) -> Page:
    """Return texts as a page, a line each."""
    from rag.show import Line, Segment, to_one_line

    return [Line((Segment(to_one_line(text)),)) for text in texts]
