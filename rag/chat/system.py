"""What the loop asks of the system: an editor, a browser, a pager, the clipboard."""

from __future__ import annotations

import base64
import os
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rag.errors import RagError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import TextIO

# How editors that do not understand +LINE take a line
AT_LINE = {
    "code": ("--goto", "{path}:{line}"),
    "codium": ("--goto", "{path}:{line}"),
    "subl": ("{path}:{line}",),
    "hx": ("{path}:{line}",),
    "zed": ("{path}:{line}",),
    "mate": ("--line", "{line}", "{path}"),
}
EDITORS = ("editor", "nano", "vi")  # where neither VISUAL nor EDITOR says
# Programs that fill a clipboard from stdin, and the variable without which each has none to fill
CLIPBOARDS = (
    ("TMUX", ("tmux", "load-buffer", "-w", "-")),
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
    ("HOME", ("pbcopy",)),
)
CHUNK = 76  # characters of an escape that screen passes on at once
PATIENCE = 3  # seconds for a clipboard


def edit(path: Path, line: int) -> None:
    """Open a file at its line in the user's editor, and wait for it.

    Raises:
        RagError: there is no editor, or it failed.
    """
    named = (
        os.environ.get("VISUAL")
        or os.environ.get("EDITOR")
        or next(filter(shutil.which, EDITORS), "")
    )
    command = _words(named)
    if not command:
        raise RagError("there is no editor", hint="say which one you like: export EDITOR=nano")
    at = AT_LINE.get(os.path.basename(command[0]), ("+{line}", "{path}"))  # noqa: PTH119
    _run([*command, *(part.format(path=path, line=line) for part in at)], what="editor")


def browse(url: str) -> bool:
    """Show a page in the user's browser; False where there is none."""
    import webbrowser

    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False


def page(text: str) -> None:
    """Show a long text screen by screen, in PAGER, else in less, else in more."""
    named = os.environ.get("PAGER") or next(filter(shutil.which, ("less", "more")), "")
    command = _words(named)
    environ = {"LESS": "-R", "LESSCHARSET": "utf-8", **os.environ}
    try:
        if not command:
            raise RagError("there is no pager")
        _run(command, what="pager", text=text, environ=environ)
    except RagError:
        sys.stdout.write(text)
        sys.stdout.flush()


def copy(text: str, terminal: TextIO) -> str:
    """Put a text on the clipboard of the machine one sits at; return the way it took.

    Raises:
        UsageError: there is no way.
    """
    far = "SSH_CONNECTION" in os.environ and "TMUX" not in os.environ
    for variable, command in () if far else CLIPBOARDS:
        if os.environ.get(variable) and shutil.which(command[0]) and _fill(command, text):
            return command[0]
    if os.environ.get("TERM", "dumb") == "dumb":
        raise UsageError(
            "this terminal has no clipboard to reach",
            hint="/save FILE writes the answers to a file",
        )
    terminal.write(osc52(text, os.environ))
    terminal.flush()
    return "the terminal (OSC 52; some have to be told to allow it)"


def osc52(text: str, environ: Mapping[str, str]) -> str:
    """The escape that asks a terminal to put a text on its clipboard, wrapped where tmux or screen stand between."""
    data = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    escape = f"\x1b]52;c;{data}\x07"
    if environ.get("TMUX"):
        return "\x1bPtmux;" + escape.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environ.get("STY"):
        return "".join(
            f"\x1bP{escape[at : at + CHUNK]}\x1b\\" for at in range(0, len(escape), CHUNK)
        )
    return escape


def _fill(command: Sequence[str], text: str) -> bool:
    try:
        nowhere = subprocess.DEVNULL  # a clipboard's owner lives on, and would hold a pipe open
        done = subprocess.run(
            command,
            input=text.encode("utf-8", "replace"),
            stdout=nowhere,
            stderr=nowhere,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:  # a quote that is not closed
        return [command]


def _run(
    command: Sequence[str],
    *,
    what: str,
    text: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> None:
    """Give the terminal to a program until it ends; Ctrl+C is for the program alone meanwhile."""
    given = None if text is None else text.encode(sys.stdout.encoding or "utf-8", "replace")
    try:
        with _deaf():
            code = subprocess.run(command, input=given, env=environ).returncode
    except (OSError, ValueError) as error:  # ValueError: a NUL in a name
        raise RagError(
            f"the {what} {command[0]!r} cannot be started", hint=f"{what.upper()} names it"
        ) from error
    if code > 0:
        raise RagError(
            f"the {what} {command[0]!r} ended with code {code}", hint=f"{what.upper()} names it"
        )


@contextmanager
def _deaf() -> Iterator[None]:
    """Do nothing at Ctrl+C; a program started meanwhile does what it always does."""
    try:
        before = signal.signal(signal.SIGINT, lambda number, frame: None)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
