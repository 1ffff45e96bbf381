"""``rag repl``, and ``rag`` alone on a terminal: ask again and again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from rag.cli import last_answer as last
from rag.cli.flags import FINDING, flags
from rag.cli.indexing import first
from rag.errors import ANSWERED, IndexMissing, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.cli.invocation import Invocation
    from rag.records import Answer
    from rag.settings.schema import Settings

NOTHING_YET = (
    "There is no index yet, and no folder called seeds to make one from.",
    "  rag index FOLDER   indexes the .txt and .md files of a folder",
    "  rag                then asks them your questions",
)


@click.command()
@flags(*FINDING)
@click.pass_obj
def repl(call: Invocation, /, **options: object) -> int:
    """Ask again and again, the sources one key away; rag alone does the same on a terminal."""
    if call.json or not terminal():
        raise UsageError(
            "there is no terminal to ask on",
            hint="rag ask QUESTION answers once; rag ask - reads it from stdin",
        )
    settings = call.settings(options)
    first(call, settings)
    if not (settings.index / "CURRENT").is_file():
        from rag.show import Line, Screen, Segment

        Screen(sys.stderr, color=call.color).write([Line((Segment(line),)) for line in NOTHING_YET])
        return IndexMissing.exit_code
    from rag.chat import converse

    def kept(answer: Answer, settings: Settings) -> None:
        from rag.show import answer_json

        keep(call, answer_json(answer), settings)

    converse(settings, history=last.folder() / "history", keep=kept)
    return ANSWERED


def terminal() -> bool:
    """Whether someone sits at both ends."""
    return bool(sys.stdin and sys.stdin.isatty() and sys.stdout.isatty())


def keep(call: Invocation, answer: Mapping[str, object], settings: Settings) -> None:
    """Keep an answer for ``rag show``; where that cannot be, only ``-v`` says so."""
    trouble = last.save(answer, settings.index)
    if trouble and call.verbose:
        call.note(f"the answer is not kept for rag show: {trouble}")
