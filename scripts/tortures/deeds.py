"""What a process does beside computing: files written, connections, programs; seen by an audit hook."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Events of Python's own (``sys.addaudithook``) that nothing here has a reason for.
DEEDS = (
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.getaddrinfo",
    "socket.gethostby",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "shutil.",
    "tempfile.",
    "webbrowser.",
    "urllib.Request",
    "http.client.connect",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_deeds: list[str] = []
_state = {"is_hooked": False, "is_watched": False}


@contextmanager
def watch_deeds() -> Iterator[None]:
    """Note what is done meanwhile, for ``list_deeds``."""
    if not _state["is_hooked"]:
        sys.addaudithook(_note)
        _state["is_hooked"] = True
    _deeds.clear()
    writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    _state["is_watched"] = True
    try:
        yield
    finally:
        _state["is_watched"] = False
        sys.dont_write_bytecode = writes_bytecode


def list_deeds() -> list[str]:
    """Return what was done while it was last watched."""
    return list(_deeds)


def list_files(folder: Path) -> set[tuple[str, int, int]]:
    """Return the files below a folder, each with its size and when it was last written."""
    files = set()
    for path in folder.rglob("*"):
        status = path.lstat()
        files.add((str(path), status.st_size, status.st_mtime_ns))
    return files


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if not _state["is_watched"]:
        return
    if event == "open" and _is_writing(arguments):
        _deeds.append(f"writes {arguments[0]!r}")
    elif event.startswith(DEEDS):
        _deeds.append(f"{event} {arguments!r}"[:300])


def _is_writing(arguments: tuple[object, ...]) -> bool:
    """Return whether a file is opened to be written."""
    _, mode, flags = arguments
    by_mode = isinstance(mode, str) and not set(mode).isdisjoint("wax+")
    return by_mode or (isinstance(flags, int) and bool(flags & _WRITING))
