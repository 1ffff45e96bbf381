"""Which command a command line means.

The name may be left out before a question, and options may come first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rag.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_COMMAND = "ask"
LOOP_COMMAND = "repl"
GROUP_OPTIONS = ("--help", "-h", "--version")  # options of rag itself, which no command follows
QUESTION_MARKS = ("?", "？", "؟", "\u037e")  # Latin, full-width, Arabic, Greek
# Scripts that are written without spaces: one word on the command line may be a sentence.
UNSPACED_SCRIPTS = (
    ("\u0e00", "\u0eff"),  # Thai, Lao
    ("\u1000", "\u109f"),  # Burmese
    ("\u1780", "\u17ff"),  # Khmer
    ("\u2e80", "\ua4cf"),  # Chinese, Japanese
    ("\uac00", "\ufaff"),  # Korean
)
MIN_SIMILARITY = 0.5  # difflib's ratio from which a command is suggested; chosen by hand: "stauts"


def route(words: Sequence[str], app: click.Group, *, on_terminal: bool = False) -> list[str]:
    """Return the words with a command's name first.

    Without a word that is the question loop, where there is a terminal for it.

    Raises:
        UsageError: a lone word is neither a command nor a question.
    """
    position = _find_first_word(words, app)
    if position is None:
        return _route_options(words, on_terminal=on_terminal)
    word = words[position]
    if word in app.commands:
        return [word, *words[:position], *words[position + 1 :]]
    if words[0] in GROUP_OPTIONS:
        return list(words)
    is_alone = "--" not in words and _find_first_word(words, app, position + 1) is None
    if is_alone and word != "-" and not _is_question(word):
        raise _make_unknown_command_error(word, app)
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
    options_with_value = _list_options_with_value(app)
    position = start
    while position < len(words) and words[position] != "--":
        word = words[position]
        if word == "-" or not word.startswith("-"):
            return position
        position += 2 if word in options_with_value else 1
    return None


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


def _make_unknown_command_error(word: str, app: click.Group) -> UsageError:
    import difflib

    similar = difflib.get_close_matches(word.lower(), app.commands, n=1, cutoff=MIN_SIMILARITY)
    suggestion = "rag --help lists the commands. "
    if similar:
        suggestion = f"did you mean rag {similar[0]}? "
    return UsageError(
        f"no command is called {word}", hint=f"{suggestion}To ask it as a question: rag ask {word}"
    )
