"""What the loop asks of the system: an editor, a browser, a pager, the clipboard.

Articles were written by strangers, so what they can reach this way is bounded:

* Programs are those of the user's own variables (VISUAL, EDITOR, PAGER, BROWSER), else of a short
  list, started without a shell. An editor gets a line, which is a number, and the absolute path of
  a regular file, which no editor takes for an option. What it does with the file is its own affair.
* An address is opened only when asked for by ``/open N url``, and only once it has been shown: the
  first time shows it, the second opens it. It begins with http or https, names a host, and holds no
  user name, space or control character. A file that is gone never leads to the web by itself.
* Only ``/copy`` writes to a clipboard; none is ever read. OSC 52 carries printable text alone, at
  most ``MAX_OSC52`` characters of base64, so that no terminal is flooded and nothing is cut.
"""

from __future__ import annotations

import base64
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.errors import RagError, UsageError
from rag.text import to_printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import TextIO

_WEB_ADDRESS = re.compile(r"https?://[^\s\\\x00-\x1f\x7f]+", re.IGNORECASE)
# How editors take a line that do not understand +LINE.
LINE_ARGUMENTS = {
    "code": ("--goto", "{path}:{line}"),
    "codium": ("--goto", "{path}:{line}"),
    "subl": ("{path}:{line}",),
    "hx": ("{path}:{line}",),
    "zed": ("{path}:{line}",),
    "mate": ("--line", "{line}", "{path}"),
}
DEFAULT_LINE_ARGUMENTS = ("+{line}", "{path}")
# Where neither VISUAL nor EDITOR, or not PAGER, names one: the first that is there.
EDITORS = ("editor", "nano", "vi")
PAGERS = ("less", "more")
# Programs that fill a clipboard from stdin, and the variable without which each has none to fill.
CLIPBOARDS = (
    ("TMUX", ("tmux", "load-buffer", "-w", "-")),
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
    ("HOME", ("pbcopy",)),
)
# Characters of an escape that screen passes on at once. Chosen by hand, far below its limit.
SCREEN_CHUNK = 76
# Characters of base64 that a terminal is sent: hterm and tmux pass on no more.
MAX_OSC52 = 74_994
# Seconds that a clipboard program may take. Chosen by hand.
CLIPBOARD_TIMEOUT = 3


def open_in_editor(path: Path, line: int) -> None:
    """Open a file at its line in the user's editor, and wait for it.

    Raises:
        RagError: there is no editor, or it failed.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or _find_program(EDITORS)
    command = _split_command(editor)
    if not command:
        raise RagError("there is no editor", hint="say which one you like: export EDITOR=nano")
    program = os.path.basename(command[0])  # noqa: PTH119
    for argument in LINE_ARGUMENTS.get(program, DEFAULT_LINE_ARGUMENTS):
        command.append(argument.format(path=path, line=line))
    _run(command, kind="editor")


def is_web_address(url: str | None) -> bool:
    """Return whether an address may be opened: http, a host, and nothing that hides which."""
    if not url or not _WEB_ADDRESS.fullmatch(url) or to_printable(url) != url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:  # a bracket that is not closed
        return False
    return bool(parts.hostname) and "@" not in parts.netloc


def open_in_browser(url: str) -> bool:
    """Show a page in the user's browser; return False where there is none."""
    import webbrowser  # slow to import, and seldom needed

    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False


def show_in_pager(text: str) -> None:
    """Show a long text screen by screen, in PAGER, else in less, else in more, else at once."""
    command = _split_command(os.environ.get("PAGER") or _find_program(PAGERS))
    environ = {"LESS": "-R", "LESSCHARSET": "utf-8", **os.environ}
    try:
        if not command:
            raise RagError("there is no pager")
        _run(command, kind="pager", text=text, environ=environ)
    except RagError:
        sys.stdout.write(text)
        sys.stdout.flush()


