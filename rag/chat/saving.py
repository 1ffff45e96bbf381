"""``/save``: the conversation as a file.

What it may do to the disk is bounded:

* It makes one file, in a folder that is there already; it makes no folder.
* It overwrites nothing: a name that is taken, be it by a link that leads nowhere, is refused. The
  one exception is the file that this conversation wrote, as long as nobody has changed it since.
* It writes through no link, and only names that end with .md or .json.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import UsageError

if TYPE_CHECKING:
    from rag.chat.conversation import Conversation
    from rag.records import Answer

SUFFIXES = (".md", ".json")


def write_conversation(chat: Conversation, name: str) -> Path:
    """Write the conversation to a file of this name; return its path.

    Raises:
        UsageError: the name is not for us, or there is nothing to write.
        OSError: it cannot be written.
    """
    path = Path(name)
    with suppress(RuntimeError):  # ~someone who is not there
        path = path.expanduser()
    path = path.absolute()
    if path.suffix not in SUFFIXES:
        raise UsageError(
            f"{path.name} ends neither with .md nor with .json",
            hint="/save answers.md, or /save answers.json",
        )
    if not chat.history:
        raise UsageError("there is no answer yet", hint="ask a question first")
    if not path.parent.is_dir():
        raise UsageError(
            f"there is no folder {path.parent}", hint="make it, or choose a folder that is there"
        )
    answers = [exchange.answer for exchange in chat.history]
    _write(chat, path, _format_answers(answers, path.suffix))
    chat.saved_files[path] = _read_stamp(path)
    return path


def _write(chat: Conversation, path: Path, content: str) -> None:
    """Write a new file, or anew the one that this conversation has written."""
    from rag.files import write_atomically

    if path in chat.saved_files and chat.saved_files[path] == _read_stamp(path):
        write_atomically(path, content, follow_links=False)
        return
    try:
        # "x" makes the file or fails, in one step, and follows no link.
        file = path.open("x", encoding="utf-8", errors="replace", newline="")
    except FileExistsError as error:
        raise UsageError(
            f"{path} is there already", hint="choose another name, or remove that file first"
        ) from error
    except ValueError as error:  # a NUL in the name
        raise UsageError(f"{path!s:.80} is no name for a file", hint="/save answers.md") from error
    try:
        with file:
            file.write(content)
    except OSError:  # a full disk: half a conversation is none
        path.unlink()
        raise


def _read_stamp(path: Path) -> tuple[int, ...]:
    """Return what tells a file from another of that name; empty when it is not there."""
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return ()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _format_answers(answers: list[Answer], suffix: str) -> str:
    """Return answers as Markdown with footnotes, or as one JSON object."""
    from rag.show import answers_markdown, dumps

    if suffix == ".md":
        return answers_markdown(answers)
    objects = [answer.to_dict() for answer in answers]
    return dumps({"schema": 1, "answers": objects}, pretty=True) + "\n"
