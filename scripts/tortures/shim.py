"""Every call of this process that changes files, told before it is made.

Python's audit hooks tell of its own calls, however they are reached; ``os.fsync`` has none and is
wrapped. What SQLite, FAISS and NumPy do to files is not seen: for that there are random moments,
``RLIMIT_FSIZE`` and strace.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

CHANGES = frozenset(
    ("os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate")
)
FSYNC = "os.fsync"
OPEN = "open"
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def watch(
    before: Callable[[str, tuple[Any, ...]], None],
    *,
    synced: Callable[[int], None] | None = None,
) -> None:
    """Call ``before`` ahead of every change; ``synced`` once a descriptor has reached the disk."""
    busy = False

    def tell(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal busy
        if busy:
            return
        busy = True  # what is called may change files itself
        try:
            before(event, arguments)
        finally:
            busy = False

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in CHANGES or (event == OPEN and _is_writing(arguments)):
            tell(event, arguments)

    fsync = os.fsync

    def tell_fsync(descriptor: int) -> None:
        nonlocal busy
        tell(FSYNC, (descriptor,))
        fsync(descriptor)
        if synced:
            busy = True
            try:
                synced(descriptor)
            finally:
                busy = False

    os.fsync = tell_fsync  # type: ignore[assignment]
    sys.addaudithook(hook)


def _is_writing(arguments: tuple[Any, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & _WRITING)


class Counter:
    """Counts calls, and does something ahead of one of them."""

    def __init__(
        self, at: int = 0, act: Callable[[str, tuple[Any, ...]], None] | None = None
    ) -> None:
        self.count = 0
        self.calls: list[str] = []
        self._at, self._act = at, act

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Count a call; act when it is the one."""
        self.count += 1
        self.calls.append(event)
        if self._act and self.count == self._at:
            self._act(event, arguments)
