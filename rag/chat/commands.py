"""The slash commands. One table makes dispatch, /help, completion and the nearest name for a wrong one."""

from __future__ import annotations

import difflib
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.chat import system
from rag.dates.flag import read_day
from rag.errors import RagError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.chat.conversation import Conversation
    from rag.show import Page

OFF = ("off", "none")
ALIASES = {"exit": "quit", "q": "quit", "?": "help"}  # that people type out of habit


class Leave(Exception):
    """The user wants to go."""


class Command(NamedTuple):
    """A slash command: its argument as help writes it, what Tab offers for it, whether its page may be long."""

    name: str
    arguments: str
    help: str
    run: Callable[[Conversation, str], Page]
    offers: str = ""  # a key of complete.OFFERS
    long: bool = False


def sources(chat: Conversation, argument: str) -> Page:
    """List the sources of the last answer."""
    from rag.show import sources_page

    return sources_page(chat.answered())


def show(chat: Conversation, argument: str) -> Page:
    """Show a source in its article."""
    from rag.index.references import find_view
    from rag.show import view_page

    wanted = argument.replace(" +", "+")
    view = find_view(_given(wanted, "show"), chat.source, lambda folder: chat.settings.index)
    return view_page(view)


def open_(chat: Conversation, argument: str) -> Page:
    """Open a source's file at its line, or its page on the web."""
    number, _, where = _given(argument, "open").partition(" ")
    if not number.isascii() or not number.isdigit() or where.strip() not in ("", "url"):
        raise UsageError(
            f"{argument!r:.80} is no number of a source",
            hint="/open 1, or /open 1 url for its page on the web",
        )
    passage, cited, _ = chat.quoted(int(number))
    article = passage.article
    path = chat.root() / article.document.path
    web = article.url if article.url and re.match("https?://", article.url) else None
    if not where and path.is_file():
        system.edit(path, article.document.line(cited.start))
        return []
    if web and system.browse(web):
        return []
    if where:
        raise UsageError(
            f"source {number} has no address on the web that can be opened here",
            hint=f"/open {number} opens its file",
        )
    raise RagError(f"{path} is gone", hint=f"/show {number} shows it as it was indexed")


def search(chat: Conversation, argument: str) -> Page:
    """Show the passages nearest to a query."""
    return chat.search(_given(argument, "search"))


def filtered(name: str) -> Callable[[Conversation, str], Page]:
    """The command that narrows the search by one setting until it is turned off."""

    def run(chat: Conversation, argument: str) -> Page:
        if not argument:
            return _lines(f"{name}: {_written(chat, name) or 'off'}")
        value = (
            read_day(argument, last=name == "until", today=chat.settings.as_of)
            if name in ("since", "until")
            else argument
        )
        page = chat.change(name, None if argument.lower() in OFF else value)
        return [*page, *_lines(f"{name}: {_written(chat, name) or 'off'}")]

    return run


def model(chat: Conversation, argument: str) -> Page:
    """Say which embedding model the index is asked with, or take another."""
    page = chat.change("model", argument) if argument else []
    return [*page, *_lines(f"embedding model: {chat.settings.model}")]


def llm(chat: Conversation, argument: str) -> Page:
    """Say that there is none."""
    raise UsageError(
        "this version of rag works with no language model: answers are quotations",
        hint="/model names the embedding model; /why says how sentences were chosen; /set quote_words 120 quotes more",
    )


def set_(chat: Conversation, argument: str) -> Page:
    """Show the settings, or change one."""
    from rag.show import mapping_page

    name, _, value = argument.partition(" ")
    if not name:
        return mapping_page(chat.settings.describe())
    name, value = name.replace("-", "_"), value.strip()
    if value:
        if name in ("since", "until", "as_of") and value.lower() not in OFF:
            chat.change(name, read_day(value, last=name != "since", today=chat.settings.as_of))
        else:
            chat.change(name, None if value.lower() in OFF and name != "color" else value)
    return _lines(f"{name}: {_written(chat, name) or 'off'}")


def retry(chat: Conversation, argument: str) -> Page:
    """Ask the last question again."""
    wanted = re.fullmatch(r"(?:(?:-k|--top)\s*)?([0-9]{1,3})|", argument, re.ASCII)
    if wanted is None or (wanted[1] and not 1 <= int(wanted[1]) <= 100):
        raise UsageError(
            f"{argument!r:.80} is no number of passages", hint="/retry, or /retry -k 10; 1 to 100"
        )
    if not chat.history:
        raise UsageError("there is no question to ask again", hint="ask one first")
    return chat.again(int(wanted[1]) if wanted[1] else None)


def why(chat: Conversation, argument: str) -> Page:
    """Explain the last answer."""
    from rag.show import why_page

    return why_page(chat.answered())


def new(chat: Conversation, argument: str) -> Page:
    """Forget what was asked so far."""
    chat.forget()
    return _lines("a new conversation")


