"""Which command a command line means: its name may be left out before a question, and options may come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rag.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT = "ask"
LOOP = "repl"
OWN = ("--help", "-h", "--version")  # the group's own options
UNSPACED = (
    ("\u0e00", "\u0eff"),
    ("\u1000", "\u109f"),
    ("\u1780", "\u17ff"),
    ("\u2e80", "\ua4cf"),
    ("\uac00", "\ufaff"),
)
# Thai and Lao, Burmese, Khmer, Chinese and Japanese, Korean: one word on the command line may be a sentence


def route(words: Sequence[str], app: click.Group, *, terminal: bool = False) -> list[str]:
    """The words with the command's name first; without a word, the question loop where there is a ``terminal`` for it.

    Raises:
        UsageError: a lone word is neither a command nor a question.
    """
    at = _first_word(words, app)
    if at is not None and words[at] in app.commands:
        return [words[at], *words[:at], *words[at + 1 :]]
    if words and words[0] in OWN:
        return list(words)
    if at is None and terminal and "--" not in words:
        return [LOOP, *words]
    if (
        at is not None
        and words[at] != "-"
        and not _question(words[at])
        and not _another_word(words, at, app)
    ):
        raise _unknown(words[at], app)
    return [DEFAULT, *words]


def _first_word(words: Sequence[str], app: click.Group, start: int = 0) -> int | None:
    """Where the first word stands that is neither an option nor an option's value; None before ``--``."""
    with_value = {
        name
        for command in app.commands.values()
        for option in command.params
        if isinstance(option, click.Option) and not option.is_flag
        for name in option.opts
    }
    at = start
    while at < len(words) and words[at] != "--":
        if words[at] == "-" or not words[at].startswith("-"):
            return at
        at += 2 if words[at] in with_value else 1
    return None


def _another_word(words: Sequence[str], at: int, app: click.Group) -> bool:
    return "--" in words or _first_word(words, app, at + 1) is not None


def _question(word: str) -> bool:
    """Whether a lone word can only be a question."""
    spaced = len(word.split()) != 1
    unspaced = any(first <= character <= last for character in word for first, last in UNSPACED)
    return spaced or unspaced or word.endswith(("?", "？", "؟", "\u037e"))


def _unknown(word: str, app: click.Group) -> UsageError:
    import difflib

    close = difflib.get_close_matches(word.lower(), app.commands, n=1, cutoff=0.5)
    nearest = f"did you mean rag {close[0]}? " if close else "rag --help lists the commands. "
    return UsageError(
        f"no command is called {word}", hint=f"{nearest}To ask it as a question: rag ask {word}"
    )
