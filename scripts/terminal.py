"""A terminal without a window.

A program runs in a pseudo-terminal, an emulator reads what it writes, keys are typed to it.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from typing import TYPE_CHECKING

import pyte

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

REST = 0.05  # seconds without news
PATIENCE = 30.0  # seconds for what should come at once
# pyte knows no 256-colour cursor shapes and no private modes with "<", "=" or ">": it would print
# them
UNKNOWN = re.compile(rb"\x1b\[[<=>][0-9;]*[a-zA-Z]|\x1b\[[0-9]* q")


class _Screen(pyte.HistoryScreen):
    """A screen that answers the program, as terminals do."""

    fd: int

    def write_process_input(self, data: str) -> None:
        os.write(self.fd, data.encode())


class Terminal:
    """A program and the screen it believes to write on; a context manager that ends it."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        environ: Mapping[str, str],
        columns: int = 80,
        lines: int = 24,
    ) -> None:
        self.screen = _Screen(columns, lines, history=10_000, ratio=0.5)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.code: int | None = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execvpe(command[0], list(command), dict(environ))
        self.screen.fd = self.fd
        self._size()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            self._reap()
        os.close(self.fd)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.fd, keys.encode())

    def resize(self, columns: int, lines: int) -> None:
        """Give the window another size."""
        self.screen.resize(lines, columns)
        self._size()

    def read(self, seconds: float = 0.0) -> bool:
        """Show what the program writes within this time.

        False when there is nothing, or it has ended.
        """
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # Linux: the other end is closed
            data = b""
        self.raw += data
        self.stream.feed(UNKNOWN.sub(b"", data))
        return bool(data)

    def until(
        self,
        true: Callable[[], object],
        *,
        what: str = "what was waited for",
        seconds: float = PATIENCE,
    ) -> None:
        """Read until something is true and the screen has come to rest."""
        end = time.monotonic() + seconds
        while not true() or self.read(REST):
            if time.monotonic() > end:
                raise TimeoutError(f"{what} is not on the screen:\n{self.text}")
            self.read(REST)

    def wait(self, pattern: str, *, seconds: float = PATIENCE) -> str:
        """Wait until the screen shows a pattern, and has come to rest; return the screen."""
        self.until(
            lambda: re.search(pattern, self.text, re.MULTILINE), what=repr(pattern), seconds=seconds
        )
        return self.text

    def end(self, *, seconds: float = PATIENCE) -> int:
        """Wait until the program has ended; return its exit code, negative for a signal."""
        end = time.monotonic() + seconds
        while self.read(0.1) or not self._ended():
            if time.monotonic() > end:
                raise TimeoutError(f"still running:\n{self.text}")
        while self.read():
            pass
        assert self.code is not None
        return self.code

    @property
    def text(self) -> str:
        """What is on the screen, without the empty lines at its end."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    @property
    def scrolled(self) -> str:
        """What has left the screen at the top, and what is on it."""
        width = self.screen.columns
        above = (
            "".join(line[x].data for x in range(width)).rstrip() for line in self.screen.history.top
        )
        return "\n".join([*above, self.text])

    @property
    def modes(self) -> list[object]:
        """The settings of the line, as ``stty`` shows them."""
        return termios.tcgetattr(self.fd)

    def _size(self) -> None:
        fcntl.ioctl(
            self.fd,
            termios.TIOCSWINSZ,
            struct.pack("HHHH", self.screen.lines, self.screen.columns, 0, 0),
        )

    def _ended(self) -> bool:
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is not None

    def _reap(self) -> None:
        _, status = os.waitpid(self.pid, 0)
        self.code = os.waitstatus_to_exitcode(status)
