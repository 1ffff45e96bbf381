"""``rag repl``, and ``rag`` alone on a terminal: ask again and again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from rag.cli import last_answer
from rag.cli.flags import ASKING_FLAGS, add_flags
from rag.cli.indexing import build_index_from_seeds, has_index
from rag.errors import ANSWERED, IndexMissing, UsageError
from rag.store.address import choose_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.cli.invocation import Invocation
    from rag.records import Answer
    from rag.settings import Settings

WELCOME = (
    "There is no index yet, and no folder called seeds to make one from.",
    "  rag index FOLDER   indexes the articles of a folder",
    "  rag                then asks them your questions",
)


@click.command()
@add_flags(*ASKING_FLAGS)
@click.pass_obj
def repl(invocation: Invocation, /, **options: object) -> int:
    """Ask again and again, the sources one key away; rag alone does the same on a terminal."""
    if invocation.json or not is_on_terminal():
        raise UsageError(
            "there is no terminal to ask on",
            hint="rag ask QUESTION answers once; rag ask - reads it from stdin",
        )
    settings = invocation.load_settings(options)
    build_index_from_seeds(invocation, settings)
    if not has_index(settings):
        _write_welcome(invocation)
        return IndexMissing.exit_code
    from rag.chat import converse

    def keep(answer: Answer, settings: Settings) -> None:
        keep_answer(invocation, answer.to_dict(), settings)

    converse(settings, history=last_answer.get_state_folder() / "history", keep=keep)
    return ANSWERED


def is_on_terminal() -> bool:
    """Return whether someone sits at both ends: stdin and stdout are terminals."""
    return bool(sys.stdin and sys.stdin.isatty() and sys.stdout.isatty())


def keep_answer(invocation: Invocation, answer: Mapping[str, object], settings: Settings) -> None:
    """Keep an answer for ``rag show``; where that cannot be, only ``-v`` says so."""
    trouble = last_answer.save(answer, choose_place(settings))
    if trouble and invocation.verbose:
        invocation.write_notes(f"the answer is not kept for rag show: {trouble}")


def _write_welcome(invocation: Invocation) -> None:
    from rag.show import Line, Screen, Segment

    page = [Line((Segment(line),)) for line in WELCOME]
    Screen(sys.stderr, color=invocation.color).write(page)