def save(chat: Conversation, argument: str) -> Page:
    """Write the conversation to a file."""
    from rag.files import write_atomically
    from rag.show import answer_json, answers_markdown, dumps

    path = Path(_given(argument, "save"))
    with suppress(RuntimeError):  # ~someone who is not there
        path = path.expanduser()
    path = path.absolute()
    if path.suffix not in (".md", ".json"):
        raise UsageError(
            f"{path.name} ends neither with .md nor with .json",
            hint="/save answers.md, or /save answers.json",
        )
    if not chat.history:
        raise UsageError("there is no answer yet", hint="ask a question first")
    if path.exists() and path not in chat.saved:
        raise UsageError(
            f"{path} is there already", hint="choose another name, or remove that file first"
        )
    answers = [exchange.answer for exchange in chat.history]
    value = {"schema": 1, "answers": [answer_json(answer) for answer in answers]}
    write_atomically(
        path,
        answers_markdown(answers) if path.suffix == ".md" else dumps(value, pretty=True) + "\n",
    )
    chat.saved.add(path)
    return _lines(f"written to {path}")


def copy(chat: Conversation, argument: str) -> Page:
    """Put the last answer on the clipboard."""
    from rag.show import answer_page, search_page

    answer = chat.answered()
    page = search_page(answer) if chat.searched else answer_page(answer)
    text = "\n".join(line.plain.rstrip() for line in page) + "\n"
    return _lines(f"copied by {system.copy(text, sys.stdout)}")


def status(chat: Conversation, argument: str) -> Page:
    """Say what is indexed."""
    from rag.index import lookup
    from rag.show import mapping_page

    return mapping_page(lookup.describe_index(chat.settings.index))


def reload(chat: Conversation, argument: str) -> Page:
    """Take the index as it is now."""
    return chat.reload()


def quit_(chat: Conversation, argument: str) -> Page:
    """Leave."""
    raise Leave


def help_(chat: Conversation, argument: str) -> Page:
    """List the commands, or say what one does."""
    from rag.show import mapping_page

    if argument:
        command = named(argument.split()[0].lstrip("/"))
        return mapping_page({_call(command): command.help})
    rows = {_call(command): command.help for command in COMMANDS.values()}
    return [
        *mapping_page({"QUESTION": "asks it", "3": "shows source 3, as /show 3", **rows}),
        *_lines("", KEYS),
    ]


KEYS = """\
Enter sends, Alt+Enter begins a line, Tab completes, Ctrl+R searches what was typed, \
Ctrl+X Ctrl+E opens an editor, Ctrl+C cancels, Ctrl+D leaves."""
COMMANDS = {
    command.name: command
    for command in (
        Command("help", "[COMMAND]", "the commands, or what one does", help_, "commands"),
        Command("sources", "", "the sources of the last answer and where they stand", sources),
        Command(
            "show",
            "N[+]",
            "source N in its passage, marked; + with its neighbours; also ID or N:FROM:COUNT",
            show,
            "sources",
            True,
        ),
        Command(
            "open",
            "N [url]",
            "the file of source N at its line in your editor; url: its page in your browser",
            open_,
            "sources",
        ),
        Command(
            "search", "QUERY", "the passages nearest to QUERY, without an answer", search, "", True
        ),
        Command("since", "DATE|off", "only articles from this day on", filtered("since"), "off"),
        Command("until", "DATE|off", "only articles up to this day", filtered("until"), "off"),
        Command(
            "publisher",
            "P|off",
            "only articles of this publisher; several: P, P",
            filtered("publisher"),
            "publishers",
        ),
        Command(
            "lang",
            "L|off",
            "only articles in this language, as fr; several: L, L",
            filtered("lang"),
            "languages",
        ),
        Command("model", "[NAME]", "the embedding model; NAME: ask with another one", model),
        Command("llm", "", "the language model: this version has none", llm),
        Command(
            "set",
            "[NAME VALUE]",
            "the settings; with a value: changed until you leave",
            set_,
            "settings",
        ),
        Command("retry", "[-k N]", "the last question again, with N passages", retry),
        Command("why", "", "why these passages and these sentences", why, "", True),
        Command("new", "", "forget what was asked so far", new),
        Command(
            "save", "FILE", "the conversation as .md with footnotes, or as .json", save, "paths"
        ),
        Command("copy", "", "the last answer to the clipboard", copy),
        Command("status", "", "what is indexed, from when to when, by whom", status),
        Command("reload", "", "read the index again", reload),
        Command("quit", "", "leave; so does Ctrl+D", quit_),
    )
}


def named(name: str) -> Command:
    """The command of this name.

    Raises:
        UsageError: there is none; the nearest is suggested.
    """
    command = COMMANDS.get(ALIASES.get(name.lower(), name.lower()))
    if command is None:
        close = difflib.get_close_matches(name.lower(), COMMANDS, n=1, cutoff=0.4)
        hint = f"did you mean /{close[0]}?" if close else "/help lists the commands"
        raise UsageError(f"no command is called /{name:.40}", hint=hint)
    return command


def _given(argument: str, name: str) -> str:
    if not argument:
        raise UsageError(f"/{name} what?", hint=f"/{name} {COMMANDS[name].arguments}")
    return argument


def _call(command: Command) -> str:
    return f"/{command.name} {command.arguments}".rstrip()


def _written(chat: Conversation, name: str) -> str:
    from rag.settings.schema import format_value

    return format_value(getattr(chat.settings, name))


def _lines(*texts: str) -> Page:
    from rag.show import Line, Segment, to_one_line

    return [Line((Segment(to_one_line(text)),)) for text in texts]
