"""The command ``rag``: parse, call one room, show what came back. The only door to click.

run          one run of ``main``: signals, streams, and an exit code for whatever goes wrong
route        which command a command line means
typos        a command that was mistyped
app          the commands
batch        many questions from a file, an answer a line
check        a draft held against the articles
doctor       what is wrong, and the command that mends it
config       the command that shows and changes settings
repl         the command of the question loop
filters      the filters of a question beside what the index has
flags        options, made from the table of settings
invocation   what every command knows, and where it writes
questions    the question, or a file of them, as it comes in
stdin_document  what - reads for the index, kept as a file
indexing     building the index, the first time without being told
completion   what the shell offers after Tab
completion_command  the script of a shell, printed or installed
shells       completion in bash, zsh and fish: their scripts, and how each is told
last_answer  the sources that ``rag show 2`` can show

A newcomer who adds a command writes a function in ``app``, and the page it shows in ``rag/show``.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Objects that are made before Python looks for cycles among them, instead of 700. An answer makes
# some 80,000, nearly all of them modules and tables that stay: looking at them again and again took
# a tenth of its time.
OBJECTS_BETWEEN_COLLECTIONS = 100_000

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    ``argv``: the arguments without the program's name; by default those of the process.
    """
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)  # before most modules are imported
    from rag.cli.run import run_command

    return run_command(argv)