def copy(text: str, terminal: TextIO) -> str:
    """Put a text on the clipboard of the machine one sits at; return the way it took.

    Raises:
        UsageError: there is no way.
    """
    # Over SSH a program would fill the clipboard of the other machine; tmux passes it on.
    is_remote = "SSH_CONNECTION" in os.environ and "TMUX" not in os.environ
    if not is_remote:
        for variable, command in CLIPBOARDS:
            program = command[0]
            is_there = os.environ.get(variable) and shutil.which(program)
            if is_there and _fill_clipboard(command, text):
                return program
    if os.environ.get("TERM", "dumb") == "dumb":
        raise UsageError(
            "this terminal has no clipboard to reach",
            hint="/save FILE writes the answers to a file",
        )
    escape = format_osc52(to_printable(text), os.environ)
    if len(escape) > MAX_OSC52:
        raise UsageError(
            "the answer is too long for the clipboard of a terminal",
            hint="/save FILE writes the answers to a file",
        )
    terminal.write(escape)
    terminal.flush()
    return "the terminal (OSC 52; some have to be told to allow it)"


def format_osc52(text: str, environ: Mapping[str, str]) -> str:
    """Return the escape (OSC 52) that asks a terminal to put a text on its clipboard.

    It is wrapped where tmux or screen stand between, each in its own way.
    """
    encoded = base64.b64encode(text.encode("utf-8", "replace"))
    escape = f"\x1b]52;c;{encoded.decode('ascii')}\x07"
    if environ.get("TMUX"):
        doubled = escape.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if environ.get("STY"):
        starts = range(0, len(escape), SCREEN_CHUNK)
        chunks = [escape[start : start + SCREEN_CHUNK] for start in starts]
        return "".join(f"\x1bP{chunk}\x1b\\" for chunk in chunks)
    return escape


def _find_program(names: Sequence[str]) -> str:
    """Return the first of some programs that is there; empty when none is."""
    for name in names:
        if shutil.which(name):
            return name
    return ""


def _split_command(command: str) -> list[str]:
    """Return a command and its arguments as a shell would split them."""
    try:
        return shlex.split(command)
    except ValueError:  # a quote that is not closed
        return [command]


def _fill_clipboard(command: Sequence[str], text: str) -> bool:
    """Give a text to a clipboard program; return whether it took it."""
    data = text.encode("utf-8", "replace")
    # A clipboard's owner lives on, and would hold a pipe open.
    nowhere = subprocess.DEVNULL
    try:
        completed = subprocess.run(
            command, input=data, stdout=nowhere, stderr=nowhere, timeout=CLIPBOARD_TIMEOUT
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return completed.returncode == 0


def _run(
    command: Sequence[str],
    *,
    kind: str,
    text: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> None:
    """Give the terminal to a program until it ends; Ctrl+C is for the program alone meanwhile.

    Raises:
        RagError: it cannot be started, or it failed.
    """
    program = command[0]
    hint = f"{kind.upper()} names it"
    data = None
    if text is not None:
        data = text.encode(sys.stdout.encoding or "utf-8", "replace")
    try:
        with _ignore_interrupts():
            code = subprocess.run(command, input=data, env=environ).returncode
    except (OSError, ValueError) as error:  # ValueError: a NUL in a name
        raise RagError(f"the {kind} {program!r} cannot be started", hint=hint) from error
    # A negative code is a signal: the user stopped it.
    if code > 0:
        raise RagError(f"the {kind} {program!r} ended with code {code}", hint=hint)


@contextmanager
def _ignore_interrupts() -> Iterator[None]:
    """Do nothing at Ctrl+C; a program started meanwhile does what it always does."""
    try:
        previous = signal.signal(signal.SIGINT, lambda number, frame: None)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def clear_screen() -> None:
    """Clear the terminal, unless it can do nothing but print."""
    from prompt_toolkit.shortcuts import clear
    from prompt_toolkit.utils import is_dumb_terminal

    if not is_dumb_terminal():
        clear()
