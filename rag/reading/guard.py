"""Files read in a process of their own: what hangs, crashes or eats memory ends nothing but it.

The process is started with the first such file, and reads all of them; after a failure another one
is started. For formats it is told a format's name and the bytes of a file, and answers in JSON
(``wire``); what it is told of an archive, ``archives.guarded`` says.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, cast

from rag.errors import SourceError
from rag.reading.formats.base import Extracted
from rag.reading.guarded_child import Limits
from rag.reading.wire import DAMAGE, decode_answer, read_frame, write_frame

_GIB = 1 << 30
# Chosen by hand: the longest file that was tried takes 20 seconds, and a book has a million
# characters.
LIMITS = Limits(seconds=60, memory=2 * _GIB, characters=50_000_000)
_BYTES_PER_CHARACTER = 8  # of an answer, what belongs to the text included
_CHILD = "rag.reading.guarded_child"
_START = (
    "import importlib, json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " importlib.import_module(sys.argv[2]).serve(*json.loads(sys.argv[3]))"
)


class _Failure(Exception):
    """The process ended, or was ended, before it answered."""


class Guard:
    """Asks another process, which it starts when there is none.

    ``child`` is the module whose ``serve`` runs there, within limits.
    """

    def __init__(self, limits: Limits = LIMITS, child: str = _CHILD) -> None:
        """Start nothing yet."""
        self._limits = limits
        self._child = child
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def extract(self, name: str, data: bytes) -> Extracted:
        """Return what a format gives of a file's bytes.

        Raises:
            SourceError: it gives no text, or takes too long, or too much memory.
        """
        answer = self.ask(name, data, most=_BYTES_PER_CHARACTER * self._limits.characters)
        try:
            return decode_answer(answer)
        except DAMAGE:
            raise make_crash_error() from None

    def ask(self, name: str, data: bytes, *, most: int) -> bytes:
        """Return the answer to a request, of so many bytes at most.

        Raises:
            SourceError: there is none, or it takes too long.
        """
        with self._lock:
            is_new = self._process is None
            try:
                return self._ask(name, data, most)
            except _Failure:
                if is_new:
                    raise make_crash_error() from None
            # What failed may be the files before this one.
            return self._ask_once(name, data, most)

    def ask_on(self, name: str, *, most: int) -> bytes:
        """Return a further answer of the process that answered before. Raises as ``ask``."""
        with self._lock:
            if self._process is None:
                raise make_crash_error()
            return self._ask_once(name, b"", most)

    def _ask_once(self, name: str, data: bytes, most: int) -> bytes:
        try:
            return self._ask(name, data, most)
        except _Failure:
            raise make_crash_error() from None

    def _ask(self, name: str, data: bytes, most: int) -> bytes:
        """Return the answer to a request, in time.

        Raises SourceError when the time is over, _Failure when the process ended.
        """
        process = self._process or self._start()
        self._process = None  # until it has answered: an interrupt may come in between
        is_late = threading.Event()

        def end() -> None:
            is_late.set()
            process.kill()

        timer = threading.Timer(self._limits.seconds, end)
        timer.start()
        try:
            requests = cast("IO[bytes]", process.stdin)
            answers = cast("IO[bytes]", process.stdout)
            write_frame(requests, name.encode())
            write_frame(requests, data)
            answer = read_frame(answers, most)
            self._process = process
        except (OSError, EOFError, ValueError):
            if is_late.is_set():
                raise _make_late_error(self._limits) from None
            raise _Failure from None
        finally:
            timer.cancel()
            if self._process is None:
                _end(process)
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        """Return a new process, with the same interpreter and the same libraries."""
        tree = Path(__file__).resolve().parents[2]
        folders = [str(tree), *filter(None, sys.path)]
        return subprocess.Popen(
            [
                sys.executable,
                "-I",  # neither the folder one is in nor a variable says what is imported
                "-c",
                _START,
                json.dumps(folders),
                self._child,
                json.dumps(self._limits),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def close(self) -> None:
        """End the process, where there is one."""
        process = self._process
        self._process = None
        if process is not None:
            _end(process)


_GUARD = Guard()
atexit.register(_GUARD.close)


def extract_guarded(name: str, data: bytes) -> Extracted:
    """Return what a format gives of a file's bytes, read in another process.

    Raises:
        SourceError: it gives no text, or takes too long, or too much memory.
    """
    return _GUARD.extract(name, data)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process, and let go of it."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is None:
            continue
        try:
            stream.close()
        except OSError:
            # What was not yet written can no longer be.
            continue


def make_crash_error() -> SourceError:
    """Return the error for a file that ends the process that reads it."""
    return SourceError("damaged: reading it failed", hint="open it and save it again")


def _make_late_error(limits: Limits) -> SourceError:
    return SourceError(f"reading it takes over {limits.seconds} seconds", hint="split the file")
