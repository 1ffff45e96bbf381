"""Which command a command line means.

The name may be left out before a question, and options may come first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rag.cli.typos import (
    find_mistyped_command,
    find_similar_command,
    make_unknown_command_error,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_COMMAND = "ask"
LOOP_COMMAND = "repl"
# Options of rag itself, which no command follows.
GROUP_OPTIONS = ("--help", "-h", "--version", "-V")
# What many programs take for a command, and people type.
HELP, VERSION = "help", "version"
QUESTION_MARKS = ("?", "？", "؟", "\u037e")  # Latin, full-width, Arabic, Greek
# Scripts that are written without spaces: one word on the command line may be a sentence.
UNSPACED_SCRIPTS = (
    ("\u0e00", "\u0eff"),  # Thai, Lao
    ("\u1000", "\u109f"),  # Burmese
    ("\u1780", "\u17ff"),  # Khmer
    ("\u2e80", "\ua4cf"),  # Chinese, Japanese
    ("\uac00", "\ufaff"),  # Korean
)


def route(words: Sequence[str], app: click.Group, *, on_terminal: bool = False) -> list[str]:
    """Return the words with a command's name first.

    Without a word that is the question loop, where there is a terminal for it.

    Raises:
        UsageError: a lone word is neither a command nor a question, or a command is mistyped.
    """
    position = _find_first_word(words, app)
    if position is None:
        return _route_options(words, on_terminal=on_terminal)
    word = words[position]
    if word in app.commands:
        return [word, *words[:position], *words[position + 1 :]]
    if words[0] in GROUP_OPTIONS:
        return list(words)
    if "--" in words:
        return [DEFAULT_COMMAND, *words]
    plain_words = _list_plain_words(words, app)
    option = _find_option_asked_by_name(plain_words, app)
    if option is not None:
        return option
    _check_mistyped(plain_words, app)
    return [DEFAULT_COMMAND, *words]


def _route_options(words: Sequence[str], *, on_terminal: bool) -> list[str]:
    """Return the command for a line on which no word stands before ``--``."""
    if words and words[0] in GROUP_OPTIONS:
        return list(words)
    if on_terminal and "--" not in words:
        return [LOOP_COMMAND, *words]
    return [DEFAULT_COMMAND, *words]


def _find_first_word(words: Sequence[str], app: click.Group, start: int = 0) -> int | None:
    """Return where the first word stands that is no option and no option's value.

    None where there is none before ``--``.
    """
    options_with_value: set[str] | None = None
    position = start
    while position < len(words) and words[position] != "--":
        word = words[position]
        if word == "-" or not word.startswith("-"):
            return position
        # All commands are asked for their options: only where a line begins with one.
        options_with_value = options_with_value or _list_options_with_value(app)
        position += 2 if word in options_with_value else 1
    return None


def _list_plain_words(words: Sequence[str], app: click.Group) -> list[str]:
    """Return the words that are no options and no options' values."""
    plain_words = []
    position = _find_first_word(words, app)
    while position is not None:
        plain_words.append(words[position])
        position = _find_first_word(words, app, position + 1)
    return plain_words


def _find_option_asked_by_name(words: Sequence[str], app: click.Group) -> list[str] | None:
    """Return the option that ``rag help``, ``rag help ask`` or ``rag version`` is another word for.

    None for a question that begins so: "help for farmers".
    """
    if words == [VERSION]:
        return ["--version"]
    if words == [HELP]:
        return ["--help"]
    if words[0] != HELP:
        return None
    _, name, *rest = words
    if name in (HELP, VERSION) and not rest:
        return ["--help"]
    if name in app.commands:
        return [name, *rest, "--help"]
    if not rest and not _is_question(name):
        raise make_unknown_command_error(name, find_similar_command(name, app.commands))
    return None


def _check_mistyped(words: Sequence[str], app: click.Group) -> None:
    """Raise UsageError for a lone word that is no question, and for a mistyped command."""
    word = words[0]
    if len(words) > 1:
        command = find_mistyped_command(words, app.commands)
        if command is not None:
            raise make_unknown_command_error(word, command, " …")
    elif word != "-" and not _is_question(word):
        names = (*app.commands, HELP, VERSION)
        raise make_unknown_command_error(word, find_similar_command(word, names))


def _list_options_with_value(app: click.Group) -> set[str]:
    """Return the options of all commands that take the next word as their value."""
    names: set[str] = set()
    for command in app.commands.values():
        for option in command.params:
            if isinstance(option, click.Option) and not option.is_flag:
                names.update(option.opts)
    return names


def _is_question(word: str) -> bool:
    """Return whether its spaces, its script or a question mark make a word a question."""
    if len(word.split()) != 1 or word.endswith(QUESTION_MARKS):
        return True
    return any(_is_unspaced(character) for character in word)


def _is_unspaced(character: str) -> bool:
    return any(first <= character <= last for first, last in UNSPACED_SCRIPTS)
